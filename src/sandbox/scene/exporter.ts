// dcgm-exporter: a page of one node's GPUs in the exporter's own form.
// Label order and the absence of *_UTIL under MIG follow NVIDIA/dcgm-exporter 4.5.
import type { ContainerRun } from "../control/containerRun.ts";
import type { Device, DevicePool } from "../control/devices.ts";
import type { Program, Run } from "../control/program.ts";
import { answerText, listening } from "./answers.ts";
import { driverVersion, type Reading, readingOf } from "./readings.ts";

export interface ExporterSource {
  pool: DevicePool;
  /** The container lives on a node. */
  node(name: string): ContainerRun[];
}

interface Metric {
  name: string;
  help: string;
  type: "gauge" | "counter";
  /** Not reported for a GPU in MIG mode. */
  absentUnderMig?: boolean;
  value(reading: Reading, device: Device): string;
}

const metrics: readonly Metric[] = [
  {
    name: "DCGM_FI_DEV_SM_CLOCK",
    help: "SM clock frequency (in MHz).",
    type: "gauge",
    value: ({ utilisation }) => String(utilisation > 3 ? 1_755 : 345),
  },
  {
    name: "DCGM_FI_DEV_GPU_TEMP",
    help: "GPU temperature (in C).",
    type: "gauge",
    value: ({ celsius }) => String(celsius),
  },
  {
    name: "DCGM_FI_DEV_POWER_USAGE",
    help: "Power draw (in W).",
    type: "gauge",
    value: ({ watts }) => watts.toFixed(6),
  },
  {
    name: "DCGM_FI_DEV_GPU_UTIL",
    help: "GPU utilization (in %).",
    type: "gauge",
    absentUnderMig: true,
    value: ({ utilisation }) => String(utilisation),
  },
  {
    name: "DCGM_FI_DEV_MEM_COPY_UTIL",
    help: "Memory utilization (in %).",
    type: "gauge",
    absentUnderMig: true,
    value: ({ utilisation }) => String(Math.round(utilisation * 0.6)),
  },
  {
    name: "DCGM_FI_DEV_XID_ERRORS",
    help: "Value of the last XID error encountered.",
    type: "gauge",
    value: () => "0",
  },
  {
    name: "DCGM_FI_DEV_FB_FREE",
    help: "Framebuffer memory free (in MiB).",
    type: "gauge",
    value: ({ freeMiB }) => String(freeMiB),
  },
  {
    name: "DCGM_FI_DEV_FB_USED",
    help: "Framebuffer memory used (in MiB).",
    type: "gauge",
    value: ({ usedMiB }) => String(usedMiB),
  },
  {
    name: "DCGM_FI_DEV_FB_RESERVED",
    help: "Framebuffer memory reserved (in MiB).",
    type: "gauge",
    value: ({ usedMiB, freeMiB }, { memoryMiB }) => String(memoryMiB - usedMiB - freeMiB),
  },
  {
    name: "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    help: "Ratio of time the graphics engine is active.",
    type: "gauge",
    value: ({ utilisation }) => (utilisation / 100).toFixed(6),
  },
];

export function exporter(source: ExporterSource): Program {
  return {
    readyAfterMs: 800,
    *lines() {
      yield {
        afterMs: 100,
        text: 'time=sandbox level=INFO msg="Starting dcgm-exporter" Version=4.5.2-4.8.1',
      };
      yield { afterMs: 200, text: 'time=sandbox level=INFO msg="DCGM successfully initialized!"' };
      yield { afterMs: 100, text: 'time=sandbox level=INFO msg="Listening on" address=[::]:9400' };
      return undefined;
    },
    serve: (run, port) =>
      port === 9400
        ? listening((_request, response, url) => {
            if (url.pathname === "/health") answerText(response, 200, "OK");
            else if (url.pathname === "/metrics")
              answerText(response, 200, page(run, source), "text/plain; version=0.0.4; charset=utf-8");
            else answerText(response, 404, "404 page not found\n");
          })
        : undefined,
    load: () => ({ utilisation: 0, memoryMiB: 0 }),
    files: () => ({
      "/etc/dcgm-exporter/dcp-metrics-included.csv": `${metrics.map((one) => `${one.name}, ${one.type}, ${one.help}`).join("\n")}\n`,
    }),
  };
}

