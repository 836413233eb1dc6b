// Waiting for what a person would wait for: diagnostics, documents, quick inputs.
import { delimiter } from "node:path";
import * as vscode from "vscode";

/** Opens a file of the workspace in the editor. */
export async function open(path: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error("no folder is open");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** What Slipway says of the document now. */
export function ours(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === "Slipway");
}

/** The same, once `settled` holds for them. */
export async function diagnostics(
  document: vscode.TextDocument,
  settled: (all: vscode.Diagnostic[]) => boolean,
  timeoutMs = 20_000,
): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      listener.dispose();
    };
    const look = () => {
      const now = ours(document);
      if (!settled(now)) return;
      finish();
      resolve(now);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    const timer = setTimeout(() => {
      finish();
      reject(
        new Error(
          `diagnostics did not settle: ${JSON.stringify(ours(document).map((one) => [ruleOf(one), one.message]))}`,
        ),
      );
    }, timeoutMs);
    look();
  });
}

export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === "object" ? code.value : code);
}

export function has(rule: string): (all: vscode.Diagnostic[]) => boolean {
  return (all) => all.some((one) => ruleOf(one) === rule);
}

export function hasNot(rule: string): (all: vscode.Diagnostic[]) => boolean {
  return (all) => !has(rule)(all);
}

/** Quick fixes offered on a diagnostic. */
export async function quickFixes(
  document: vscode.TextDocument,
  at: vscode.Range,
): Promise<vscode.CodeAction[]> {
  // The editor drops what it asked for when the document changes meanwhile, as a new one does once when it settles.
  for (let tries = 0; ; tries++) {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      at,
      vscode.CodeActionKind.QuickFix.value,
      // As many as have their edits made, too.
      20,
    );
    if (actions.length > 0 || tries === 3) return actions;
  }
}

/** Programs that the extension finds first: the host asks the person's shell for a PATH, whatever it was started with. */
export function addToPath(folder: string): void {
  process.env["PATH"] = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
}

/** Repairs, in the editor that is active, all that a save may repair. */
export async function fixAll(document: vscode.TextDocument): Promise<void> {
  const { version } = document;
  // As above: the editor drops what it asked for, here without a word.
  for (let tries = 0; document.version === version && tries < 4; tries++)
    await vscode.commands.executeCommand("editor.action.fixAll");
}
