// Shows panels of ours as webview views: a page with a strict policy, and messages while it is visible.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { Disposables } from "../base/disposables.ts";
import type { App } from "../app/app.ts";
import type { Panel } from "../ui/panel.ts";

/** @param app built when the first panel is seen. */
export function registerPanels(
  panels: readonly Panel[],
  app: () => Promise<App>,
  extension: vscode.Uri,
): vscode.Disposable {
  const folder = vscode.Uri.joinPath(extension, "dist", "webview");
  return vscode.Disposable.from(
    ...panels.map((panel) =>
      vscode.window.registerWebviewViewProvider(
        panel.id,
        { resolveWebviewView: (view) => open(panel, app, folder, view) },
        // A hidden page is dropped: it is sent all of what it shows when it comes back.
        { webviewOptions: { retainContextWhenHidden: false } },
      ),
    ),
  );
}

async function open(
  panel: Panel,
  app: () => Promise<App>,
  folder: vscode.Uri,
  view: vscode.WebviewView,
): Promise<void> {
  const { webview } = view;
  const own = new Disposables();
  view.onDidDispose(() => own.dispose());
  const host = own.add(await panel.create(await app(), (message) => void webview.postMessage(message)));
  own.add(webview.onDidReceiveMessage((message: unknown) => host.receive(message)));
  own.add(view.onDidChangeVisibility(() => host.setVisible(view.visible)));
  if (own.disposed) return;
  host.setVisible(view.visible);
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  // Last: from here on the page can send messages.
  webview.html = page(panel, webview, folder);
}

function page(panel: Panel, webview: vscode.Webview, folder: vscode.Uri): string {
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<title>${panel.name}</title>
<link rel="stylesheet" href="${uri(`${panel.page}.css`)}">
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${uri(`${panel.page}.js`)}"></script>
</body>
</html>`;
}
