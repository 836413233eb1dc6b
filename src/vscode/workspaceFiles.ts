// Tells of manifests that come, change and go in the open folders, many at a time.
import * as vscode from "vscode";

/** A checkout changes thousands of files one after the other. */
const settleMs = 200;
/** More than these are no changes any more but another workspace. */
const mostPaths = 2_000;

const manifest = /\.ya?ml$|[\\/](?:Kustomization|\.gitignore)$/i;
const skipped = /[\\/](?:node_modules|\.git)(?:[\\/]|$)/;
/** A folder that comes or goes is told alone, without the files in it. */
const mayBeFolder = /[\\/][^\\/]*?(?:\.[\d.-]*)?$|[\\/]\.?[^\\/.]+$/;

/** @param changed with the paths; `all` where other files may be ignored now, or nearly all have changed. */
export function watchManifests(changed: (paths: readonly string[] | "all") => void): vscode.Disposable {
  let paths = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    const told = Array.from(paths);
    paths = new Set();
    const isOther = told.length > mostPaths || told.some((path) => path.endsWith(".gitignore"));
    changed(isOther ? "all" : told);
  };
  const note = ({ scheme, fsPath }: vscode.Uri) => {
    if (scheme !== "file" || skipped.test(fsPath)) return;
    paths.add(fsPath);
    clearTimeout(timer);
    timer = setTimeout(tell, settleMs);
  };
  const noteIf = (pattern: RegExp) => (uri: vscode.Uri) => {
    if (manifest.test(uri.fsPath) || pattern.test(uri.fsPath)) note(uri);
  };
  const watcher = vscode.workspace.createFileSystemWatcher("**/*");
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(noteIf(mayBeFolder)),
    watcher.onDidDelete(noteIf(mayBeFolder)),
    watcher.onDidChange(noteIf(/$^/)),
    { dispose: () => clearTimeout(timer) },
  );
}
