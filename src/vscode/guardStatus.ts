// The status bar item of open contexts that want care; there is none while none is open.
import * as vscode from "vscode";
import type { Clusters } from "../app/stores/clusters.ts";
import { guardStatus } from "../ui/rows/kube/guardStatus.ts";

export function showGuards(clusters: Clusters): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  const update = () => {
    const status = guardStatus(clusters);
    if (!status) return item?.hide();
    if (!item) {
      item = vscode.window.createStatusBarItem("slipway.guard", vscode.StatusBarAlignment.Left);
      item.name = "Slipway: Protected Contexts";
      item.command = "slipway.clusters.focus";
    }
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.tooltip };
    item.backgroundColor = status.isProtected
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    item.show();
  };
  return vscode.Disposable.from(
    clusters.changed(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("slipway.contexts")) clusters.guardsChanged();
    }),
    { dispose: () => item?.dispose() },
  );
}
