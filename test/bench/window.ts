// How soon a person sees in a real window what changed in a real cluster.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { root } from "../sources.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { openWorkbench } from "../window/workbench.ts";
import { type Bench, median, percentile95 } from "./bench.ts";

const CHANGES = 60;
const EACH_MS = 1_000;
const MERGE = "application/merge-patch+json";
const PODS = "/api/v1/namespaces/default/pods";

export const bench: Bench = {
  name: `${CHANGES} changes, one a second, until each is a row on the screen`,
  async run() {
    const cluster = await startCluster();
    const server = await startCodeServer({ env: { KUBECONFIG: cluster.kubeconfigPath } });
    try {
      const folder = copyWorkspace(server, join(root, "media", "demo"));
      const { window, bench: workbench } = await openWorkbench(server, folder, { isMoving: true });
      try {
        await workbench.sidebar();
        await workbench.expand(cluster.context);
        await workbench.expand(/^default/);
        const tookMs = await measured(cluster, window.page);
        return {
          rows: [
            { name: "change to visible row, p95", value: percentile95(tookMs), unit: "ms", target: 300 },
            { name: "change to visible row, median", value: median(tookMs), unit: "ms" },
          ],
        };
      } finally {
        await window.close();
      }
    } finally {
      await server.stop();
      await cluster.stop();
    }
  },
};

/** Milliseconds from before each write until the page has it. */
async function measured(cluster: Cluster, page: Page): Promise<number[]> {
  const store = new Clusters(
    new KubeClusters(() => [cluster.kubeconfigPath], systemClock, silentLog),
    systemClock,
    silentLog,
  );
  const { transport } = (await store.open(cluster.context)).connection as Connection;
  const send = (method: "POST" | "PATCH" | "DELETE", path: string, body: object) =>
    transport.json({ method, path, body, ...(method === "PATCH" ? { type: MERGE } : {}) }, never());
  await page.evaluate(watchPage);
  const sentMs = new Map<string, number>();
  const startedMs = Date.now() + EACH_MS;
  for (let change = 0; change < CHANGES; change++) {
    await until(startedMs + change * EACH_MS);
    const pod = Math.floor(change / 2);
    const word = change % 2 === 0 ? `made-${pod}` : `Turn${pod}`;
    sentMs.set(word, Date.now());
    if (change % 2 === 0) await send("POST", PODS, podNamed(`made-${pod}`));
    else await send("PATCH", `${PODS}/made-${pod}/status`, waiting(`Turn${pod}`));
    // So that the next ones are rows on the screen, too; no part of what is measured.
    await until(startedMs + (change + 0.5) * EACH_MS);
    if (change % 2 === 1 && pod > 2)
      await send("DELETE", `${PODS}/made-${pod - 3}`, { gracePeriodSeconds: 0 });
  }
  await until(startedMs + (CHANGES + 2) * EACH_MS);
  const seenMs = new Map(await page.evaluate(() => Array.from(seenOnPage)));
  store.dispose();
  const missing = Array.from(sentMs.keys()).filter((word) => !seenMs.has(word));
  if (missing.length > 0) throw new Error(`never seen: ${missing.join(", ")}`);
  return Array.from(sentMs, ([word, atMs]) => (seenMs.get(word) ?? Number.NaN) - atMs);
}

// In the page: when each word was first there. Both clocks are this machine's.
declare const seenOnPage: Map<string, number>;

function watchPage(): void {
  const seen = new Map<string, number>();
  Object.assign(globalThis, { seenOnPage: seen });
  const sidebar = document.querySelector(".sidebar");
  const look = () => {
    for (const row of sidebar?.querySelectorAll(".monaco-list-row") ?? [])
      for (const [word] of (row.textContent ?? "").matchAll(/made-\d+|Turn\d+/g))
        if (!seen.has(word)) seen.set(word, Date.now());
  };
  const options = { subtree: true, childList: true, characterData: true, attributes: true };
  if (sidebar) new MutationObserver(look).observe(sidebar, options);
}

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}

/** No scheduler takes it: nothing happens to it but what we do. */
function podNamed(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { schedulerName: "nobody", containers: [{ name: "main", image: "slipway.test/nothing:1" }] },
  };
}

function waiting(reason: string): object {
  const state = { waiting: { reason } };
  const containerStatuses = [{ name: "main", ready: false, restartCount: 0, image: "", imageID: "", state }];
  return { status: { phase: "Pending", containerStatuses } };
}
