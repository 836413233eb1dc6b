// nvidia-smi, run in a pod or on this machine: what to ask and how to read its lines.
// Source: nvidia-smi(1); captures of drivers 590 and 595 in utkuozdemir/nvidia_gpu_exporter; our own of driver
// 580 on an H100 in test/golden/nvidia-smi.
import type { DeviceSample, Reading } from "../sample.ts";

/** The name comes last: it is the only text that could hold a comma. */
const FIELDS = [
  "index",
  "uuid",
  "utilization.gpu",
  "memory.used",
  "memory.total",
  "power.draw",
  "temperature.gpu",
  "mig.mode.current",
  "name",
];

export const smiQuery: readonly string[] = [
  "nvidia-smi",
  `--query-gpu=${FIELDS.join(",")}`,
  "--format=csv,noheader,nounits",
];

/** Begins the line that ends a reading, whatever came before it; the exit code follows. */
const END = "= ";

/**
 * What runs in the pod: one reading for each line that it is sent. It ends when nobody sends any more, so
 * that nothing is left running there, and a slow reading holds up only the next.
 */
export const smiLoop: readonly string[] = [
  "sh",
  "-c",
  `while read -r _; do ${smiQuery.join(" ")} 2>&1; code=$?; echo; echo "${END}$code"; done`,
];

/** Lines of the loop put together into readings; at most this many lines are kept of one. */
const MOST_LINES = 256;

export class SmiLines {
  #lines: string[] = [];

  /** A reading when the line ends one. */
  push(line: string): Reading | undefined {
    const end = line.startsWith(END) ? /^= (\d+)\s*$/.exec(line) : null;
    if (!end) {
      if (this.#lines.length < MOST_LINES) this.#lines.push(line);
      return undefined;
    }
    const lines = this.#lines;
    this.#lines = [];
    return readSmi(lines, Number(end[1]));
  }

  /** What came and was not ended, for a sentence about why. */
  get rest(): readonly string[] {
    return this.#lines;
  }
}

/** One run's output. Rows that are whole count also when the run failed for another GPU. */
export function readSmi(lines: readonly string[], exitCode: number): Reading {
  const devices: DeviceSample[] = [];
  const others: string[] = [];
  for (const line of lines) {
    const device = smiRow(line);
    if (device) devices.push(device);
    else if (line.trim() !== "" && !isBrokenRow(line)) others.push(line.trim());
  }
  if (exitCode === 0 && devices.length > 0 && others.length === 0) return { devices };
  const trouble = smiFailure(others.join("\n"), exitCode, devices.length);
  return trouble === undefined ? { devices } : { devices, trouble };
}

/** A row of figures; undefined for a message, and for the row of a GPU that does not even have an id. */
export function smiRow(line: string): DeviceSample | undefined {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length < FIELDS.length) return undefined;
  const [index, uuid = "", use, used, total, power, heat, mig] = cells;
  const name = cells.slice(FIELDS.length - 1).join(", ");
  if (!/^(GPU|MIG)-[\w-]+$/.test(uuid)) return undefined;
  return {
    uuid,
    index: index === undefined || !/^\d+$/.test(index) ? undefined : index,
    model: isMissing(name) ? undefined : name,
    figures: {
      utilisation: figure(use, 100),
      memoryUsedMiB: figure(used),
      memoryTotalMiB: figure(total),
      powerWatts: figure(power),
      temperatureCelsius: figure(heat),
    },
    owners: [],
    isShared: false,
    ...(mig === "Enabled" ? { isMigParent: true } : {}),
  };
}

function isBrokenRow(line: string): boolean {
  const cells = line.split(",");
  return cells.length >= FIELDS.length && cells.every((cell) => isMissing(cell.trim()));
}

/** `[N/A]`, `N/A`, `[Unknown Error]`, `[Not Supported]`, `ERR!` and the like. */
function isMissing(cell: string): boolean {
  return cell === "" || cell.startsWith("[") || cell === "N/A" || cell === "ERR!" || cell === "-";
}

function figure(cell: string | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (cell === undefined || !/^\d+(\.\d+)?$/.test(cell)) return undefined;
  const value = Number(cell);
  return value <= most ? value : undefined;
}

/** What nvidia-smi says when it can't, and what to do. */
const FAILURES: readonly { pattern: RegExp; text: string }[] = [
  {
    pattern: /couldn't communicate with the NVIDIA driver/,
    text: "nvidia-smi can't reach the NVIDIA driver: install it or load it on the node.",
  },
  {
    pattern: /Driver\/library version mismatch/,
    text: "The NVIDIA driver was updated under the running node (driver/library version mismatch): restart the node.",
  },
  {
    pattern: /Failed to initialize NVML: Unknown Error/,
    text: "The container has lost its GPU (NVML: Unknown Error): recreate the pod.",
  },
  {
    pattern: /GPU access blocked by the operating system/,
    text: "The container may not open the GPU's devices (GPU access blocked): run it with GPUs by the NVIDIA toolkit, and recreate the pod.",
  },
  {
    pattern: /Failed to initialize NVML/,
    text: "nvidia-smi could not start NVML: see that the driver is loaded on the node and its libraries are in the container.",
  },
  {
    pattern: /couldn't find libnvidia-ml/,
    text: "nvidia-smi is in the container without the driver's libraries (libnvidia-ml): add utility to NVIDIA_DRIVER_CAPABILITIES, or let the NVIDIA toolkit start it.",
  },
  { pattern: /No devices were found/, text: "nvidia-smi finds no GPU in the container." },
  {
    pattern: /GPU is lost/,
    text: "A GPU has fallen off the bus (GPU is lost): drain the node and restart it.",
  },
  {
    pattern: /Unable to determine the device handle/,
    text: "nvidia-smi can't read one of the GPUs (Unable to determine the device handle): look for XID errors in the node's kernel log.",
  },
  {
    pattern: /Insufficient Permissions/,
    text: "nvidia-smi may not read the GPU in this container (Insufficient Permissions).",
  },
  {
    pattern: /not a valid field/,
    text: "This nvidia-smi is too old for the figures that Slipway asks for: update the driver.",
  },
  {
    pattern: /nvidia-smi: (command )?not found|executable file not found|No such file/,
    text: "There is no nvidia-smi in the container: add utility to NVIDIA_DRIVER_CAPABILITIES, and see that the pod was given a GPU.",
  },
];

/** Why a run gave less than figures for all GPUs; undefined when it gave them. */
export function smiFailure(said: string, exitCode: number, devices: number): string | undefined {
  const known = FAILURES.find(({ pattern }) => pattern.test(said));
  if (known) return known.text;
  if (exitCode === 127 || exitCode === 126)
    return FAILURES.find(({ text }) => text.startsWith("There is no nvidia-smi"))?.text;
  const first = said.split("\n")[0]?.slice(0, 160) ?? "";
  if (exitCode !== 0) return `nvidia-smi ended with exit code ${exitCode}${first === "" ? "" : `: ${first}`}`;
  if (devices > 0) return undefined;
  return first === ""
    ? "nvidia-smi printed nothing."
    : `nvidia-smi printed something that is no table of GPUs: ${first}`;
}
