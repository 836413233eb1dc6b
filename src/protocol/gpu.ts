// What the panel GPU Usage and the extension say to each other. Plain data; each side checks what it is sent.

/** Percent, MiB, MiB, watts, degrees Celsius; null is unknown. */
export type WireFigures = readonly [
  utilisation: number | null,
  memoryUsedMiB: number | null,
  memoryTotalMiB: number | null,
  powerWatts: number | null,
  temperatureCelsius: number | null,
];

export interface WireRow {
  /** Unique in the panel, also as an element's id. */
  key: string;
  /** The device whose line this row belongs to. */
  device: string;
  label: string;
  /** `namespace/name`; empty for an idle GPU, null where it is not known whose it is. */
  pods: readonly string[] | null;
  kind: "device" | "share";
  figures: WireFigures;
  /** Power and temperature are those of a larger whole. */
  isPart: boolean;
  why: string | null;
}

export interface WireNode {
  name: string;
  model: string | null;
  /** live: as the source has it now · trying: no answer yet · stale: the figures are old · failed: there are none. */
  state: "trying" | "live" | "stale" | "failed";
  /** `dcgm-exporter gpu-operator/exporter-x7k2 · read now · values last changed 12 s ago`. */
  source: string;
  /** Sentences: why there is not more, and what to do. */
  notes: readonly string[];
  rows: readonly WireRow[];
}

export interface WireState {
  places: readonly { name: string; label: string }[];
  place: string | null;
  /** Only this namespace, or this pod, as a person would say it. */
  filter: string | null;
  /** In place of rows: a sentence, and the label of a button where something can be done about it. */
  empty: { text: string; action: string | null; isBusy: boolean } | null;
  /** Since the epoch: the second to which the figures of the rows belong. */
  second: number;
  nodes: readonly WireNode[];
}

/** The last 15 minutes of a device, for each figure that is drawn, ending at `second`; NaN where there is nothing. */
export interface WireSeries {
  device: string;
  values: readonly Float32Array[];
}

export type ToGpuPanel =
  | { type: "snapshot"; state: WireState; series: readonly WireSeries[] }
  | { type: "tick"; state: WireState };

export type FromGpuPanel =
  /** The panel can be sent things: it wants everything. */
  | { type: "ready" }
  | { type: "place"; name: string }
  | { type: "all" }
  | { type: "act" }
  /** The browser refused something that the page tried: a bug, or an attack. */
  | { type: "violation"; text: string };

const LONGEST_NAME = 1_000;

/** A message of the panel as it must be; undefined for anything else. */
export function fromGpuPanel(message: unknown): FromGpuPanel | undefined {
  if (typeof message !== "object" || message === null || Array.isArray(message)) return undefined;
  const keys = Object.keys(message);
  const own = (key: string): unknown => (keys.includes(key) ? Reflect.get(message, key) : undefined);
  const type = own("type");
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value.length <= LONGEST_NAME;
  if (type === "ready" || type === "all" || type === "act") return keys.length === 1 ? { type } : undefined;
  if (keys.length !== 2) return undefined;
  const name = own("name");
  if (type === "place" && isText(name)) return { type, name };
  const text = own("text");
  return type === "violation" && isText(text) ? { type, text } : undefined;
}

/** A message of the extension as it must be; undefined for anything else. */
export function toGpuPanel(message: unknown): ToGpuPanel | undefined {
  const one = message as Partial<ToGpuPanel & { series: unknown }> | null | undefined;
  if (typeof one !== "object" || one === null || !isState(one.state)) return undefined;
  if (one.type === "tick") return { type: "tick", state: one.state };
  if (one.type !== "snapshot" || !Array.isArray(one.series)) return undefined;
  const series = (one.series as Partial<WireSeries>[]).filter(
    (entry): entry is WireSeries => typeof entry?.device === "string" && Array.isArray(entry.values),
  );
  return { type: "snapshot", state: one.state, series };
}

function isState(state: unknown): state is WireState {
  const one = state as Partial<WireState> | null | undefined;
  return (
    typeof one === "object" &&
    one !== null &&
    Array.isArray(one.places) &&
    Array.isArray(one.nodes) &&
    typeof one.second === "number"
  );
}
