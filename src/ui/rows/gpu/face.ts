// What a row of the tree says of GPU usage: figures while they are known and fresh, and in the tooltip where
// they come from, or why there are none.
import type { ClusterGpus, NodeUsage } from "../../../app/stores/gpu/clusterGpus.ts";
import { isFresh } from "../../../app/stores/gpu/source.ts";
import { figuresText, usageText } from "../../../core/gpu/usageText.ts";
import { together, type UsageRow } from "../../../core/gpu/usage.ts";
import type { ObjectRow, PodRow } from "../../../core/kube/row.ts";
import { hasEnded } from "../../../core/kube/grouping.ts";
import type { RowFace } from "../kube/row.ts";

export function withUsage(
  face: RowFace,
  row: ObjectRow,
  gpus: ClusterGpus | undefined,
  nowMs: number,
): RowFace {
  if (!gpus) return face;
  if (row.kind === "Pod") return podUsage(face, row, gpus, nowMs);
  if (row.kind !== "Node") return face;
  const usage = gpus.node(row.name);
  const devices = usage?.rows.filter(({ kind }) => kind === "device") ?? [];
  // Run in pods, nvidia-smi sees the GPUs that are held and not the node's others.
  if (!usage || devices.length === 0 || usage.source === "nvidia-smi") return face;
  return told(
    face,
    usage,
    usageText(together(devices.map(({ figures }) => figures)))?.replace("GPU ", ""),
    [],
    nowMs,
  );
}

function podUsage(face: RowFace, row: PodRow, gpus: ClusterGpus, nowMs: number): RowFace {
  if (Object.keys(row.accelerators).length === 0 || hasEnded(row) || row.phase !== "Running") return face;
  const known = gpus.pod(row);
  if (!known) return face;
  const { usage, figures, rows } = known;
  return told(face, usage, figures && usageText(figures), rows, nowMs);
}

function told(
  face: RowFace,
  usage: NodeUsage,
  text: string | undefined,
  rows: readonly UsageRow[],
  nowMs: number,
): RowFace {
  const { report, source, tried } = usage;
  if (report.state === "trying") return face;
  const isKnown = isFresh(report, nowMs) && text;
  // No ages here: a tooltip that changes each second can't be read.
  const lines = isKnown
    ? [
        ...rows.map((one) => `${one.label}: ${figuresText(one.figures)}`),
        ...rows.map(({ why }) => why).filter((why) => why !== undefined),
        `From ${source}${report.place === "" ? "" : ` ${report.place}`}`,
      ]
    : [
        "GPU usage is not known now.",
        ...rows.map(({ why }) => why).filter((why) => why !== undefined),
        ...tried.map(({ why }) => why),
      ];
  const tooltip = [face.tooltip, "", ...Array.from(new Set(lines))].join("\n");
  if (!isKnown) return { ...face, tooltip };
  // After the first word, which is the pod's state, or how many GPUs of the node are held.
  const [first, ...rest] = (face.description ?? "").split(" · ");
  const description = [first, text, ...rest].filter((part) => part !== undefined && part !== "").join(" · ");
  return {
    ...face,
    description,
    tooltip,
    accessibleLabel: `${face.accessibleLabel ?? face.label}, ${text}`,
  };
}
