// How the rows of a cluster look: label, description, icon and the words menus ask for.
import {
  acceleratorText,
  acceleratorUseText,
  type AcceleratorCounts,
  sumAccelerators,
} from "../../../core/kube/accelerators.ts";
import { ageText } from "../../../core/kube/age.ts";
import { acceleratorHolders, type Grouping, hasEnded } from "../../../core/kube/grouping.ts";
import type { Guard } from "../../../core/kube/contextGuard.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import type {
  Health,
  NodeRow,
  ObjectRow,
  PodRow,
  ResourceRow,
  ServiceRow,
  WorkloadRow,
} from "../../../core/kube/row.ts";
import { columnsText } from "../../../core/kube/tableKind.ts";
import type { Condition } from "../../../app/stores/cluster/kindWatch.ts";
import type { Row } from "../../view.ts";

export type RowFace = Omit<Row, "id">;

const HEALTH_COLOR: Readonly<Record<Health, string | undefined>> = {
  ok: "charts.green",
  progress: "charts.blue",
  warning: "list.warningForeground",
  error: "list.errorForeground",
  done: "disabledForeground",
  unknown: "disabledForeground",
};

export const POD_ICON: Readonly<Record<Health, string>> = {
  ok: "circle-filled",
  progress: "loading~spin",
  warning: "warning",
  error: "error",
  done: "pass",
  unknown: "question",
};

/** The first sentence-like part of a long message, so that a row stays a row. */
const LONGEST_MESSAGE = 160;

export function objectFace(row: ObjectRow, grouping: Grouping, nowMs: number): RowFace {
  switch (row.kind) {
    case "Pod":
      return podFace(row, nowMs);
    case "Node":
      return nodeFace(row, grouping);
    case "Namespace":
      return { ...face(row, []), collapsible: "collapsed" };
    case "Service":
      return serviceFace(row);
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet":
    case "Job":
    case "CronJob":
      return workloadFace(row, grouping, nowMs);
    default:
      return resourceFace(row, grouping, nowMs);
  }
}

function podFace(row: PodRow, nowMs: number): RowFace {
  const says = hasEnded(row) || row.status !== "Running" || row.ready < row.containers;
  const state =
    row.status === "Running" && says ? `Running ${row.ready}/${row.containers} ready` : row.status;
  const description = [
    state,
    row.restarts > 0 ? `${row.restarts} ${row.restarts === 1 ? "restart" : "restarts"}` : undefined,
    acceleratorText(row.accelerators),
    age(row, nowMs),
    row.status === "Running" ? undefined : shortened(row.message),
  ];
  return {
    ...face(row, description),
    icon: healthIcon(POD_ICON[row.health], row.health),
    collapsible: "none",
    words: [
      "object",
      "pod",
      "deletable",
      "changeable",
      "editable",
      "loggable",
      ...(hasEnded(row) ? [] : ["forwardable", "executable", "copyable", "debuggable"]),
      ...(row.restarts > 0 ? ["restarted"] : []),
      ...(row.phase === "Pending" ? ["waiting"] : []),
      ...(Object.keys(row.accelerators).length > 0 ? ["gpuPod"] : []),
    ],
  };
}

function workloadFace(row: WorkloadRow, grouping: Grouping, nowMs: number): RowFace {
  const below = grouping.under.get(row.uid) ?? [];
  const description = [
    row.status,
    acceleratorText(podsAccelerators(below)),
    age(row, nowMs),
    shortened(row.message),
  ];
  return {
    ...face(row, description),
    icon: healthIcon(kindNamed(row.kind)?.icon ?? "layers", row.health),
    collapsible: "collapsed",
    words: [
      "object",
      lowerFirst(row.kind),
      "workload",
      "deletable",
      "changeable",
      "editable",
      ...(row.kind === "Job" || row.kind === "CronJob" ? [row.suspended ? "suspended" : "going"] : []),
      row.kind === "CronJob" ? "runnable" : "forwardable",
      ...(SCALABLE.has(row.kind) ? ["scalable"] : []),
      ...(row.kind !== "CronJob" && (row.ready < row.desired || row.suspended) ? ["waiting"] : []),
    ],
  };
}

const SCALABLE: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "ReplicaSet"]);

function serviceFace(row: ServiceRow): RowFace {
  return {
    ...face(row, [row.status, row.ports.length === 0 ? undefined : `port ${row.ports.join(", ")}`]),
    words: ["object", "service", "deletable", "changeable", "editable", "forwardable"],
  };
}

