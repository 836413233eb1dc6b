// The check in its worker thread, with real worker threads.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, it } from "mocha";
import { CheckThread } from "../../../src/io/check/checkThread.ts";

const worker = fileURLToPath(new URL("../../../src/io/check/worker.ts", import.meta.url));

const pod = (gpus: string) => `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: x
      resources: {limits: {nvidia.com/gpu: ${gpus}}}
`;

describe("CheckThread", () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  function thread(script: string, timeoutMs?: number, memoryMiB?: number): CheckThread {
    const made = new CheckThread(script, timeoutMs, memoryMiB);
    ends.push(() => made.dispose());
    return made;
  }

  function scripted(source: string): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-worker-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "worker.cjs");
    writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${source}`);
    return path;
  }

  it("answers with the findings of the file, again and again", async () => {
    const checker = thread(worker);
    const bad = await checker.check({ path: "/a.yaml", text: pod("0.5"), levels: {} });
    assert.deepEqual(
      bad.map((finding) => finding.rule),
      ["GPU003"],
    );
    assert.deepEqual(await checker.check({ path: "/a.yaml", text: pod("1"), levels: {} }), []);
  });

  it("heeds the levels", async () => {
    const levels = { GPU003: "off" } as const;
    assert.deepEqual(await thread(worker).check({ path: "/a.yaml", text: pod("0.5"), levels }), []);
  });

  it("checks only the newest text of a path that changes while it waits", async () => {
    const seen = scripted(`
      const texts = [];
      parentPort.on("message", ({ text }) => {
        texts.push(text);
        parentPort.postMessage({ findings: texts.map((message) => ({ message })) });
      });`);
    const checker = thread(seen);
    const answers = await Promise.all(
      ["1", "2", "3", "4"].map((text) => checker.check({ path: "/a.yaml", text, levels: {} })),
    );
    assert.deepEqual(
      answers.map((findings) => findings.map((finding) => finding.message).join()),
      ["1", "1,4", "1,4", "1,4"],
    );
  });

  it("gives up a check that never ends, says so, and goes on with the next file", async () => {
    const stuck = scripted(`
      parentPort.on("message", ({ text }) => {
        while (text === "stuck");
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(stuck, 300);
    const first = checker.check({ path: "/a.yaml", text: "stuck", levels: {} });
    const second = checker.check({ path: "/b.yaml", text: "fine", levels: {} });
    const [finding, ...more] = await first;
    assert.match(finding?.message ?? "", /not checked: that took longer than 0\.3 seconds\. Split it/);
    assert.deepEqual(finding?.range.start, { line: 0, column: 0 });
    assert.deepEqual(more, []);
    assert.deepEqual(await second, []);
  });

  it("says so when a check needs too much memory, and lives on", async function () {
    this.timeout(20_000);
    const hungry = scripted(`
      parentPort.on("message", ({ text }) => {
        const all = [];
        while (text === "hungry") all.push(new Array(1e6).fill(all.length));
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(hungry, undefined, 32);
    const [finding] = await checker.check({ path: "/a.yaml", text: "hungry", levels: {} });
    assert.match(finding?.message ?? "", /too much memory/);
    assert.deepEqual(await checker.check({ path: "/a.yaml", text: "fine", levels: {} }), []);
  });

  it("rejects when the worker breaks, and starts a new one", async () => {
    const broken = scripted(`
      parentPort.on("message", ({ text }) => {
        if (text === "throw") throw new Error("broken on purpose");
        if (text === "exit") process.exit(3);
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(broken);
    const ask = (text: string) => checker.check({ path: "/a.yaml", text, levels: {} });
    await assert.rejects(ask("throw"), /broken on purpose/);
    await assert.rejects(ask("exit"), /ended by itself/);
    assert.deepEqual(await ask("fine"), []);
  });

  it("answers what is open when it is disposed", async () => {
    const silent = scripted(`parentPort.on("message", () => {});`);
    const checker = new CheckThread(silent);
    const open = [
      checker.check({ path: "/a.yaml", text: "", levels: {} }),
      checker.check({ path: "/b.yaml", text: "", levels: {} }),
    ];
    await checker.dispose();
    assert.deepEqual(await Promise.all(open), [[], []]);
    assert.deepEqual(await checker.check({ path: "/c.yaml", text: "", levels: {} }), []);
  });
});
