// What the panel GPU Usage shows, as plain data made of the store: rows, sources with their age, and reasons.
import type { NodeUsage } from "../../../app/stores/gpu/clusterGpus.ts";
import { freshMs } from "../../../app/stores/gpu/source.ts";
import type { SourceId } from "../../../app/stores/gpu/source.ts";
import type { GpuUsage } from "../../../app/stores/gpus.ts";
import { plainName } from "../../../base/plainName.ts";
import type { Figures } from "../../../core/gpu/sample.ts";
import type { UsageRow } from "../../../core/gpu/usage.ts";
import { historyFigures } from "../../../core/gpu/history.ts";
import { ageText } from "../../../core/kube/age.ts";
import type { WireFigures, WireNode, WireRow, WireSeries } from "../../../protocol/gpu.ts";

export interface GpuFilter {
  namespace: string;
  /** Undefined for all pods of the namespace. */
  pod: string | undefined;
}

const SOURCE_NAME: Readonly<Record<SourceId, string>> = {
  "dcgm-exporter": "dcgm-exporter",
  prometheus: "Prometheus",
  "nvidia-smi": "nvidia-smi",
};

/** Nodes with what is shown of each; those without a row that the filter lets pass are left out. */
export function wireNodes(gpus: GpuUsage, filter: GpuFilter | undefined, nowMs: number): WireNode[] {
  return gpus.nodes
    .map((usage) => wireNode(usage, filter, nowMs))
    .filter((node) => !filter || node.rows.length > 0);
}

function wireNode(usage: NodeUsage, filter: GpuFilter | undefined, nowMs: number): WireNode {
  const { report, tried } = usage;
  const rows = usage.rows.filter((row) => !filter || passes(row, filter));
  const isOld = report.readMs !== undefined && nowMs - report.readMs >= freshMs;
  const state =
    report.state === "trying"
      ? "trying"
      : report.devices.length === 0
        ? "failed"
        : report.state === "failed" || isOld
          ? "stale"
          : "live";
  // A pod's own reason stands at its row, where it has none of figures.
  const ofPods = Array.from(report.whys ?? []).filter(([, why]) => !rows.some((row) => row.why === why));
  const notes = [
    ...tried.map(({ source, why }) => `${SOURCE_NAME[source]}: ${why}`),
    ...(report.state !== "failed" && report.why !== undefined ? [report.why] : []),
    ...(filter ? [] : ofPods.map(([pod, why]) => `${pod}: ${why}`)),
  ];
  return {
    name: plainName(usage.node),
    model: modelOf(usage.rows),
    state,
    source: sourceText(usage, nowMs),
    notes: notes.map((note) => plainName(note, 400)),
    rows: rows.map((row) => wireRow(row, state === "live")),
  };
}

function passes({ pods }: UsageRow, filter: GpuFilter): boolean {
  return (
    pods?.some(
      ({ namespace, pod }) =>
        namespace === filter.namespace && (filter.pod === undefined || pod === filter.pod),
    ) ?? false
  );
}

function modelOf(rows: readonly UsageRow[]): string | null {
  const models = new Set(rows.map(({ model }) => model).filter((model) => model !== undefined));
  return models.size === 0 ? null : plainName(Array.from(models).join(", "), 80);
}

/** Where figures come from and how old they are: what can be known of that. */
export function sourceText({ source, report }: NodeUsage, nowMs: number): string {
  const { state, readMs, changedMs, place } = report;
  const name = SOURCE_NAME[source];
  if (state === "trying") return join([`asking ${name}…`, place]);
  if (report.devices.length === 0) return "not available";
  const read = readMs === undefined ? undefined : ago(nowMs - readMs);
  const changed = changedMs === undefined ? undefined : ago(nowMs - changedMs);
  if (source === "nvidia-smi") return join([name, read && `measured ${read}`, place]);
  if (source === "prometheus") return join([name, changed ? `scraped ${changed}` : `read ${read}`, place]);
  // The exporter measures at an interval of its own, 30 seconds unless told otherwise, and does not say when.
  return join([name, read && `read ${read}`, changed && `values changed ${changed}`, place]);
}

function ago(ms: number): string {
  return ms < 2_000 ? "now" : `${ageText(ms)} ago`;
}

function join(parts: readonly (string | undefined)[]): string {
  return plainName(parts.filter((part) => part !== undefined && part !== "").join(" · "), 400);
}

function wireRow(row: UsageRow, isLive: boolean): WireRow {
  return {
    key: row.key,
    device: row.device,
    label: plainName(row.label, 80),
    pods: row.pods?.map(({ namespace, pod }) => plainName(`${namespace}/${pod}`)) ?? null,
    kind: row.kind,
    figures: wireFigures(row.figures),
    isPart: row.isPart && isLive,
    why: row.why === undefined ? null : plainName(row.why, 400),
  };
}

function wireFigures(figures: Figures): WireFigures {
  const { utilisation, memoryUsedMiB, memoryTotalMiB, powerWatts, temperatureCelsius } = figures;
  return [
    utilisation ?? null,
    memoryUsedMiB ?? null,
    memoryTotalMiB ?? null,
    powerWatts ?? null,
    temperatureCelsius ?? null,
  ];
}

/** The last 15 minutes of the devices that are shown. */
export function wireSeries(gpus: GpuUsage, nodes: readonly WireNode[], second: number): WireSeries[] {
  const devices = new Set(nodes.flatMap(({ rows }) => rows.map(({ device }) => device)));
  return Array.from(devices).flatMap((device) => {
    const history = gpus.history(device);
    return history ? [{ device, values: historyFigures.map((figure) => history.read(figure, second)) }] : [];
  });
}
