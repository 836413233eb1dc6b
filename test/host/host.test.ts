// Runs the suite of test/host/suite in a real extension host and shows each of its tests as one of ours.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, it } from "mocha";
import { root } from "../sources.ts";
import { runHostSuite } from "../support/vscode/hostSuite.ts";
import type { HostResult } from "./suite/run.ts";
import { findHelm } from "../support/helm.ts";
import { hostEngine } from "./engine.ts";

const suitePath = join(root, "node_modules", ".cache", "slipway-host-suite", "suite.cjs");
mkdirSync(join(suitePath, ".."), { recursive: true });
await build({
  entryPoints: [join(root, "test", "host", "suite", "run.ts")],
  outfile: suitePath,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node22",
  external: ["vscode", "mocha"],
});

const engine = await hostEngine();
const helm = await findHelm();
const env = {
  ...engine.env,
  ...(helm.available ? { SLIPWAY_HOST_HELM: dirname(helm.program) } : {}),
};
const shared = {
  extensionPath: root,
  suitePath,
  workspace: join(root, "media", "demo"),
  // The real ones are not to be had everywhere; these keep what was told to them.
  extensions: ["ms-toolsai.jupyter", "ms-vscode-remote.remote-containers"].map((name) =>
    join(root, "test", "host", "standIns", name),
  ),
};
try {
  await run("trusted workspace", { ...shared, env });
  // Would be run, if anything were.
  const programs = mkdtempSync(join(tmpdir(), "slipway-programs-"));
  writeFileSync(join(programs, "helm"), `#!/bin/sh\ntouch ${join(programs, "proof")}\n`, { mode: 0o755 });
  await run("untrusted workspace", {
    ...shared,
    workspaceTrust: true,
    // What a hostile repository would bring along.
    files: {
      "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
      "chart/templates/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n",
      ".vscode/settings.json": JSON.stringify({
        "slipway.kubernetes.kubeconfig": ["/tmp/evil"],
        "slipway.docker.path": "/tmp/evil",
        "slipway.docker.host": "tcp://evil.test:2375",
      }),
    },
    env: {
      ...env,
      SLIPWAY_HOST_TRUST: "untrusted",
      SLIPWAY_HOST_PROGRAMS: programs,
    },
  });
} finally {
  await engine.stop();
}

/** A suite that does not end is a failed test with its reason: thrown here, mocha would tell of something else. */
async function run(title: string, options: Parameters<typeof runHostSuite>[0]): Promise<void> {
  try {
    show(title, await runHostSuite(options));
  } catch (error) {
    describe(title, () => it("ran to its end", () => Promise.reject(error)));
  }
}

function show(title: string, resultText: string): void {
  const result = JSON.parse(resultText) as HostResult;
  describe(title, () => {
    for (const line of result.lines) it(line, () => {});
    for (const test of result.tests) {
      it(`${test.title} (${test.ms} ms)`, function () {
        if (test.state === "pending") this.skip();
        assert.equal(test.state, "passed", test.error);
      });
    }
    it("ran tests", () => assert.ok(result.tests.length > 0));
  });
}
