// Checks documents as they change and keeps their findings: diagnostics, and quick fixes from them.
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { ServedCluster } from "../app/stores/servedCluster.ts";
import type { Event } from "../base/event.ts";
import type { Log } from "../base/log.ts";
import type { FixScope } from "../core/rules/fixing.ts";
import type { ClusterInput } from "../core/rules/liveCluster.ts";
import type { Edit, Finding } from "../core/syntax/finding.ts";
import { type CheckSettings, checkSettings } from "./checkSettings.ts";
import { toDiagnostic } from "./ranges.ts";
import { readSetting } from "./settings.ts";
import { watchManifests } from "./workspaceFiles.ts";

export interface CheckRequest extends CheckSettings {
  path: string;
  text: string;
  /** The workspace folder, up to which is looked for a configuration. */
  top?: string;
  /** The text is that of the file, saved or not. */
  isFile: boolean;
  /** Of the cluster that was asked last; it counts where nobody says which. */
  clusterVersion?: string | undefined;
  /** Instead of what the text says itself: what a cluster says of it. */
  cluster?: ClusterInput;
}

/** What diagnostics need from the world: a check that does not block this thread. */
export interface Checker {
  check(request: CheckRequest): Promise<Finding[]>;
  /** Edits of the text that repair what is asked for. */
  fix(request: CheckRequest & { fix: FixScope }): Promise<Edit[]>;
  /** Files and folders that came, changed or went; `all` where other ones may be ignored now. */
  changed(paths: readonly string[] | "all"): void;
  /** A document that is open no more. */
  closed(path: string): void;
  /** Fires when others may be found another way, with the path of the open document that did it, if one did. */
  readonly othersChanged: Event<string | undefined>;
}

/**
 * After a keystroke: only so long that one edit in many parts is checked once. The checker takes the newest text
 * when it is free, so fast typing costs no more than it can do.
 */
const quietMs = 5;
/** After a change in another document: nobody looks at this one. */
const othersQuietMs = 300;

export const documentSelector: vscode.DocumentSelector = [
  { language: "yaml" },
  { language: "helm" },
  { language: "dockerfile" },
  { language: "dockercompose" },
  { language: "jsonc", pattern: "**/{devcontainer,.devcontainer}.json" },
  { language: "json", pattern: "**/{devcontainer,.devcontainer}.json" },
];

export class Diagnostics implements vscode.Disposable {
  readonly #checker: Checker;
  readonly #log: Log;
  readonly #served: ServedCluster;
  readonly #shown = vscode.languages.createDiagnosticCollection("slipway");
  readonly #findings = new Map<string, { version: number; findings: Finding[] }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** The last check of each document; it never rejects. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #registrations: vscode.Disposable;
  #watcher: vscode.Disposable | undefined;
  #others: NodeJS.Timeout | undefined;
  /** The open document that changed what others depend on; undefined for several, or files. */
  #changedBy: string | undefined;

