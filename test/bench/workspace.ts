// A workspace of 10,000 manifests: how long a keystroke waits for its findings while they are read, and after.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { CheckThread } from "../../src/io/check/checkThread.ts";
import { root } from "../sources.ts";
import { runCommand } from "../support/command.ts";
import { type Bench, median } from "./bench.ts";

const FILES = 9_990;
const FOLDERS = 333;
const RUNS = 25;

export const bench: Bench = {
  name: "a workspace of 10,000 manifests",
  async run() {
    await runCommand(process.execPath, [join(root, "esbuild.js")]);
    const top = mkdtempSync(join(tmpdir(), "slipway-workspace-"));
    const thread = new CheckThread(join(root, "dist", "checkWorker.js"), {
      schemasPath: join(root, "data", "kubernetes.schemas"),
    });
    try {
      for (let index = 0; index < FILES; index++) {
        const folder = join(top, String(index % FOLDERS));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${index}.yaml`), manifest(index));
      }
      const path = join(top, "0", "0.yaml");
      const check = async (run: number) => {
        const started = performance.now();
        const text = manifest(0).replace("replicas: 1", `replicas: ${run + 1}`);
        await thread.check({ path, text, levels: {}, top, isFile: true });
        return performance.now() - started;
      };
      const events = new EventTarget();
      thread.othersChanged(() => events.dispatchEvent(new Event("known")));
      const known = once(events, "known");
      const started = performance.now();
      await check(0);
      let isKnown = false;
      const reading: number[] = [];
      void known.then(() => (isKnown = true));
      for (let run = 0; !isKnown; run++) reading.push(await check(run));
      const readMs = performance.now() - started;
      const after: number[] = [];
      for (let run = 0; run < RUNS; run++) after.push(await check(run));
      return {
        rows: [
          { name: "all files read", value: readMs, unit: "ms", target: 15_000 },
          { name: "after a keystroke, while they are read", value: median(reading), unit: "ms", target: 50 },
          { name: "the same, the slowest", value: Math.max(...reading), unit: "ms", target: 250 },
          { name: "after a keystroke, when they are known", value: median(after), unit: "ms", target: 50 },
        ],
      };
    } finally {
      await thread.dispose();
      rmSync(top, { recursive: true });
    }
  },
};

function manifest(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: model-${index}, namespace: team-${index % 50}}
spec:
  replicas: 1
  selector: {matchLabels: {app: model-${index}}}
  template:
    metadata: {labels: {app: model-${index}, tier: serving}}
    spec:
      containers:
        - name: server
          image: registry.example/model:${index}
          ports: [{name: http, containerPort: 8000}]
          env: [{name: RATE, valueFrom: {configMapKeyRef: {name: settings-${index}, key: rate}}}]
---
apiVersion: v1
kind: Service
metadata: {name: model-${index}, namespace: team-${index % 50}}
spec: {selector: {app: model-${index}}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings-${index}, namespace: team-${index % 50}}
data: {rate: "1"}
`;
}
