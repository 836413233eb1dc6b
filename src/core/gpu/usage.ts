// Whose figures are whose: readings of devices beside what the cluster says of pods, as rows with a reason
// for each figure that can't be had.
import { count } from "../../base/words.ts";
import { type DeviceSample, deviceKey, type Figures, isBlank, type Owner } from "./sample.ts";

/** How a node gives one GPU to several pods, from its labels. */
export type Sharing = "time-slicing" | "mps";

/** A pod that holds GPUs of a node, by what it asked for. */
export interface Holder {
  namespace: string;
  pod: string;
  /** Devices, shares or MIG instances. */
  devices: number;
  /** Why nothing is known of it, where its source says that. */
  why?: string | undefined;
}

export interface NodeFacts {
  node: string;
  sharing: Sharing | undefined;
  holders: readonly Holder[];
  /** How a shared device is shared where Kubernetes has no part in it. */
  sharedBy?: string;
}

export interface UsageRow {
  /** Unique in its cluster. */
  key: string;
  /** Of the device that its figures are drawn with. */
  device: string;
  node: string;
  /** `GPU 0`, or `GPU 0 · MIG 3g.40gb`. */
  label: string;
  model: string | undefined;
  /** Whose device it is; undefined where that is not known. */
  pods: readonly { namespace: string; pod: string }[] | undefined;
  figures: Figures;
  /** device: of a whole GPU or MIG instance, drawn as a line · share: of one pod on a shared device. */
  kind: "device" | "share";
  /** Why figures are unknown or are not the pod's alone. */
  why: string | undefined;
  /** Power and temperature belong to a GPU of which this is a part. */
  isPart: boolean;
  /** All figures belong to a GPU of which the pod has a part. */
  isWhole: boolean;
  measuredMs: number | undefined;
}

const MAPPING_OFF =
  "The source does not say which pod holds which GPU: set DCGM_EXPORTER_KUBERNETES=true on dcgm-exporter.";
const NOT_NAMED = "The source names no GPU as this pod's.";
const NOT_BY_INSTANCE =
  "MIG is on: nvidia-smi has figures of the whole GPU only, so this pod's own are not to be had from it; dcgm-exporter has them.";
const NO_PROFILING =
  "MIG is on: utilisation of an instance comes with DCGM's profiling metrics only, which this source does not give (DCGM_FI_PROF_GR_ENGINE_ACTIVE).";
const NO_INSTANCE =
  "The source has no utilisation and no memory for this GPU; so it is when MIG is on without an instance.";
const NO_FIGURE = "The source has no figures for this GPU.";

/** Rows of one node's devices, in the order of their numbers. */
export function usageRows(devices: readonly DeviceSample[], facts: NodeFacts): UsageRow[] {
  const isMapped = devices.some(({ owners }) => owners.length > 0);
  const sorted = devices.toSorted(
    (one, other) =>
      Number(one.index ?? 999) - Number(other.index ?? 999) ||
      Number(one.mig?.instance ?? 0) - Number(other.mig?.instance ?? 0),
  );
  const only = isMapped ? undefined : soleHolder(devices, facts);
  const rows = sorted.flatMap((device) => deviceRows(device, facts, isMapped, only, devices.length));
  const why = devices.length === 0 ? undefined : isMapped ? NOT_NAMED : MAPPING_OFF;
  return [...rows, ...unknownRows(rows, facts, why)];
}

/** A pod that holds GPUs and is in none of the rows is there too, with nothing known. */
function unknownRows(
  rows: readonly UsageRow[],
  { node, holders }: NodeFacts,
  whyNot: string | undefined,
): UsageRow[] {
  const isShown = (holder: Holder) =>
    rows.some(({ pods }) =>
      pods?.some((one) => one.pod === holder.pod && one.namespace === holder.namespace),
    );
  return holders
    .filter((holder) => !isShown(holder))
    .map(({ namespace, pod, devices, why }) => ({
      key: `${node}//${namespace}/${pod}`,
      device: "",
      node,
      label: count(devices, "GPU"),
      model: undefined,
      pods: [{ namespace, pod }],
      figures: {},
      kind: "share",
      why: why ?? whyNot,
      isPart: false,
      isWhole: false,
      measuredMs: undefined,
    }));
}

/** One pod that holds as many devices as there are: then they are all its own, whatever the source says. */
function soleHolder(devices: readonly DeviceSample[], { holders, sharing }: NodeFacts): Holder | undefined {
  const [first] = holders;
  return holders.length === 1 && first?.devices === devices.length && !sharing ? first : undefined;
}

