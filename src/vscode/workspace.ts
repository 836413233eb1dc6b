// The folders that are open and their devcontainer.json files; watched from the first listener on.
import * as vscode from "vscode";
import type { Workspace } from "../app/stores/environments/ports.ts";
import { Emitter } from "../base/event.ts";

const patterns = ["**/.devcontainer/**/devcontainer.json", "**/.devcontainer.json"];
/** Of a folder that comes with its files, as by a checkout, only the folder itself is told. */
const mayBeFolder = (path: string) =>
  /[\\/](?:\.devcontainer|[^.\\/]+)$/.test(path) && !/[\\/](?:node_modules|\.git)[\\/]/.test(path);
/** Many folders that come together are one look. */
const settleMs = 1000;

export function openWorkspace(): Workspace & vscode.Disposable {
  const changed = new Emitter<void>();
  const watchers: vscode.Disposable[] = [];
  const fire = () => changed.fire();
  let settling: NodeJS.Timeout | undefined;
  const watch = () => {
    if (watchers.length > 0) return;
    const folders = vscode.workspace.createFileSystemWatcher("**/*", false, true, true);
    watchers.push(
      folders,
      folders.onDidCreate((uri) => {
        if (!mayBeFolder(uri.path) || !changed.hasListeners) return;
        clearTimeout(settling);
        settling = setTimeout(fire, settleMs);
      }),
    );
    for (const pattern of patterns) {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      watchers.push(watcher, watcher.onDidCreate(fire), watcher.onDidChange(fire), watcher.onDidDelete(fire));
    }
  };
  return {
    folders: () =>
      (vscode.workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === "file")
        .map(({ uri }) => uri.fsPath),
    async configs() {
      if (!vscode.workspace.isTrusted) return [];
      const found = await vscode.workspace.findFiles(`{${patterns.join(",")}}`, "**/node_modules/**", 100);
      return found
        .filter((uri) => uri.scheme === "file")
        .map((uri) => uri.fsPath)
        .sort();
    },
    configsChanged(listener) {
      watch();
      return changed.event(listener);
    },
    dispose() {
      clearTimeout(settling);
      changed.dispose();
      for (const watcher of watchers) watcher.dispose();
    },
  };
}
