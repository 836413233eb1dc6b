// What clusters said of open documents, as diagnostics of their own that say when; an edit takes away what was said
// of the part that is edited. On a save the cluster is asked again, where the settings want it.
import * as vscode from "vscode";
import type { App } from "../app/app.ts";
import type { ClusterFindings, ClusterVerdict } from "../app/stores/clusterFindings.ts";
import { isAbort } from "../base/signal.ts";
import { Trouble } from "../base/trouble.ts";
import type { ClusterInput } from "../core/rules/liveCluster.ts";
import type { Finding } from "../core/syntax/finding.ts";
import { type Checker, requestFor } from "./diagnostics.ts";
import { timeOfDay, toDiagnostic } from "./ranges.ts";
import { readSetting } from "./settings.ts";

/** @param world as far as it is built: without it no context is open. */
export function showClusterFindings(
  findings: ClusterFindings,
  world: () => Promise<{ app: App }> | undefined,
): vscode.Disposable {
  const shown = vscode.languages.createDiagnosticCollection("slipway-cluster");
  /** The last save of each document: one that is saved again is not asked about twice. */
  const saving = new Map<string, AbortController>();
  return vscode.Disposable.from(
    shown,
    findings.changed((document) => {
      const verdict = findings.get(document);
      const uri = vscode.Uri.parse(document);
      shown.set(
        uri,
        verdict?.findings.map((finding) => told(finding, verdict)),
      );
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      saving.get(document.uri.toString())?.abort();
      const changes = contentChanges.map(({ range: { start, end }, text }) => ({
        range: {
          start: { line: start.line, column: start.character },
          end: { line: end.line, column: end.character },
        },
        text,
      }));
      findings.edited(document.uri.toString(), changes, () => document.getText());
    }),
    vscode.workspace.onDidCloseTextDocument((document) => findings.forget(document.uri.toString())),
    vscode.workspace.onDidSaveTextDocument(async (document) => {
      if (document.languageId !== "yaml" || !vscode.workspace.isTrusted) return;
      if (readSetting("check.withCluster") !== "onSave") return;
      const built = await world();
      if (!built) return;
      const uri = document.uri.toString();
      const context = openContext(built.app, findings.get(uri)?.context);
      if (context === undefined) return;
      saving.get(uri)?.abort();
      const stop = new AbortController();
      saving.set(uri, stop);
      const location = vscode.ProgressLocation.Window;
      await vscode.window.withProgress({ location, title: `Checking against ${context}` }, () =>
        checkSaved(built.app, document, context, stop.signal),
      );
      if (saving.get(uri) === stop) saving.delete(uri);
    }),
  );
}

function told(finding: Finding, { context, atMs }: ClusterVerdict): vscode.Diagnostic {
  const diagnostic = toDiagnostic(finding);
  diagnostic.source = `Slipway, ${context} at ${timeOfDay(atMs)}`;
  return diagnostic;
}

/** The one that the document was checked against before, or the only one there is; none that is not open. */
function openContext({ clusters }: App, before: string | undefined): string | undefined {
  if (before !== undefined && clusters.get(before)) return before;
  const [only, ...others] = clusters.opened;
  return others.length === 0 ? only?.entry.name : undefined;
}

/** Nobody asked for it just now: what goes wrong is told in the log. */
async function checkSaved(
  app: App,
  document: vscode.TextDocument,
  context: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { checkAgainst } = await import("../ui/rows/kube/checkAgainst.ts");
    const source = {
      name: vscode.workspace.asRelativePath(document.uri),
      text: document.getText(),
      uri: document.uri.toString(),
    };
    await checkAgainst(app, source, context, () => {}, signal);
  } catch (error) {
    if (isAbort(error)) return;
    if (Trouble.is(error)) app.log.info(`check of ${document.fileName} against ${context} · ${error.text}`);
    else app.log.error(`Checking ${document.fileName} against ${context} failed`, error);
  }
}

/** The findings of the document as it is when they are given; none when it is closed by then. */
export async function judge(checker: Checker, uri: string, cluster: ClusterInput): Promise<Finding[]> {
  for (;;) {
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
    if (!document) return [];
    const { version } = document;
    const findings = await checker.check({ ...requestFor(document), cluster });
    if (document.isClosed || document.version === version) return findings;
  }
}
