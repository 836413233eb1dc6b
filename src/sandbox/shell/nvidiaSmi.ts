// nvidia-smi as a container of the sandbox sees it: the devices that its pod was given.
import type { Device } from "../control/devices.ts";
import { driverVersion, readingOf } from "../scene/readings.ts";
import type { Session, Steps } from "./session.ts";

const cudaVersion = "13.0";

export function* nvidiaSmi(session: Session, args: readonly string[]): Steps {
  const { devices } = session.run;
  if (devices.length === 0) {
    yield { err: `sh: nvidia-smi: not found: this container was given no GPU\n` };
    return 127;
  }
  if (args[0] === "-L" || args[0] === "--list-gpus") {
    yield { out: list(devices) };
    return 0;
  }
  const asked = args.find((one) => one.startsWith("--query-gpu="))?.slice("--query-gpu=".length);
  if (asked !== undefined) return yield* query(session, asked.split(","), args);
  if (args.some((one) => one.startsWith("--query-compute-apps="))) {
    const quiet = args.some((one) => one.startsWith("--format=") && one.includes("noheader"));
    if (!quiet) yield { out: "pid, process_name, used_gpu_memory [MiB]\n" };
    return 0;
  }
  yield { out: table(session) };
  return 0;
}

/** Physical GPUs once each, in the order of their index. */
function physical(devices: readonly Device[]): Device[] {
  return devices.filter((device, at) => devices.findIndex((one) => one.uuid === device.uuid) === at);
}

function list(devices: readonly Device[]): string {
  return physical(devices)
    .map((gpu, index) => {
      const instances = devices.filter((one) => one.uuid === gpu.uuid && one.mig);
      const lines = instances.map(
        ({ mig }, at) => `  MIG ${(mig?.profile ?? "").padEnd(12)}Device  ${at}: (UUID: ${mig?.uuid})\n`,
      );
      return `GPU ${index}: ${gpu.model} (UUID: ${gpu.uuid})\n${lines.join("")}`;
    })
    .join("");
}

const units: Readonly<Record<string, string>> = {
  "memory.total": "MiB",
  "memory.used": "MiB",
  "memory.free": "MiB",
  "memory.reserved": "MiB",
  "utilization.gpu": "%",
  "utilization.memory": "%",
  "power.draw": "W",
  "power.limit": "W",
};

function valueOf(session: Session, device: Device, index: number, field: string): string | undefined {
  const reading = readingOf(device, session.run, session.run.now());
  // Under MIG the driver reports no utilisation of the whole.
  const unknown = device.mig ? "[N/A]" : undefined;
  const values: Record<string, string> = {
    index: String(index),
    uuid: device.uuid,
    gpu_uuid: device.uuid,
    name: device.model,
    gpu_name: device.model,
    "pci.bus_id": device.busId,
    driver_version: driverVersion,
    count: String(physical(session.run.devices).length),
    "memory.total": String(device.memoryMiB),
    "memory.used": String(reading.usedMiB),
    "memory.free": String(reading.freeMiB),
    "memory.reserved": String(device.memoryMiB - reading.usedMiB - reading.freeMiB),
    "utilization.gpu": unknown ?? String(reading.utilisation),
    "utilization.memory": unknown ?? String(Math.round(reading.utilisation * 0.6)),
    "temperature.gpu": String(reading.celsius),
    "power.draw": reading.watts.toFixed(2),
    "power.limit": device.limitWatts.toFixed(2),
    pstate: "P0",
    "mig.mode.current": device.mig ? "Enabled" : device.model.includes("L4") ? "[N/A]" : "Disabled",
    compute_cap: device.model.includes("H100") ? "9.0" : device.model.includes("A100") ? "8.0" : "8.9",
  };
  return values[field];
}

function* query(session: Session, fields: readonly string[], args: readonly string[]): Steps {
  const format = args.find((one) => one.startsWith("--format=")) ?? "";
  if (!format.includes("csv")) {
    yield { err: '"--format=" switch is missing; "csv" is mandatory.\n' };
    return 2;
  }
  const gpus = physical(session.run.devices);
  const [first] = gpus;
  const wrong = fields.find((field) => first && valueOf(session, first, 0, field.trim()) === undefined);
  if (wrong !== undefined) {
    yield { out: `Field "${wrong}" is not a valid field to query.\n` };
    return 2;
  }
  const withUnits = !format.includes("nounits");
  if (!format.includes("noheader")) {
    const headers = fields.map((field) => (withUnits && units[field] ? `${field} [${units[field]}]` : field));
    yield { out: `${headers.join(", ")}\n` };
  }
  for (const [index, gpu] of gpus.entries()) {
    const cells = fields.map((field) => {
      const value = valueOf(session, gpu, index, field.trim()) ?? "[N/A]";
      const unit = units[field.trim()];
      return withUnits && unit && !value.startsWith("[") ? `${value} ${unit}` : value;
    });
    yield { out: `${cells.join(", ")}\n` };
  }
  return 0;
}

const widths = [41, 24, 22];

/** A row of the table: each cell filled to its column. */
function row(cells: readonly string[]): string {
  return `|${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("|")}|\n`;
}

function table(session: Session): string {
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const inner = widths.reduce((sum, width) => sum + width + 1, -1);
  const versions = ` NVIDIA-SMI ${driverVersion}    Driver Version: ${driverVersion}    CUDA Version: ${cudaVersion}`;
  const rows = physical(session.run.devices).map((gpu, index) => {
    const reading = readingOf(gpu, session.run, session.run.now());
    const memory = `${reading.usedMiB}MiB / ${gpu.memoryMiB}MiB`;
    const used = gpu.mig ? "N/A" : `${reading.utilisation}%`;
    const power = `${Math.round(reading.watts)}W / ${gpu.limitWatts}W`;
    return [
      row([
        ` ${String(index).padStart(3)}  ${gpu.model.padEnd(26)} On`,
        `   ${gpu.busId} Off`,
        (gpu.mig ? "On " : "0 ").padStart(22),
      ]),
      row([
        ` N/A  ${String(reading.celsius).padStart(3)}C    P0 ${power.padStart(23)}`,
        `${memory.padStart(23)} `,
        `${used.padStart(9)}     Default `,
      ]),
      rule,
    ].join("");
  });
  const head = [
    row([" GPU  Name                 Persistence-M", " Bus-Id          Disp.A", " Volatile Uncorr. ECC"]),
    row([" Fan  Temp   Perf          Pwr:Usage/Cap", "           Memory-Usage", " GPU-Util  Compute M."]),
  ];
  return `+${"-".repeat(inner)}+\n|${versions.padEnd(inner)}|\n${rule}${head.join("")}${rule}${rows.join("")}`;
}
