// The columns of each kind, as `kubectl get` shows them.
import type { ApiObject, Condition, Node, Pod, Workload } from "../object.ts";
import { humanDuration } from "./duration.ts";

export interface Column {
  name: string;
  type?: "string" | "integer";
  /** 1: only with `-o wide`. */
  priority?: number;
  cell(object: ApiObject, now: number): string | number;
}

export const nameColumn: Column = { name: "Name", cell: (object) => object.metadata.name };
export const ageColumn: Column = {
  name: "Age",
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

function ageOf(time: string | undefined, now: number): string {
  return time === undefined ? "<unknown>" : humanDuration(now - Date.parse(time));
}

function column<T extends ApiObject>(
  name: string,
  cell: (object: T, now: number) => string | number,
  more: { type?: "integer"; priority?: number } = {},
): Column {
  return { name, ...more, cell: (object, now) => cell(object as T, now) };
}

interface Loose extends ApiObject {
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  data?: Record<string, unknown>;
  type?: string;
}

const wide = { priority: 1 };
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const string = (value: unknown, missing = "<none>"): string =>
  typeof value === "string" && value !== "" ? value : missing;
const entries = (value: unknown): number =>
  typeof value === "object" && value !== null ? Object.keys(value).length : 0;

/** The word in the STATUS column of a pod. */
export function podWord(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return "Terminating";
  for (const { state } of pod.status.containerStatuses ?? []) {
    if (state.waiting) return state.waiting.reason;
    if (state.terminated) return state.terminated.reason;
  }
  return pod.status.reason ?? pod.status.phase;
}

function restarts(pod: Pod, now: number): string {
  const statuses = pod.status.containerStatuses ?? [];
  const total = statuses.reduce((sum, one) => sum + one.restartCount, 0);
  const ended = statuses
    .map((one) => one.lastState.terminated?.finishedAt)
    .find((time) => time !== undefined);
  return total > 0 && ended ? `${total} (${ageOf(ended, now)} ago)` : String(total);
}

function readiness(pod: Pod): string {
  const ready = (pod.status.containerStatuses ?? []).filter((one) => one.ready).length;
  return `${ready}/${pod.spec.containers.length}`;
}

function conditionText(node: Node): string {
  const conditions = (node.status["conditions"] ?? []) as Condition[];
  const ready = conditions.find((one) => one.type === "Ready")?.status === "True";
  return `${ready ? "Ready" : "NotReady"}${node.spec.unschedulable ? ",SchedulingDisabled" : ""}`;
}

const podTemplateColumns: Column[] = [
  column<Workload>(
    "Containers",
    (one) => one.spec.template.spec.containers.map((c) => c.name).join(","),
    wide,
  ),
  column<Workload>("Images", (one) => one.spec.template.spec.containers.map((c) => c.image).join(","), wide),
];

const selectorColumn = column<Workload>("Selector", (one) => labelText(one.spec.selector?.matchLabels), wide);

function labelText(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "<none>" : pairs.join(",");
}

function servicePorts(service: Loose): string {
  const ports = (service.spec["ports"] ?? []) as { port: number; protocol?: string }[];
  return ports.map((one) => `${one.port}/${one.protocol ?? "TCP"}`).join(",") || "<none>";
}

function jobState(job: Workload): string {
  const conditions = (job.status["conditions"] ?? []) as Condition[];
  const ended = conditions.find((one) => one.status === "True" && /^(Complete|Failed)$/.test(one.type));
  return ended?.type ?? (job.spec.suspend ? "Suspended" : "Running");
}

function jobDuration(job: Workload, now: number): string {
  const start = job.status["startTime"];
  if (typeof start !== "string") return "";
  const end = job.status["completionTime"];
  return humanDuration((typeof end === "string" ? Date.parse(end) : now) - Date.parse(start));
}

interface EventObject extends ApiObject {
  lastTimestamp?: string;
  type: string;
  reason: string;
  message: string;
  count?: number;
  involvedObject: { kind: string; name: string };
}

/** Columns between Name and Age; with Age where `Age` is not the last. */
export const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    nameColumn,
    column<Pod>("Ready", readiness),
    column<Pod>("Status", podWord),
    column<Pod>("Restarts", restarts),
    ageColumn,
    column<Pod>("IP", (pod) => pod.status.podIP ?? "<none>", wide),
    column<Pod>("Node", (pod) => pod.spec.nodeName ?? "<none>", wide),
    column<Pod>("Nominated Node", () => "<none>", wide),
    column<Pod>("Readiness Gates", () => "<none>", wide),
  ],
  Node: [
    nameColumn,
    column<Node>("Status", conditionText),
    column<Node>("Roles", (node) => rolesOf(node)),
    ageColumn,
    column<Node>("Version", (node) => infoOf(node, "kubeletVersion")),
    column<Node>("Internal-IP", (node) => addressOf(node), wide),
    column<Node>("External-IP", () => "<none>", wide),
    column<Node>("OS-Image", (node) => infoOf(node, "osImage"), wide),
    column<Node>("Kernel-Version", (node) => infoOf(node, "kernelVersion"), wide),
    column<Node>("Container-Runtime", (node) => infoOf(node, "containerRuntimeVersion"), wide),
  ],
  Namespace: [nameColumn, column<Loose>("Status", (one) => string(one.status["phase"])), ageColumn],
  Deployment: [
    nameColumn,
    column<Workload>("Ready", (one) => `${number(one.status["readyReplicas"])}/${one.spec.replicas ?? 1}`),
    column<Workload>("Up-to-date", (one) => number(one.status["updatedReplicas"]), { type: "integer" }),
    column<Workload>("Available", (one) => number(one.status["availableReplicas"]), { type: "integer" }),
    ageColumn,
    ...podTemplateColumns,
    selectorColumn,
  ],
  ReplicaSet: [
    nameColumn,
    column<Workload>("Desired", (one) => one.spec.replicas ?? 1, { type: "integer" }),
    column<Workload>("Current", (one) => number(one.status["replicas"]), { type: "integer" }),
    column<Workload>("Ready", (one) => number(one.status["readyReplicas"]), { type: "integer" }),
    ageColumn,
    ...podTemplateColumns,
    selectorColumn,
  ],
  StatefulSet: [
    nameColumn,
    column<Workload>("Ready", (one) => `${number(one.status["readyReplicas"])}/${one.spec.replicas ?? 1}`),
    ageColumn,
    ...podTemplateColumns,
  ],
  DaemonSet: [
    nameColumn,
    ...[
      "Desired:desired",
      "Current:current",
      "Ready:numberReady",
      "Up-to-date:updated",
      "Available:available",
    ].map((text) => {
      const [name = "", key = ""] = text.split(":");
      const field =
        key === "numberReady" ? key : key === "updated" ? "updatedNumberScheduled" : scheduledField(key);
      return column<Workload>(name, (one) => number(one.status[field]), { type: "integer" });
    }),
    column<Workload>("Node Selector", (one) => labelText(one.spec.template.spec.nodeSelector)),
    ageColumn,
    ...podTemplateColumns,
    selectorColumn,
  ],
  Job: [
    nameColumn,
    column<Workload>("Status", jobState),
    column<Workload>(
      "Completions",
      (one) => `${number(one.status["succeeded"])}/${one.spec.completions ?? 1}`,
    ),
    column<Workload>("Duration", jobDuration),
    ageColumn,
    ...podTemplateColumns,
  ],
  CronJob: [
    nameColumn,
    column<Loose>("Schedule", (one) => string(one.spec["schedule"])),
    column<Loose>("Timezone", (one) => string(one.spec["timeZone"])),
    column<Loose>("Suspend", (one) => (one.spec["suspend"] === true ? "True" : "False")),
    column<Loose>("Active", (one) => entries(one.status["active"]), { type: "integer" }),
    column<Loose>("Last Schedule", (one, now) => {
      const last = one.status["lastScheduleTime"];
      return typeof last === "string" ? ageOf(last, now) : "<none>";
    }),
    ageColumn,
  ],
  Service: [
    nameColumn,
    column<Loose>("Type", (one) => string(one.spec["type"], "ClusterIP")),
    column<Loose>("Cluster-IP", (one) => string(one.spec["clusterIP"])),
    column<Loose>("External-IP", () => "<none>"),
    column<Loose>("Port(s)", servicePorts),
    ageColumn,
    column<Loose>("Selector", (one) => labelText(one.spec["selector"] as Record<string, string>), wide),
  ],
  Event: [
    column<EventObject>("Last Seen", (one, now) => ageOf(one.lastTimestamp, now)),
    column<EventObject>("Type", (one) => one.type),
    column<EventObject>("Reason", (one) => one.reason),
    column<EventObject>(
      "Object",
      (one) => `${one.involvedObject.kind.toLowerCase()}/${one.involvedObject.name}`,
    ),
    column<EventObject>("Message", (one) => one.message.trim()),
    column<EventObject>("Count", (one) => one.count ?? 1, { type: "integer", priority: 1 }),
    column<EventObject>("Name", (one) => one.metadata.name, wide),
  ],
  ConfigMap: [nameColumn, column<Loose>("Data", (one) => entries(one.data), { type: "integer" }), ageColumn],
  Secret: [
    nameColumn,
    column<Loose>("Type", (one) => string(one.type, "Opaque")),
    column<Loose>("Data", (one) => entries(one.data), { type: "integer" }),
    ageColumn,
  ],
  PersistentVolumeClaim: [
    nameColumn,
    column<Loose>("Status", (one) => string(one.status["phase"], "Pending")),
    column<Loose>("Volume", (one) => string(one.spec["volumeName"], "")),
    column<Loose>("Capacity", (one) =>
      string((one.status["capacity"] as Record<string, string> | undefined)?.["storage"], ""),
    ),
    column<Loose>("Access Modes", (one) => accessModes(one.spec["accessModes"])),
    column<Loose>("StorageClass", (one) => string(one.spec["storageClassName"], "")),
    ageColumn,
  ],
};

function scheduledField(key: string): string {
  if (key === "desired") return "desiredNumberScheduled";
  return key === "current" ? "currentNumberScheduled" : "numberAvailable";
}

function accessModes(modes: unknown): string {
  const short: Record<string, string> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX" };
  return Array.isArray(modes) ? modes.map((mode) => short[String(mode)] ?? String(mode)).join(",") : "";
}

function rolesOf(node: Node): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return roles.map((label) => label.slice(prefix.length)).join(",") || "<none>";
}

function infoOf(node: Node, key: string): string {
  return string((node.status["nodeInfo"] as Record<string, string> | undefined)?.[key], "<unknown>");
}

function addressOf(node: Node): string {
  const addresses = (node.status["addresses"] ?? []) as { type: string; address: string }[];
  return addresses.find((one) => one.type === "InternalIP")?.address ?? "<none>";
}