function nodeFace(row: NodeRow, grouping: Grouping): RowFace {
  const { pods, requested } = acceleratorHolders(grouping, row);
  const offers = Object.keys(row.allocatable).length > 0 || pods.length > 0;
  const description = [
    acceleratorUseText(requested, row.allocatable),
    row.product,
    row.status === "Ready" ? undefined : row.status,
    shortened(row.message),
  ];
  const lines = row.taints.length > 0 ? [`Taints: ${row.taints.join(", ")}`] : [];
  return {
    ...face(row, description, lines),
    icon: healthIcon("server", row.health),
    collapsible: offers ? "collapsed" : "none",
    words: [
      "object",
      "node",
      "changeable",
      "editable",
      "drainable",
      row.cordoned ? "cordoned" : "schedulable",
    ],
  };
}

function resourceFace(row: ResourceRow, grouping: Grouping, nowMs: number): RowFace {
  const below = grouping.under.get(row.uid) ?? [];
  const description = [
    row.status,
    ...columnsText(row),
    acceleratorText(podsAccelerators(below)),
    age(row, nowMs),
    row.message,
  ];
  const lines = row.columns.map(([heading, cell]) => `${heading}: ${cell}`);
  return {
    ...face(row, description.map(shortened), lines),
    // What may have pods, or stands over what has some.
    collapsible: row.selects || below.length > 0 ? "collapsed" : "none",
    // Not the kind's own name: a menu for pods is not for whatever an operator calls a Pod.
    words: [
      "object",
      row.kind === "Secret.core" ? "secret" : "resource",
      "deletable",
      ...turnable(row),
      ...(row.selects && (row.health === "progress" || row.can === "start") ? ["waiting"] : []),
    ],
  };
}

/** What menus of a row ask for that can be stopped for a while, or started. */
function turnable({ can }: ObjectRow): string[] {
  return can === undefined ? [] : [can === "stop" ? "stoppable" : "startable"];
}

/** What the pods under a workload hold or wait for together. */
export function podsAccelerators(rows: readonly ObjectRow[]): AcceleratorCounts {
  return sumAccelerators(
    rows.filter((row) => row.kind === "Pod" && !hasEnded(row)).map((row) => (row as PodRow).accelerators),
  );
}

function face(row: ObjectRow, description: readonly (string | undefined)[], lines: string[] = []): RowFace {
  const shown = joined(description);
  const tooltip = [
    `${kindWord(row.kind)} ${row.namespace === undefined ? "" : `${row.namespace}/`}${row.name}`,
    ...(row.status === "" ? [] : [row.status]),
    ...(row.message === undefined ? [] : [row.message]),
    ...("node" in row && row.node !== undefined ? [`Node: ${row.node}`] : []),
    ...lines,
  ].join("\n");
  return {
    label: row.name,
    ...(shown === "" ? {} : { description: shown }),
    icon: healthIcon(kindNamed(row.kind)?.icon ?? "circle", row.health),
    collapsible: "none",
    words: ["object", lowerFirst(kindWord(row.kind))],
    tooltip,
    accessibleLabel: `${kindWord(row.kind)} ${row.name}${shown === "" ? "" : `, ${shown}`}`,
  };
}

/** `stale 12 s · Can't reach …` and the like; undefined while all is well. */
export function conditionText(condition: Condition, nowMs: number): string | undefined {
  switch (condition.state) {
    case "stale":
      return `stale ${ageText(nowMs - condition.sinceMs)}`;
    case "unreachable":
      return "not reachable";
    case "loading":
      return "connecting…";
    case "blocked":
    case "live":
      return undefined;
  }
}

/** Parts that say something, with the separator of all rows. */
/** `protected`, `read-only`, or nothing. */
export function guardWord(guard: Guard): string | undefined {
  return { none: undefined, protected: "protected", readOnly: "read-only" }[guard];
}

export function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

function age(row: ObjectRow, nowMs: number): string | undefined {
  return row.createdMs > 0 ? ageText(nowMs - row.createdMs) : undefined;
}

function shortened(message: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  // The scheduler's sentence without what it says about preemption, which is in the tooltip.
  const line = message
    .replace(/\s+/g, " ")
    .replace(/\.? (no new claims to deallocate, )?preemption: .*/, ".");
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}

export function healthIcon(id: string, health: Health): { id: string; color?: string } {
  const color = HEALTH_COLOR[health];
  return color === undefined ? { id } : { id, color };
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
