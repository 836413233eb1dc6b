// The folders that are open and their devcontainer.json files; watched from the first listener on.
import * as vscode from "vscode";
import type { Workspace } from "../app/stores/environments/ports.ts";
import { Emitter } from "../base/event.ts";

const patterns = ["**/.devcontainer/**/devcontainer.json", "**/.devcontainer.json"];

export function openWorkspace(): Workspace & vscode.Disposable {
  const changed = new Emitter<void>();
  const watchers: vscode.Disposable[] = [];
  const watch = () => {
    if (watchers.length > 0) return;
    for (const pattern of patterns) {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const fire = () => changed.fire();
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
      changed.dispose();
      for (const watcher of watchers) watcher.dispose();
    },
  };
}
