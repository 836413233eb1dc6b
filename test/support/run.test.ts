// A run of the engines takes its processes and its folder down, also when it is ended by a signal or killed.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { isProcessAlive } from "./cleanup.ts";
import { waitUntil } from "./command.ts";
import { beginRun } from "./run.ts";

const script = `
  import { existsSync, readFileSync } from "node:fs";
  import { setTimeout } from "node:timers/promises";
  import { beginRun } from "${new URL("run.ts", import.meta.url).href}";
  const run = beginRun();
  const sleeper = run.start("sleeper", "sleep", ["1000"]);
  // Its guard is there once it is itself: who is killed before leaves it behind.
  const name = "/proc/" + sleeper.processId + "/comm";
  while (existsSync(name) && readFileSync(name, "utf8").trim() !== "sleep") await setTimeout(5);
  console.log(JSON.stringify({ folder: run.folder, processId: sleeper.processId }));
  setInterval(() => {}, 1000);
`;

async function startChild(): Promise<{ child: ChildProcess; folder: string; processId: number }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
  });
  return { child, ...(JSON.parse(line) as { folder: string; processId: number }) };
}

describe("run of the engines", function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("ends its processes and removes its folder", async () => {
    const run = beginRun();
    const sleeper = run.start("sleeper", "sleep", ["1000"]);
    assert.ok(isProcessAlive(sleeper.processId));
    await run.end();
    assert.equal(isProcessAlive(sleeper.processId), false);
    assert.equal(existsSync(run.folder), false);
    assert.throws(() => run.start("late", "sleep", ["1"]), /has ended/);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends them on ${signal}`, async () => {
      const { child, folder, processId } = await startChild();
      child.kill(signal);
      await waitUntil("the end of the process", 30_000, () => !isProcessAlive(processId));
      await waitUntil("the end of the folder", 8_000, () => !existsSync(folder));
    });
  }

  it("leaves no process behind a hard kill, and the next run sweeps the folder", async function () {
    if (process.platform !== "linux") this.skip();
    // A place that no other run on this machine sweeps meanwhile.
    const place = mkdtempSync(join(tmpdir(), "slipway-sweep-"));
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = place;
    try {
      const { child, folder, processId } = await startChild();
      child.kill("SIGKILL");
      await waitUntil("the end of the process", 30_000, () => !isProcessAlive(processId));
      assert.ok(existsSync(folder));
      await beginRun().end();
      assert.equal(existsSync(folder), false);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      rmSync(place, { recursive: true, force: true });
    }
  });
});