function deviceRows(
  device: DeviceSample,
  facts: NodeFacts,
  isMapped: boolean,
  only: Holder | undefined,
  devices: number,
): UsageRow[] {
  const { node, sharing, holders } = facts;
  const isShared = device.isShared || sharing !== undefined;
  const words = facts.sharedBy ?? sharedBy(sharing ?? "time-slicing");
  // Sources name them in an order of their own, which may change from one reading to the next.
  const owners = ownersOf(device, facts, isMapped, only, devices)?.toSorted(
    (one, other) => compare(one.namespace, other.namespace) || compare(one.pod, other.pod),
  );
  const base = {
    device: `${node}/${deviceKey(device)}`,
    node,
    label: labelOf(device),
    model: device.model,
    measuredMs: device.measuredMs,
    isPart: device.mig !== undefined || device.isMigParent === true,
    isWhole: device.isMigParent === true,
  };
  const whole: UsageRow = {
    ...base,
    key: base.device,
    kind: "device",
    pods: owners?.map(({ namespace, pod }) => ({ namespace, pod })),
    figures: device.figures,
    why: whyOf(device, owners, isShared ? words : undefined, holders.length > 0),
  };
  if (!isShared || !owners || owners.length === 0) return [whole];
  return [whole, ...owners.map((owner) => shareRow(base, owner, device, words))];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function ownersOf(
  device: DeviceSample,
  { sharing, holders }: NodeFacts,
  isMapped: boolean,
  only: Holder | undefined,
  devices: number,
): readonly Owner[] | undefined {
  if (only) return [only];
  // The exporter names the last of those that share a GPU; with a single GPU they are all on it.
  if (sharing && devices === 1 && holders.length > 0) {
    const own = (holder: Holder) =>
      device.owners.find((one) => one.pod === holder.pod && one.namespace === holder.namespace)?.own;
    return holders.map((holder) => ({ namespace: holder.namespace, pod: holder.pod, own: own(holder) }));
  }
  if (device.owners.length > 0) return device.owners;
  return isMapped || holders.length === 0 ? [] : undefined;
}

function shareRow(
  base: Omit<UsageRow, "key" | "kind" | "pods" | "figures" | "why">,
  owner: Owner,
  device: DeviceSample,
  words: string,
): UsageRow {
  const own: Figures = owner.own ?? {};
  return {
    ...base,
    key: `${base.device}/${owner.namespace}/${owner.pod}`,
    kind: "share",
    pods: [{ namespace: owner.namespace, pod: owner.pod }],
    figures: { ...own, memoryTotalMiB: isBlank(own) ? undefined : device.figures.memoryTotalMiB },
    why: isBlank(own)
      ? `${words}: per-pod figures are not to be had from this source, since it measures the GPU and not its processes.`
      : own.utilisation === undefined
        ? `${words}: only memory is measured by process; utilisation, power and temperature belong to the whole GPU.`
        : `${words}: power and temperature belong to the whole GPU.`,
    isPart: true,
  };
}

function whyOf(
  device: DeviceSample,
  owners: readonly Owner[] | undefined,
  words: string | undefined,
  hasHolders: boolean,
): string | undefined {
  const { figures, mig } = device;
  if (device.isMigParent) return NOT_BY_INSTANCE;
  if (mig && figures.utilisation === undefined) return NO_PROFILING;
  if (isBlank(figures)) return NO_FIGURE;
  if (!mig && figures.utilisation === undefined && figures.memoryUsedMiB === undefined) return NO_INSTANCE;
  if (words) return `${words}: these figures are those of the whole GPU, of all on it together.`;
  if (!owners && hasHolders) return MAPPING_OFF;
  if (mig) return "MIG instance: power and temperature are those of the whole GPU.";
  return undefined;
}

function sharedBy(sharing: Sharing): string {
  return sharing === "mps" ? "Shared by MPS" : "Shared by time-slicing";
}

function labelOf({ index, uuid, mig, isMigParent }: DeviceSample): string {
  const name = index === undefined ? uuid.slice(0, 12) : `GPU ${index}`;
  if (mig) return `${name} · MIG ${mig.profile} (${mig.instance})`;
  return isMigParent ? `${name} · MIG` : name;
}

export function podKey(namespace: string, pod: string): string {
  return `${namespace}/${pod}`;
}

/** The rows of each pod, by `podKey`; a device that several share is a row of each. */
export function rowsByPod(rows: readonly UsageRow[]): ReadonlyMap<string, readonly UsageRow[]> {
  const byPod = new Map<string, UsageRow[]>();
  for (const row of rows) {
    for (const key of new Set(row.pods?.map(({ namespace, pod }) => podKey(namespace, pod)))) {
      const known = byPod.get(key);
      if (known) known.push(row);
      else byPod.set(key, [row]);
    }
  }
  return byPod;
}

/**
 * Figures of all devices of one pod together; undefined where one of them is not known.
 * @param held how many devices the pod was given.
 */
export function podFigures(
  rows: readonly UsageRow[],
  { namespace, pod, devices: held }: Holder,
): Figures | undefined {
  const isHis = (row: UsageRow) =>
    row.pods?.length === 1 && row.pods[0]?.pod === pod && row.pods[0].namespace === namespace;
  const shares = rows.filter((row) => row.kind === "share" && isHis(row));
  const devices = rows.filter(
    (row) => row.kind === "device" && isHis(row) && !shares.some((one) => one.device === row.device),
  );
  const own = [...devices, ...shares];
  // Two shares of one GPU stand in one row; a device that is missing has no figures.
  const isMissing = shares.length === 0 && devices.length < held;
  if (own.length === 0 || isMissing || own.some(({ isWhole }) => isWhole)) return undefined;
  return together(own.map(({ figures }) => figures));
}

/** Utilisation as the mean, memory and power as the sum, temperature as the highest. */
export function together(all: readonly Figures[]): Figures {
  const values = (name: keyof Figures) => {
    const known = all.map((figures) => figures[name]).filter((value) => value !== undefined);
    return known.length === all.length && known.length > 0 ? known : undefined;
  };
  const sum = (numbers: readonly number[] | undefined) => numbers?.reduce((total, one) => total + one, 0);
  const utilisation = values("utilisation");
  const temperature = values("temperatureCelsius");
  return {
    utilisation: utilisation && (sum(utilisation) ?? 0) / utilisation.length,
    memoryUsedMiB: sum(values("memoryUsedMiB")),
    memoryTotalMiB: sum(values("memoryTotalMiB")),
    powerWatts: sum(values("powerWatts")),
    temperatureCelsius: temperature && Math.max(...temperature),
  };
}
