// Looks for settings that a workspace which is not trusted brings along: VS Code leaves them out and says so only where
// settings are edited.
import * as vscode from "vscode";
import type { Log } from "../base/log.ts";
import { ignoredSentence, restrictedIn } from "../ui/rows/kube/ignoredSettings.ts";

/** Their ids, as the files of the workspace have them now; what is found is logged once. */
export function ignoredSettings(log: Log): () => Promise<string[]> {
  let logged = "";
  return async () => {
    if (vscode.workspace.isTrusted) return [];
    const { workspaceFolders = [], workspaceFile } = vscode.workspace;
    const found = await Promise.all([
      ...workspaceFolders.map(async ({ uri }) =>
        restrictedIn(await textOf(vscode.Uri.joinPath(uri, ".vscode", "settings.json"))),
      ),
      workspaceFile?.scheme === "file"
        ? textOf(workspaceFile).then((text) => restrictedIn(text, "settings"))
        : [],
    ]);
    const ignored = Array.from(new Set(found.flat()));
    const sentence = ignored.length === 0 ? "" : ignoredSentence(ignored);
    if (sentence !== "" && sentence !== logged) log.warn(sentence);
    logged = sentence;
    return ignored;
  };
}

async function textOf(uri: vscode.Uri): Promise<string> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
  } catch {
    // Most workspaces have none.
    return "";
  }
}
