// The metrics of NVIDIA's DCGM as figures of devices: one meaning for all spellings, and nothing counted twice.
// Source: NVIDIA/dcgm-exporter, internal/pkg/rendermetrics and internal/pkg/transformation (4.5.3-4.8.2).
import type { Series } from "./exposition.ts";
import { type DeviceSample, deviceKey, type Figures, type Owner } from "./sample.ts";

type Measure =
  | "utilisation"
  | "engineActive"
  | "used"
  | "free"
  | "reserved"
  | "total"
  | "power"
  | "temperature";

/** By metric; the lower-case names are those of the exporter's first version. */
const MEASURES: Readonly<Record<string, Measure>> = {
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: "engineActive",
  DCGM_FI_DEV_GPU_UTIL: "utilisation",
  DCGM_FI_DEV_FB_USED: "used",
  DCGM_FI_DEV_FB_FREE: "free",
  DCGM_FI_DEV_FB_RESERVED: "reserved",
  DCGM_FI_DEV_FB_TOTAL: "total",
  DCGM_FI_DEV_POWER_USAGE: "power",
  DCGM_FI_DEV_GPU_TEMP: "temperature",
  dcgm_gpu_utilization: "utilisation",
  dcgm_fb_used: "used",
  dcgm_fb_free: "free",
  dcgm_power_usage: "power",
  dcgm_gpu_temp: "temperature",
};

export const dcgmMetrics: readonly string[] = Object.keys(MEASURES);

export function isDcgmMetric(name: string): boolean {
  return Object.hasOwn(MEASURES, name);
}

/** DCGM says "blank" with the largest numbers of 64 and of 32 bits. */
const BLANK_32 = 2_147_483_632;
const BLANK_32_END = 2_147_483_648;
const BLANK_64 = 9.2e18;

interface Collected {
  sample: Omit<DeviceSample, "figures" | "owners" | "isShared">;
  /** Series without a pod: the whole device. */
  whole: Partial<Record<Measure, number>>;
  /** Series with a pod, by namespace, pod and container. */
  pods: Map<string, { owner: Owner; values: Partial<Record<Measure, number>> }>;
  hasReplicas: boolean;
}

/** What belongs to the physical GPU, also where MIG has cut it up. */
interface Board {
  power?: number | undefined;
  temperature?: number | undefined;
}

export interface TimedSeries extends Series {
  measuredMs?: number | undefined;
}

/** @param isExporter true for the labels of a pod that is the exporter itself, as Prometheus adds them. */
export function dcgmDevices(
  series: readonly TimedSeries[],
  isExporter: (pod: string) => boolean = () => false,
): DeviceSample[] {
  const devices = new Map<string, Collected>();
  for (const { name, labels, value, measuredMs } of series) {
    const measure = MEASURES[name];
    const uuid = labels["UUID"] || labels["uuid"];
    if (!measure || !uuid || !isKnown(value)) continue;
    const device = collected(devices, uuid, labels);
    if (measuredMs !== undefined && measuredMs > (device.sample.measuredMs ?? 0))
      device.sample.measuredMs = measuredMs;
    if (labels["vgpu"]) device.hasReplicas = true;
    const owner = ownerOf(labels, isExporter);
    if (!owner) {
      device.whole[measure] = value;
      continue;
    }
    const key = JSON.stringify([owner.namespace, owner.pod, owner.container]);
    let pod = device.pods.get(key);
    if (!pod) device.pods.set(key, (pod = { owner, values: {} }));
    // Two replicas of one GPU in one pod are one share of it.
    pod.values[measure] = Math.max(pod.values[measure] ?? value, value);
  }
  const instances = new Set<string>();
  const boards = new Map<string, Board>();
  for (const { sample, whole, pods } of devices.values()) {
    if (sample.mig) instances.add(sample.uuid);
    const board: Board = boards.get(sample.uuid) ?? {};
    boards.set(sample.uuid, board);
    for (const values of [whole, ...Array.from(pods.values(), (pod) => pod.values)]) {
      board.power ??= values.power;
      board.temperature ??= values.temperature;
    }
  }
  return Array.from(devices.values())
    .filter(({ sample }) => sample.mig !== undefined || !instances.has(sample.uuid))
    .map((device) => finished(device, boards.get(device.sample.uuid)));
}

