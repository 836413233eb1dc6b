// Many files on several workers, with real worker threads and workers that misbehave on purpose.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { isAbort, never } from "../../src/base/signal.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { CheckPool, type PoolLimits } from "../../src/io/check/checkPool.ts";
import { FileChecker, type FileResult } from "../../src/io/check/fileChecker.ts";

const worker = fileURLToPath(new URL("../../src/io/check/batchWorker.ts", import.meta.url));
const limits: PoolLimits = { timeoutMs: 1500, memoryMiB: 64, batch: 3 };

describe("CheckPool", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-pool-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function scripted(body: string): string {
    const path = join(folder, "worker.cjs");
    const ask = `parentPort.on("message", (files) => parentPort.postMessage(files.map(({ path }) => one(path))));`;
    writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${body}\n${ask}`);
    return path;
  }
  const options = () => ({
    over: { levels: {} },
    top: folder,
    patches: [],
    facts: [],
  });
  const names = Array.from({ length: 10 }, (_, index) => `f${index}`);
  async function run(script: string, signal = never(), paths = names, given = limits) {
    const results: FileResult[] = [];
    const pool = new CheckPool(script, { options: options() }, given);
    const files = paths.map((path) => ({ path }));
    await pool.check(files, 2, (index, result) => void (results[index] = result), signal);
    return results;
  }
  const kinds = (results: readonly FileResult[]) =>
    results.map(({ outcome }) =>
      outcome.kind === "checked" ? (outcome.findings[0]?.message ?? "fine") : outcome.kind,
    );

  it("gives what one thread gives, each in its place", async () => {
    const paths = Array.from({ length: 40 }, (_, index) => {
      const path = join(folder, `${index}.yaml`);
      const gpus = index % 3 === 0 ? '"0.5"' : "1";
      writeFileSync(
        path,
        `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a${index}, image: x, resources: {limits: {nvidia.com/gpu: ${gpus}}}}\n`,
      );
      return path;
    });
    paths.push(join(folder, "gone.yaml"));
    const here = new FileChecker(rules, options());
    const results: FileResult[] = [];
    const pool = new CheckPool(worker, { options: options() });
    const files = paths.map((path) => ({ path }));
    await pool.check(files, 3, (index, result) => void (results[index] = result), never());
    assert.deepEqual(
      results,
      files.map((file) => here.check(file)),
    );
    assert.ok(JSON.stringify(results).includes("GPU003"));
    assert.equal(results.at(-1)?.outcome.kind, "trouble");
  }).timeout(20_000);

  const fineBut = (index: number, said: readonly string[]) =>
    assert.deepEqual(
      said.toSpliced(index, 1),
      Array.from({ length: 9 }, () => "fine"),
    );

  it("gives up only the file that never ends", async () => {
    const script = scripted(`const one = (path) => {
      while (path === "f4");
      return { outcome: { kind: "checked", findings: [], text: "" } };
    };`);
    const said = kinds(await run(script));
    assert.match(said[4] ?? "", /not checked: that took longer than 1\.5 seconds/);
    fineBut(4, said);
  }).timeout(30_000);

  it("gives up only the file that needs too much memory", async () => {
    const script = scripted(`const one = (path) => {
      const all = [];
      while (path === "f7") all.push(new Array(1e6).fill(all.length));
      return { outcome: { kind: "checked", findings: [], text: "" } };
    };`);
    const said = kinds(await run(script, never(), names, { ...limits, timeoutMs: 30_000 }));
    assert.match(said[7] ?? "", /not checked: that needs too much memory/);
    fineBut(7, said);
  }).timeout(60_000);

  it("calls a broken worker a bug", async () => {
    const script = scripted(`const one = (path) => { throw new Error("broken on purpose"); };`);
    await assert.rejects(run(script), /broken on purpose/);
  });

  it("ends at once when it is cancelled", async () => {
    const script = scripted(`const one = () => { for (;;); };`);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const started = performance.now();
    await assert.rejects(run(script, stop.signal), isAbort);
    assert.ok(performance.now() - started < 1200, "it did not wait for the timeout");
  });
});