  constructor(checker: Checker, log: Log, served: ServedCluster) {
    this.#checker = checker;
    this.#served = served;
    this.#log = log;
    this.#registrations = vscode.Disposable.from(
      this.#shown,
      served.changed(() => this.checkAll()),
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, quietMs)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document.uri)),
      checker.othersChanged((by) => this.#checkOthers(by)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const settings = ["slipway.check", "slipway.podSecurity", "slipway.kubernetes.version"];
        if (settings.some((setting) => event.affectsConfiguration(setting))) this.checkAll();
      }),
    );
    this.checkAll();
  }

  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  /** Checks again what may depend on another file, once that is quiet. */
  #checkOthers(by: string | undefined): void {
    this.#changedBy = this.#others && this.#changedBy !== by ? undefined : by;
    clearTimeout(this.#others);
    this.#others = setTimeout(() => {
      this.#others = undefined;
      for (const document of vscode.workspace.textDocuments)
        if (this.#changedBy === undefined || document.uri.fsPath !== this.#changedBy)
          this.#schedule(document, 0);
    }, othersQuietMs);
  }

  /** The findings of the document as it is now: while it is ahead of the last check, those of the next. */
  async findings(document: vscode.TextDocument): Promise<Finding[]> {
    const key = document.uri.toString();
    const known = this.#findings.get(key);
    if (known?.version === document.version) return known.findings;
    const timer = this.#timers.get(key);
    if (timer) {
      clearTimeout(timer);
      this.#running.set(key, this.#check(document));
    }
    await this.#running.get(key);
    const checked = this.#findings.get(key);
    return checked?.version === document.version ? checked.findings : [];
  }

  /** Edits that repair what is asked for in the document as it is now. */
  async fixes(document: vscode.TextDocument, fix: FixScope): Promise<Edit[]> {
    const { version } = document;
    const edits = await this.#checker.fix({
      ...requestFor(document),
      clusterVersion: this.#served.version,
      fix,
    });
    return document.version === version ? edits : [];
  }

  #schedule(document: vscode.TextDocument, delayMs: number): void {
    if (vscode.languages.match(documentSelector, document) === 0) return;
    if (
      document.uri.scheme !== "file" &&
      document.uri.scheme !== "untitled" &&
      document.uri.scheme !== "vscode-remote"
    )
      return;
    this.#watcher ??= vscode.Disposable.from(
      watchSurroundings(() => this.checkAll()),
      watchManifests((paths) => this.#checker.changed(paths)),
    );
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#running.set(key, this.#check(document)), delayMs),
    );
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#timers.delete(key);
    if (document.isClosed) return;
    const path = document.uri.fsPath;
    if (!readSetting("check.enabled", path)) {
      this.#shown.delete(document.uri);
      return;
    }
    const { version } = document;
    try {
      const findings = await this.#checker.check({
        ...requestFor(document),
        clusterVersion: this.#served.version,
      });
      if (document.isClosed || document.version !== version) return;
      this.#findings.set(key, { version, findings });
      this.#shown.set(document.uri, findings.map(toDiagnostic));
    } catch (error) {
      this.#log.error(`Checking ${path} failed`, error);
    }
  }

  #forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#running.delete(key);
    this.#findings.delete(key);
    this.#shown.delete(uri);
    if (uri.scheme === "file") this.#checker.closed(uri.fsPath);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    clearTimeout(this.#others);
    this.#registrations.dispose();
    this.#watcher?.dispose();
  }
}

/** The document as it is now, with the settings of its place. */
export function requestFor(document: vscode.TextDocument): CheckRequest {
  const path = document.uri.fsPath;
  return {
    ...placeOf(document),
    text: document.getText(),
    isFile: document.uri.scheme === "file",
    ...checkSettings(path),
  };
}

/** What a check may depend on beside the document: from the first document on it is watched. */
function watchSurroundings(changed: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(
    "**/{.slipway.yaml,kustomization.yaml,kustomization.yml,Kustomization,*.dockerignore,.hadolint.yaml,.hadolint.yml}",
  );
  const events = [watcher.onDidCreate(changed), watcher.onDidChange(changed), watcher.onDidDelete(changed)];
  return vscode.Disposable.from(watcher, ...events);
}

/** Where a document stands; one that has no file yet stands in the first folder of the workspace. */
function placeOf(document: vscode.TextDocument): Pick<CheckRequest, "path" | "top"> {
  const path = checkedAs(document);
  const folder =
    vscode.workspace.getWorkspaceFolder(document.uri) ??
    (document.isUntitled ? vscode.workspace.workspaceFolders?.[0] : undefined);
  if (folder?.uri.scheme !== "file") return { path };
  const top = folder.uri.fsPath;
  return { path: isAbsolute(path) ? path : join(top, path), top };
}

/** The path that says what kind of file this is: its own, or one that its language stands for. */
export function checkedAs(document: vscode.TextDocument): string {
  const path = document.uri.fsPath;
  const ending = endings[document.languageId];
  return ending && !ending.known.test(path) ? `${path}${ending.add}` : path;
}

const endings: Record<string, { known: RegExp; add: string } | undefined> = {
  yaml: { known: /\.ya?ml$/i, add: ".yaml" },
  helm: { known: /\.ya?ml$/i, add: ".yaml" },
  dockercompose: { known: /compose[^/\\]*\.ya?ml$/i, add: "/compose.yaml" },
  dockerfile: { known: /(docker|container)file[^/\\]*$/i, add: ".dockerfile" },
};
