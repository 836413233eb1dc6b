// Checks documents as they change and keeps their findings: diagnostics, and quick fixes from them.
import * as vscode from "vscode";
import type { Log } from "../base/log.ts";
import type { Finding } from "../core/syntax/finding.ts";
import type { SettingValues } from "../ui/settings.ts";
import { toDiagnostic } from "./ranges.ts";
import { readSetting } from "./settings.ts";

export interface CheckRequest {
  path: string;
  text: string;
  levels: SettingValues["check.rules"];
}

/** What diagnostics need from the world: a check that does not block this thread. */
export interface Checker {
  check(request: CheckRequest): Promise<Finding[]>;
}

/** Quiet time after a keystroke before a document is checked. */
const quietMs = 200;

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
  readonly #shown = vscode.languages.createDiagnosticCollection("slipway");
  readonly #findings = new Map<string, { version: number; findings: Finding[] }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #registrations: vscode.Disposable;

  constructor(checker: Checker, log: Log) {
    this.#checker = checker;
    this.#log = log;
    this.#registrations = vscode.Disposable.from(
      this.#shown,
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, quietMs)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document.uri)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("slipway.check")) this.checkAll();
      }),
    );
    this.checkAll();
  }

  checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  /** The findings of the document as it is now; none while it is ahead of the last check. */
  findings(document: vscode.TextDocument): Finding[] {
    const known = this.#findings.get(document.uri.toString());
    return known?.version === document.version ? known.findings : [];
  }

  #schedule(document: vscode.TextDocument, delayMs: number): void {
    if (vscode.languages.match(documentSelector, document) === 0) return;
    if (
      document.uri.scheme !== "file" &&
      document.uri.scheme !== "untitled" &&
      document.uri.scheme !== "vscode-remote"
    )
      return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#check(document), delayMs),
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
        path: checkedAs(document),
        text: document.getText(),
        levels: readSetting("check.rules", path),
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
    this.#findings.delete(key);
    this.#shown.delete(uri);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#registrations.dispose();
  }
}

/** The path that says what kind of file this is: its own, or one that its language stands for. */
function checkedAs(document: vscode.TextDocument): string {
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
