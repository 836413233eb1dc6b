// Notices that a notebook of Jupyter is open.
import * as vscode from "vscode";

/** Calls `run` once, as soon as there is one in this window. */
export function onJupyterNotebook(run: () => unknown): vscode.Disposable {
  const isOne = ({ notebookType }: vscode.NotebookDocument) => notebookType === "jupyter-notebook";
  if (vscode.workspace.notebookDocuments.some(isOne)) {
    run();
    return { dispose() {} };
  }
  const listener = vscode.workspace.onDidOpenNotebookDocument((notebook) => {
    if (!isOne(notebook)) return;
    listener.dispose();
    run();
  });
  return listener;
}
