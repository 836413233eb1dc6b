// What a person opens stays open, also while the rows around it are drawn anew.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { join } from "node:path";
import { root } from "../sources.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import type { Window } from "../support/vscode/browser.ts";
import { Link } from "../support/vscode/link.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

describe("rows in a window over a slow link", () => {
  let cluster: Cluster;
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;
  const link = new Link();

  before(async () => {
    cluster = await startCluster();
    server = await startCodeServer({ env: { KUBECONFIG: cluster.kubeconfigPath } });
    const folder = copyWorkspace(server, join(root, "media", "demo"));
    ({ window, bench } = await openWorkbench(server, folder, { link }));
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await cluster?.stop();
  });

  witness(() => ({ page: window?.page, server }));

  it("keeps a namespace open that was opened while the list of namespaces came anew", async () => {
    await bench.sidebar();
    await bench.expand(cluster.context);
    await bench.expand("Nodes");
    await bench.row("The cluster has no nodes").waitFor();
    const asked = link.holdAfter("/nodes");
    await cluster.kubectl("create", "namespace", "more");
    await asked;
    const row = bench.row(/^default/);
    await row.locator(".monaco-tl-twistie").click();
    link.release();
    await bench.row(/^more/).waitFor();
    await bench.row(/kubernetes.*ClusterIP/).waitFor();
    const levels = await window.page
      .locator(".sidebar .monaco-list-row", { hasText: /^(slipway-test|more|kubernetes)/ })
      .evaluateAll((rows) => rows.map((one) => `${one.getAttribute("aria-level")} ${one.textContent}`));
    assert.deepEqual(levels.toSorted(), [
      "1 slipway-testcurrent",
      "2 more",
      "3 kubernetesClusterIP · port 443",
    ]);
  });
});
