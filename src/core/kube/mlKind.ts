// A kind of an operator that is shown among the workloads of a namespace: what its status says, and whose its pods are.
import { type Kind, type KindSwitch, kind, resourceKey } from "./kind.ts";
import { field, type KubeObject } from "./object.ts";
import { type Health, isTerminating, type ResourceRow, rowIdentity } from "./row.ts";
import type { ServedKind } from "./served.ts";

/** What the status of an object comes to. */
export interface Reading {
  health: Health;
  /** The state in a word or two, in the operator's own words where it has some. */
  status: string;
  /** Why, in the operator's own sentence. */
  message?: string | undefined;
  /** More figures, each under a heading; without a text it is left out. */
  facts?: readonly (readonly [heading: string, text: string | undefined])[];
  /** Labels of pods that are its own beside those by its name, as `ray.io/cluster=name`. */
  selects?: readonly string[];
  /** It has ended: there is nothing to stop. */
  isOver?: boolean;
}

export interface MlKind {
  kind: string;
  group: string;
  plural: string;
  /** A codicon. */
  icon: string;
  /** Of the whole cluster, as a ClusterQueue. */
  clusterWide?: true;
  /**
   * Labels of its pods whose value is its name, all of them in `linkLabels`; empty where only owners lead to it.
   * Absent for what has no pods.
   */
  podLabels?: readonly string[];
  /** Made for another object: where that is shown, its pods stand under that. */
  isDetail?: true;
  switch?: KindSwitch;
  /** Never throws; where the operator says nothing yet, neither does this. */
  read(object: KubeObject): Reading;
}

/** The kind in the version that a cluster prefers. */
export function servedMlKind(ml: MlKind, { version, plural, namespaced, verbs }: ServedKind): Kind {
  const key = resourceKey(ml.kind, ml.group);
  return kind<ResourceRow>({
    kind: key,
    group: ml.group,
    version,
    plural,
    namespaced,
    title: ml.kind,
    icon: ml.icon,
    ...(namespaced ? { isFirstClass: true } : {}),
    ...(ml.switch ? { switch: ml.switch } : {}),
    ...(verbs.includes("watch") ? {} : { listOnly: true }),
    project: (object) => mlRow(ml, key, object),
  });
}

/** The row of an object, whatever its version. */
export function mlRow(ml: MlKind, key: ResourceRow["kind"], object: KubeObject): ResourceRow {
  const identity = rowIdentity(object);
  const { health, status, message, facts = [], selects = [], isOver } = ml.read(object);
  const isLeaving = isTerminating(object);
  const isOff = ml.switch?.isOff(object) === true;
  const can = isOff ? "start" : "stop";
  return {
    kind: key,
    ...identity,
    status: isLeaving ? "Terminating" : status,
    health: isLeaving ? "progress" : health,
    columns: facts.flatMap(([heading, text]) => (text === undefined ? [] : [[heading, text] as const])),
    ...(message === undefined ? {} : { message }),
    ...(ml.podLabels
      ? { selects: [...ml.podLabels.map((label) => `${label}=${identity.name}`), ...selects] }
      : {}),
    ...(ml.isDetail ? { isDetail: true } : {}),
    ...(ml.switch && !isLeaving && !isOver ? { can } : {}),
  };
}

/** Where an operator has not looked at an object yet, or does not run. */
export const notLookedAt: Reading = { health: "unknown", status: "no status yet" };

export function hasStatus(object: KubeObject): boolean {
  const status = field(object, "status");
  return typeof status === "object" && status !== null && Object.keys(status).length > 0;
}

/** A number under `spec.suspend` and the like, as a switch. */
export function suspendSwitch(...path: string[]): KindSwitch {
  const patch = (value: boolean) =>
    path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as object;
  return {
    isOff: (object) => field(object, ...path) === true,
    off: { title: "Suspend", detail: "Its pods are ended; it can be resumed.", patch: () => patch(true) },
    on: { title: "Resume", detail: "It makes its pods again.", patch: () => patch(false) },
  };
}