/** A device of the page: whose it is, and what it measures. */
interface Series {
  device: Device;
  holder: Run | undefined;
  reading: Reading;
}

function page(run: Run, source: ExporterSource): string {
  const node = run.pod.spec.nodeName ?? "";
  const series = seriesOf(node, source, run.now());
  const lines: string[] = [];
  for (const metric of metrics) {
    const shown = series.filter(({ device }) => !(device.mig && metric.absentUnderMig));
    if (shown.length === 0) continue;
    lines.push(`# HELP ${metric.name} ${metric.help}`, `# TYPE ${metric.name} ${metric.type}`);
    for (const { device, holder, reading } of shown) {
      lines.push(`${metric.name}{${labels(device, holder, node)}} ${metric.value(reading, device)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function seriesOf(node: string, source: ExporterSource, now: number): Series[] {
  const { pool } = source;
  const runs = source.node(node);
  const holderOf = (device: Device) =>
    runs.find(
      (one) =>
        !one.over &&
        one.pod.metadata.uid === pool.holder(device)?.metadata.uid &&
        one.devices.includes(device),
    );
  const series: Series[] = [];
  for (const device of pool.onNode(node)) {
    if (device.replica === undefined) {
      const holder = holderOf(device);
      series.push({ device, holder, reading: readingOf(device, holder, now) });
    } else if (device.replica === 0) series.push(sharedSeries(device, pool.onNode(node).map(holderOf), now));
  }
  return series.map((one) => (one.device.mig ? { ...one, reading: withBoard(one, series) } : one));
}

/** Power and temperature of a MIG instance are those of the GPU that it is a part of. */
function withBoard({ device, reading }: Series, all: readonly Series[]): Reading {
  const board = all.filter((one) => one.device.uuid === device.uuid).map((one) => one.reading);
  return {
    ...reading,
    watts: Math.max(...board.map(({ watts }) => watts)),
    celsius: Math.max(...board.map(({ celsius }) => celsius)),
  };
}

/** One physical GPU with several pods: whole-device figures, and the name of the last pod only. */
function sharedSeries(device: Device, holders: readonly (Run | undefined)[], now: number): Series {
  const present = holders.filter((one) => one !== undefined);
  const loads = present.map((one) => one.program.load(one, now));
  const total = {
    utilisation: loads.reduce((sum, one) => sum + one.utilisation, 0),
    memoryMiB: loads.reduce((sum, one) => sum + one.memoryMiB, 0),
  };
  const [first] = present;
  const together = first
    ? { ...runView(first), program: { ...first.program, load: () => total } }
    : undefined;
  return { device, holder: present.at(-1), reading: readingOf(device, together, now) };
}

function runView(run: Run): Run {
  return {
    pod: run.pod,
    container: run.container,
    devices: run.devices,
    startedAt: run.startedAt,
    restart: run.restart,
    program: run.program,
    now: () => run.now(),
    say: (text) => run.say(text),
  };
}

function labels(device: Device, holder: Run | undefined, node: string): string {
  const pairs: [string, string][] = [
    ["gpu", String(device.index)],
    ["UUID", device.uuid],
    ["pci_bus_id", device.busId],
    ["device", `nvidia${device.index}`],
    ["modelName", device.model],
  ];
  if (device.mig)
    pairs.push(["GPU_I_PROFILE", device.mig.profile], ["GPU_I_ID", String(device.mig.instance)]);
  pairs.push(["Hostname", node], ["DCGM_FI_DRIVER_VERSION", driverVersion]);
  if (holder) {
    pairs.push(
      ["container", holder.container.name],
      ["namespace", holder.pod.metadata.namespace ?? ""],
      ["pod", holder.pod.metadata.name],
    );
  }
  return pairs.map(([name, value]) => `${name}="${value}"`).join(",");
}
