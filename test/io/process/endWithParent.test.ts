// A program that ends with the one that started it, also when that one is killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { before, describe, it } from "mocha";
import { isProcessAlive } from "../../support/cleanup.ts";
import { waitUntil } from "../../support/command.ts";

const processes = new URL("../../../src/io/process/processes.ts", import.meta.url).href;
const guard = new URL("../../../src/io/process/endWithParent.ts", import.meta.url).pathname;

/** A parent that runs `program` under the guard and says its process number and that of its child. */
const parent = (program: string) => `
  const { Processes } = await import(${JSON.stringify(processes)});
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const args = ["--require", ${JSON.stringify(guard)}, "-e", ${JSON.stringify(program)}];
  const run = new Processes(log).run(
    { command: process.execPath, args, holdsInput: true, onLine: (line) => console.log(line) },
    new AbortController().signal,
  );
  console.log("exit " + (await run).exitCode);`;

describe("a program that ends with its parent", function () {
  this.timeout(20_000);
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("is gone with what it started when the parent is killed", async () => {
    const program = `const child = require("node:child_process").spawn("sleep", ["1000"]);
      console.log(process.pid + " " + child.pid); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", parent(program)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (data) => resolve(`${data}`)),
    );
    const pids = line.trim().split(" ").map(Number);
    assert.ok(pids.length === 2 && pids.every(isProcessAlive), line);
    child.kill("SIGKILL");
    await waitUntil("the end of both", 10_000, () => !pids.some(isProcessAlive));
  });

  it("ends by itself as any other", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", parent("console.log('done')")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (data) => (said += `${data}`));
    await new Promise((resolve) => child.once("close", resolve));
    assert.equal(said, "done\nexit 0\n");
  });
});
