// Tells of files of charts and kustomizations that are opened, saved and typed in, where programs may be run: in a trusted workspace.
import * as vscode from "vscode";
import { type CheckSettings, checkSettings } from "./checkSettings.ts";
import { readSetting } from "./settings.ts";

interface RenderSettings extends CheckSettings {
  top?: string;
}

/** What this needs from the world. */
export interface Rendering {
  opened(path: string, settings: RenderSettings): Promise<void>;
  saved(path: string, settings: RenderSettings): Promise<void>;
  edited(path: string): void;
}

const wanted = /\.(?:ya?ml|tpl|json)$|[\\/](?:NOTES\.txt|values\.schema\.json|Kustomization|[\w.-]+\.env)$/;

export function registerRendering(rendering: Rendering): vscode.Disposable {
  const about = ({ uri }: vscode.TextDocument, tell: (path: string, settings: RenderSettings) => void) => {
    if (uri.scheme !== "file" || !wanted.test(uri.fsPath) || !vscode.workspace.isTrusted) return;
    const path = uri.fsPath;
    if (!readSetting("check.enabled", path) || !readSetting("check.render", path)) return;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    tell(path, {
      ...checkSettings(path),
      ...(folder?.uri.scheme === "file" ? { top: folder.uri.fsPath } : {}),
    });
  };
  const opened = (document: vscode.TextDocument) =>
    about(document, (path, settings) => void rendering.opened(path, settings));
  const openedAll = () => vscode.workspace.textDocuments.forEach(opened);
  openedAll();
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(opened),
    vscode.workspace.onDidGrantWorkspaceTrust(openedAll),
    vscode.workspace.onDidSaveTextDocument((document) =>
      about(document, (path, settings) => void rendering.saved(path, settings)),
    ),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document.uri.scheme === "file") rendering.edited(document.uri.fsPath);
    }),
  );
}
