// The stand-in nvidia-smi: its table, its list and its queries read like the real one's.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { before, describe, it } from "mocha";
import { nvidiaSmiScript } from "./nvidiaSmi.ts";

function run(devices: string, ...args: string[]): string {
  return execFileSync("/bin/sh", ["-c", nvidiaSmiScript(2), "nvidia-smi", ...args], {
    env: { ...process.env, NVIDIA_VISIBLE_DEVICES: devices },
  }).toString();
}

describe("stand-in nvidia-smi", function () {
  before(function () {
    // It is a shell script for Linux containers.
    if (process.platform === "win32") this.skip();
  });

  it("lists the visible GPUs", () => {
    assert.match(run("1", "-L"), /^GPU 1: NVIDIA H100 80GB HBM3 \(UUID: GPU-[0-9a-f-]{36}\)\n$/);
    assert.equal(run("all", "-L").split("\n").length, 3);
  });

  it("answers a query without header and units", () => {
    const fields = "index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw";
    assert.equal(
      run("all", `--query-gpu=${fields}`, "--format=csv,noheader,nounits"),
      "0, NVIDIA H100 80GB HBM3, 81559, 11125, 97, 53, 433.78\n1, NVIDIA H100 80GB HBM3, 81559, 0, 0, 28, 71.22\n",
    );
  });

  it("refuses a field that it does not know, as the real one does", () => {
    const result = spawnSync("/bin/sh", ["-c", nvidiaSmiScript(1), "nvidia-smi", "--query-gpu=nonsense"], {
      env: { ...process.env, NVIDIA_VISIBLE_DEVICES: "all" },
    });
    assert.equal(result.status, 2);
    assert.match(result.stdout.toString(), /^Field "nonsense" is not a valid field to query\.$/m);
  });

  it("prints a table whose lines are equally long", () => {
    const lines = run("all")
      .split("\n")
      .filter((line) => /^[|+]/.test(line));
    assert.deepEqual(new Set(lines.map((line) => line.length)), new Set([91]));
  });

  it("says so when no device is there", () => {
    const result = spawnSync("/bin/sh", ["-c", nvidiaSmiScript(1), "nvidia-smi"], {
      env: { ...process.env, NVIDIA_VISIBLE_DEVICES: "void" },
    });
    assert.equal(result.status, 6);
    assert.equal(result.stdout.toString(), "No devices were found\n");
  });
});
