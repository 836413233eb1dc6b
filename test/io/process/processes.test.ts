// Running real processes: no shell, lines out, the whole tree ended by a cancel, one log line without secrets.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { isAbort, never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { Processes } from "../../../src/io/process/processes.ts";
import { descendants, graceMs } from "../../../src/io/process/tree.ts";

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A dead child that nobody has waited for still has an id.
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

async function gone(pids: number[], withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (!pids.some(alive)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** Runs a script of sh until it has said `ready`, cancels, and gives the process ids that it printed. */
async function cancelled(script: string): Promise<{ pids: number[]; ms: number }> {
  const cancel = new AbortController();
  const pids: number[] = [];
  let started = 0;
  const run = new Processes(silentLog).run(
    {
      command: "sh",
      args: ["-c", script],
      onLine(line) {
        if (/^\d+$/.test(line)) pids.push(Number(line));
        if (line !== "ready") return;
        started = Date.now();
        cancel.abort();
      },
    },
    cancel.signal,
  );
  await assert.rejects(run, (error: unknown) => isAbort(error));
  return { pids, ms: Date.now() - started };
}

describe("running a process", () => {
  const processes = new Processes(silentLog);

  it("gives lines, exit code and time", async () => {
    const lines: string[] = [];
    const result = await processes.run(
      {
        command: "sh",
        args: ["-c", "printf 'ein\\r\\nzwei ö\\nohne Ende'; echo fehler >&2; exit 7"],
        onLine: (line, stream) => lines.push(`${stream} ${line}`),
      },
      never(),
    );
    assert.equal(result.exitCode, 7);
    assert.ok(result.ms >= 0 && result.ms < 10_000);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("stdout")),
      ["stdout ein", "stdout zwei ö", "stdout ohne Ende"],
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith("stderr")),
      ["stderr fehler"],
    );
  });

  it("gives arguments as they are: no shell reads them", async () => {
    const args = ["$(echo no)", "`echo no`", '"a b"', "-n; echo no", "*", "it's"];
    const { stdout } = await processes.output(
      {
        command: process.execPath,
        args: ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...args],
      },
      never(),
    );
    assert.deepEqual(JSON.parse(stdout), args);
  });

  it("hands on a line of at most 1 MiB, and the next one whole", async () => {
    const lengths: number[] = [];
    await processes.run(
      {
        command: process.execPath,
        args: ["-e", "process.stdout.write('x'.repeat(5*1024*1024)+'\\nnext\\n')"],
        onLine: (line) => lengths.push(line.length),
      },
      never(),
    );
    assert.deepEqual(lengths, [1024 * 1024, 4]);
  });

  it("writes the input and closes it", async () => {
    const { stdout } = await processes.output({ command: "cat", args: [], input: "hello" }, never());
    assert.equal(stdout, "hello\n");
  });

  it("says which tool is missing", async () => {
    await assert.rejects(
      processes.run({ command: "slipway-no-such-tool", args: [] }, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "missing-tool"));
        assert.equal(
          error.text,
          "slipway-no-such-tool was not found. Install it, or add its folder to PATH.",
        );
        return true;
      },
    );
  });

  it("says when a file can't be executed, and when the folder is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    const file = join(folder, "tool");
    writeFileSync(file, "", { mode: 0o600 });
    await assert.rejects(processes.run({ command: file, args: [] }, never()), (error: unknown) =>
      Trouble.is(error, "denied"),
    );
    rmSync(folder, { recursive: true });
    await assert.rejects(processes.run({ command: "sh", args: [], folder }, never()), (error: unknown) =>
      Trouble.is(error, "not-found"),
    );
  });

  it("writes one log line with arguments, end and time, and neither environment nor input", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, info: (text: string) => lines.push(text) };
    await new Processes(log).run(
      { command: "sh", args: ["-c", "exit 3", "it's"], env: { TOKEN: "canary-1" }, input: "canary-2" },
      never(),
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^run sh -c 'exit 3' 'it'\\''s' · exit 3 · \d+ ms$/);
    assert.doesNotMatch(lines.join(), /canary/);
  });

  it("does not start when it is cancelled already", async () => {
    await assert.rejects(processes.run({ command: "sh", args: [] }, AbortSignal.abort()), (error: unknown) =>
      isAbort(error),
    );
  });
});

describe("cancelling a process", function () {
  this.timeout(15_000);
  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  it("ends its children and theirs", async () => {
    const { pids, ms } = await cancelled(
      "sh -c 'sleep 60 & echo $!; echo $$; wait' & echo $$; sleep 0.1; echo ready; wait",
    );
    assert.equal(pids.length, 3);
    assert.ok(await gone(pids, 1000));
    assert.ok(ms < graceMs, `${ms} ms`);
  });

  it("ends a child that made a session of its own", async () => {
    const { pids } = await cancelled("setsid sh -c 'echo $$; exec sleep 60' & sleep 0.2; echo ready; wait");
    assert.equal(pids.length, 1);
    assert.ok(await gone(pids, 1000));
  });

  it("kills what does not end by itself after 3 s", async () => {
    const { pids, ms } = await cancelled("trap '' TERM; echo $$; echo ready; while :; do sleep 60; done");
    assert.ok(await gone(pids, 1000));
    assert.ok(ms >= graceMs - 100 && ms < graceMs + 2000, `${ms} ms`);
  });
});

describe("the tree under a process", () => {
  it("is found from pairs of process and parent, in loops too", () => {
    const pairs = [
      [2, 1],
      [3, 2],
      [4, 3],
      [5, 1],
      [9, 9],
      [1, 4],
    ] as const;
    assert.deepEqual(
      descendants(pairs, 2).sort((a, b) => a - b),
      [1, 3, 4, 5],
    );
    assert.deepEqual(descendants(pairs, 9), []);
  });
});