function collected(
  devices: Map<string, Collected>,
  uuid: string,
  labels: Readonly<Record<string, string>>,
): Collected {
  const instance = labels["GPU_I_ID"];
  const mig = instance ? { profile: labels["GPU_I_PROFILE"] || "MIG", instance } : undefined;
  const key = deviceKey({ uuid, mig });
  const known = devices.get(key);
  if (known) return known;
  const made: Collected = {
    sample: {
      uuid,
      index: labels["gpu"] || undefined,
      model: labels["modelName"] || undefined,
      host: labels["Hostname"] || labels["hostname"] || undefined,
      mig,
      measuredMs: undefined,
    },
    whole: {},
    pods: new Map(),
    hasReplicas: false,
  };
  devices.set(key, made);
  return made;
}

function ownerOf(
  labels: Readonly<Record<string, string>>,
  isExporter: (pod: string) => boolean,
): Owner | undefined {
  // Prometheus moves the workload's labels aside when it adds the exporter's own under the same names.
  const isMoved = labels["exported_pod"] !== undefined || labels["exported_namespace"] !== undefined;
  const pod = isMoved ? labels["exported_pod"] : labels["pod"] || labels["pod_name"];
  const namespace = isMoved ? labels["exported_namespace"] : labels["namespace"] || labels["pod_namespace"];
  const container = isMoved ? labels["exported_container"] : labels["container"] || labels["container_name"];
  if (!pod || !namespace || (!isMoved && isExporter(pod))) return undefined;
  return { namespace, pod, container: container || undefined };
}

/** @param board power and temperature of the physical GPU, wherever they stood. */
function finished(device: Collected, board: Board | undefined): DeviceSample {
  const { sample, whole, pods, hasReplicas } = device;
  // Without a series of the whole, each pod's is a copy of it: the largest, never the sum.
  const values: Partial<Record<Measure, number>> = {};
  for (const { values: copies } of pods.values())
    for (const [measure, value] of Object.entries(copies) as [Measure, number][])
      values[measure] = Math.max(values[measure] ?? value, value);
  Object.assign(values, whole);
  const figures = figuresOf(values);
  if (sample.mig) {
    // Some releases give them once for the GPU, and not for each instance.
    figures.powerWatts ??= board?.power;
    figures.temperatureCelsius ??= board?.temperature;
  }
  const isShared = hasReplicas || new Set(Array.from(pods.values(), ({ owner }) => podKey(owner))).size > 1;
  const owners = Array.from(pods.values(), ({ owner, values: own }) => {
    if (!isShared) return owner;
    // Measured by process where the same metric stands once for the whole and once for the pod.
    const measured: Figures = {
      utilisation: whole.utilisation === undefined ? undefined : percent(own.utilisation),
      memoryUsedMiB: whole.used === undefined ? undefined : own.used,
    };
    return measured.utilisation === undefined && measured.memoryUsedMiB === undefined
      ? owner
      : { ...owner, own: measured };
  });
  return { ...sample, figures, owners, isShared };
}

function podKey({ namespace, pod }: Owner): string {
  return `${namespace}/${pod}`;
}

function figuresOf(values: Partial<Record<Measure, number>>): Figures {
  const { engineActive, utilisation, used, free, reserved, total, power, temperature } = values;
  const summed = used === undefined || free === undefined ? undefined : used + free + (reserved ?? 0);
  return {
    utilisation: engineActive === undefined ? percent(utilisation) : percent(engineActive * 100),
    memoryUsedMiB: used,
    memoryTotalMiB: total ?? summed,
    powerWatts: power,
    temperatureCelsius: temperature,
  };
}

function percent(value: number | undefined): number | undefined {
  return value === undefined || value > 101 ? undefined : Math.min(100, value);
}

function isKnown(value: number): boolean {
  return (
    Number.isFinite(value) && value >= 0 && value < BLANK_64 && !(value >= BLANK_32 && value < BLANK_32_END)
  );
}
