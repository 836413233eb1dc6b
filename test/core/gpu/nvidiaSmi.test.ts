// What nvidia-smi prints, on machines that are well and on those that are not; and whose processes are whose.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { figuresText } from "../../../src/core/gpu/usageText.ts";
import { podFigures, usageRows } from "../../../src/core/gpu/usage.ts";
import { containerOfCgroup, gpuProcess } from "../../../src/core/gpu/samplers/machine.ts";
import { readSmi, SmiLines, smiRow } from "../../../src/core/gpu/samplers/nvidiaSmi.ts";

const ID = "GPU-00000000-0000-0000-0000-000000000001";
const id = "0123456789abcdef".repeat(4);

describe("a row of nvidia-smi", () => {
  for (const [what, line, expected] of [
    [
      "an H200 at work",
      `0, ${ID}, 100, 32362, 143771, 627.40, 52, Disabled, NVIDIA H200`,
      "100 %, 32/140 GiB, 627 W, 52 °C",
    ],
    [
      "an idle one: a true 0",
      `0, ${ID}, 0, 0, 143771, 77.71, 28, Disabled, NVIDIA H200`,
      "0 %, 0.0/140 GiB, 78 W, 28 °C",
    ],
    [
      "MIG",
      `0, ${ID}, [N/A], 11125, 81559, 433.78, 53, Enabled, NVIDIA H100 80GB HBM3`,
      "utilisation unknown, 11/80 GiB, 434 W, 53 °C",
    ],
    [
      "bare and bracketed words",
      `0, ${ID}, N/A, [Unknown Error], [Insufficient Permissions], ERR!, [GPU requires reset], -, X`,
      "utilisation unknown, memory unknown, power unknown, temperature unknown",
    ],
    [
      "figures that can't be",
      `0, ${ID}, 101, -5, 1e9, 0x10, 53C, Disabled, X`,
      "utilisation unknown, memory unknown, power unknown, temperature unknown",
    ],
  ] as const) {
    it(`of ${what}`, () => {
      const row = smiRow(line);
      assert.ok(row);
      assert.equal(figuresText(row.figures), expected);
    });
  }

  it("keeps a comma in the name and tells MIG", () => {
    assert.equal(smiRow(`0, ${ID}, 1, 1, 2, 3, 4, Enabled, GPU, the second`)?.model, "GPU, the second");
    assert.equal(smiRow(`0, ${ID}, 1, 1, 2, 3, 4, Enabled, GPU`)?.isMigParent, true);
  });
});

describe("a run of nvidia-smi", () => {
  it("with one broken GPU gives the others, and the reason", () => {
    const { devices, trouble } = readSmi(
      [
        `0, ${ID}, 7, 30, 24576, 120.00, 41, [N/A], NVIDIA GeForce RTX 3090`,
        "Unable to determine the device handle for GPU0000:02:00.0: Unknown Error",
        Array(9).fill("[Unknown Error]").join(", "),
      ],
      15,
    );
    assert.equal(devices.length, 1);
    assert.match(trouble ?? "", /can't read one of the GPUs.*XID/);
  });

  for (const [said, exitCode, why] of [
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure",
      9,
      /install it or load it on the node/,
    ],
    [
      "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.95",
      18,
      /restart the node/,
    ],
    ["Failed to initialize NVML: Unknown Error", 255, /lost its GPU.*recreate the pod/],
    ["No devices were found", 6, /finds no GPU/],
    [
      "Unable to determine the device handle for GPU0000:02:00.0: GPU is lost.  Reboot",
      15,
      /fallen off the bus/,
    ],
    ['Field "mig.mode.current" is not a valid field to query.', 2, /update the driver/],
    ["sh: nvidia-smi: not found", 127, /NVIDIA_DRIVER_CAPABILITIES/],
    ["", 0, /printed nothing/],
    ["Segmentation fault", 139, /exit code 139: Segmentation fault/],
    ["\u0000\u0001garbage", 0, /no table of GPUs/],
  ] as const) {
    it(`that says ${JSON.stringify(said.slice(0, 50))} has no figures, and says what to do`, () => {
      const { devices, trouble } = readSmi(said.split("\n"), exitCode);
      assert.equal(devices.length, 0);
      assert.match(trouble ?? "", why);
    });
  }

  it("is put together from lines, also after garbage without a line end", () => {
    const lines = new SmiLines();
    assert.equal(lines.push(`0, ${ID}, 5, 1, 2, 3, 4, Disabled, X`), undefined);
    assert.equal(lines.push("= 0")?.devices.length, 1);
    assert.match(lines.push("= 127")?.trouble ?? "", /no nvidia-smi/);
  });

  it("never gives a figure that is no number, whatever it prints", () => {
    let seed = 3;
    const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const whole = `0, ${ID}, 100, 32362, 143771, 627.40, 52, Disabled, NVIDIA H200`;
    for (let turn = 0; turn < 5_000; turn++) {
      const at = next(whole.length);
      const line =
        whole.slice(0, at) +
        [",", "[", "NaN", "-", "e9", " ", "\u0000", "Infinity"][next(8)] +
        whole.slice(at + next(6));
      for (const value of Object.values(readSmi([line], 0).devices[0]?.figures ?? {}))
        assert.ok(value === undefined || (Number.isFinite(value) && value >= 0), line);
    }
  });
});

