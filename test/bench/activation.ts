// Activation in a real extension host: loading and activating Slipway, beside an extension that does nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../sources.ts";
import { runHostSuite } from "../support/vscode/hostSuite.ts";
import { type Bench, median } from "./bench.ts";

const runs = 7;

export const bench: Bench = {
  name: "activation",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "slipway-activation-"));
    try {
      const empty = join(folder, "empty");
      mkdirSync(empty);
      writeFileSync(
        join(empty, "package.json"),
        JSON.stringify({
          name: "empty",
          publisher: "slipway",
          version: "0.0.1",
          engines: { vscode: "^1.107.0" },
          main: "./extension.js",
          activationEvents: ["onCommand:empty.nothing"],
        }),
      );
      writeFileSync(join(empty, "extension.js"), "exports.activate = () => {};\n");
      const suitePath = join(folder, "suite.cjs");
      writeFileSync(suitePath, suite);
      const workspace = join(folder, "workspace");
      mkdirSync(workspace);
      const time = async (extensionPath: string, id: string) => {
        const env = {
          SLIPWAY_BENCH_EXTENSION: id,
          KUBECONFIG: "/nonexistent",
          DOCKER_HOST: "unix:///nonexistent",
        };
        return (
          JSON.parse(await runHostSuite({ extensionPath, suitePath, workspace, env })) as { ms: number }
        ).ms;
      };
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let index = 0; index < runs; index++) {
        ours.push(await time(root, "slipway.slipway"));
        theirs.push(await time(empty, "slipway.empty"));
      }
      const [own, peer] = [median(ours), median(theirs)];
      return {
        rows: [
          { name: "load and activate", value: own, unit: "ms", peer: "an empty extension", peerValue: peer },
          { name: "over an empty extension", value: own - peer, unit: "ms", target: 25 },
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Runs inside the extension host. */
const suite = `
const vscode = require("vscode");
const { writeFileSync } = require("node:fs");
exports.run = async () => {
  const extension = vscode.extensions.getExtension(process.env.SLIPWAY_BENCH_EXTENSION);
  // The window is still being made when this begins, and takes its time from whoever comes first.
  for (let quiet = 0; quiet < 50; ) {
    const asked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
    quiet = performance.now() - asked < 15 ? quiet + 1 : 0;
  }
  if (extension.isActive) throw new Error("it is active before it is needed");
  const started = performance.now();
  await extension.activate();
  writeFileSync(process.env.SLIPWAY_HOST_RESULT, JSON.stringify({ ms: performance.now() - started }));
};
`;