describe("a pod", () => {
  const owners = [{ namespace: "ml", pod: "train" }];
  const figures = (lines: string[], held: number) => {
    const devices = readSmi(lines, 0).devices.map((device) => ({ ...device, owners }));
    const holder = { namespace: "ml", pod: "train", devices: held };
    return podFigures(usageRows(devices, { node: "n", sharing: undefined, holders: [holder] }), holder);
  };
  const one = (uuid: string, mig = "Disabled") => `0, ${uuid}, 40, 1024, 2048, 100, 50, ${mig}, X`;
  const other = one(ID.replace(/1$/, "2"));

  it("has the figures of its GPUs together", () => {
    assert.equal(figuresText(figures([one(ID), other], 2) ?? {}), "40 %, 2.0/4.0 GiB, 200 W, 50 °C");
  });
  it("has none while one of its GPUs is missing", () => assert.equal(figures([one(ID)], 2), undefined));
  it("has none of a whole GPU of which it has an instance", () =>
    assert.equal(figures([one(ID, "Enabled")], 1), undefined));
});

describe("a process on a GPU", () => {
  it("is read from its line", () => {
    assert.deepEqual(gpuProcess(`${ID}, 21180, 2296`), { uuid: ID, pid: 21180, memoryMiB: 2296 });
    assert.equal(gpuProcess(`${ID}, 21180, [N/A]`)?.memoryMiB, undefined);
    for (const line of ["", "No running processes found", `${ID}, -1, 5`, `${ID}, ../../x, 5`, `${ID}, 1`])
      assert.equal(gpuProcess(line), undefined, line);
  });

  for (const [what, text, expected] of [
    ["cgroup v1", `12:memory:/docker/${id}\n11:cpu:/docker/${id}\n`, id],
    ["cgroup v2 with systemd", `0::/system.slice/docker-${id}.scope\n`, id],
    ["cgroup v2 with cgroupfs", `0::/docker/${id}\n`, id],
    ["a cgroup inside its container", `0::/docker/${id}/init.scope\n`, id],
    ["no container", "0::/user.slice/user-1000.slice/session-2.scope\n", undefined],
    ["a longer number", `0::/docker/${id}ab\n`, undefined],
  ] as const) {
    it(`is in the container of ${what}`, () => assert.equal(containerOfCgroup(text), expected));
  }
});

describe("what nvidia-smi printed on a real H100", () => {
  const recording = readFileSync(new URL("../../golden/nvidia-smi/h100.txt", import.meta.url), "utf8");
  const printed = (name: string) => {
    const [, text, code] = new RegExp(`##### ${name}\n(.*?)##### exit (\\d+)`, "s").exec(recording) ?? [];
    assert.ok(text !== undefined, name);
    return { lines: text.split("\n"), exitCode: Number(code) };
  };

  for (const [name, expected] of [
    ["idle", "0 %, 0.0/80 GiB, 72 W, 36 °C"],
    ["at work", "100 %, 21/80 GiB, 696 W, 59 °C"],
    ["two processes", "99 %, 26/80 GiB, 697 W, 64 °C"],
    ["at rest again", "0 %, 0.0/80 GiB, 76 W, 47 °C"],
  ] as const) {
    it(`${name} is ${expected}`, () => {
      const { lines, exitCode } = printed(name);
      const { devices, trouble } = readSmi(lines, exitCode);
      assert.equal(trouble, undefined);
      assert.deepEqual(
        devices.map(({ model, figures }) => [model, figuresText(figures)]),
        [["NVIDIA H100 80GB HBM3", expected]],
      );
    });
  }

  it("in the loop that pods run are three readings", () => {
    const lines = new SmiLines();
    const readings = printed("three readings of the loop").lines.flatMap((line) => lines.push(line) ?? []);
    assert.deepEqual(
      readings.map(({ devices, trouble }) => [devices.length, trouble]),
      [
        [1, undefined],
        [1, undefined],
        [1, undefined],
      ],
    );
  });

  it("names the processes on it and the memory of each", () => {
    const memory = (name: string) => printed(name).lines.flatMap((line) => gpuProcess(line)?.memoryMiB ?? []);
    assert.deepEqual(memory("idle: processes"), []);
    assert.deepEqual(memory("at work: processes"), [21_610]);
    assert.deepEqual(memory("two processes: processes"), [21_610, 4_872]);
  });

  for (const [name, why] of [
    ["a field that is not known", /too old for the figures/],
    ["a GPU that is not there", /finds no GPU/],
    ["/dev/nvidia0 is not in the container", /finds no GPU/],
    ["/dev/nvidiactl is not allowed", /may not open the GPU's devices.*NVIDIA toolkit/],
    ["libnvidia-ml is not in the container", /without the driver's libraries.*NVIDIA_DRIVER_CAPABILITIES/],
  ] as const) {
    it(`and why it can't: ${name}`, () => {
      const { lines, exitCode } = printed(name);
      const { devices, trouble } = readSmi(lines, exitCode);
      assert.equal(devices.length, 0);
      assert.match(trouble ?? "", why);
    });
  }
});
