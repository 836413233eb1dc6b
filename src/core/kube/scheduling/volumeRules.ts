// Which nodes a pod's volumes can be reached from, and why one is not there at all: the scheduler's filters
// VolumeBinding and VolumeZone.
// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity and
// https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
import { field, type KubeObject, list, record, text } from "../object.ts";
import { matchesTerms, type Obstacle } from "./fit.ts";
import type { NodeState } from "./nodeState.ts";
import { type Term, termOf } from "./podNeeds.ts";

/** What the cluster has of one volume; `absent` where it was looked for and is not there. */
export interface VolumeFacts {
  claim: string | undefined;
  object?: KubeObject | "absent";
  /** Of the claim that is bound. */
  volume?: KubeObject | "absent";
  /** Of the claim that is not. */
  storageClass?: KubeObject | "absent";
}

const ZONE_KEYS = [
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
];

/** Each of the lists must have a term that holds; a list that is undefined lets every node be. */
interface Reach {
  claim: string;
  lists: readonly (readonly Term[])[];
}

export class VolumeRules {
  /** Why no node will do, a sentence each, with what to do. */
  readonly problems: readonly string[];
  readonly #reaches: readonly Reach[];

  constructor(facts: readonly VolumeFacts[]) {
    this.problems = facts.flatMap((one) => problemOf(one) ?? []);
    this.#reaches = facts.map((one) => ({ claim: one.claim ?? "", lists: listsOf(one) }));
  }

  obstacles(node: NodeState): Obstacle[] {
    return this.#reaches
      .filter(({ lists }) => !lists.every((terms) => matchesTerms(terms, node)))
      .map(({ claim }) => ({ kind: "volume", claim }));
  }
}

function problemOf({ claim, object, volume, storageClass }: VolumeFacts): string | undefined {
  if (object === "absent") return `There is no PersistentVolumeClaim ${claim}: make it, or name another.`;
  if (object === undefined) return undefined;
  const name = text(object, "spec", "volumeName");
  if (text(object, "metadata", "deletionTimestamp") !== undefined)
    return `PersistentVolumeClaim ${claim} is being deleted: make it anew.`;
  if (text(object, "status", "phase") === "Lost" || volume === "absent")
    return `PersistentVolumeClaim ${claim} is bound to the volume ${name}, which is not there any more.`;
  if (text(object, "status", "phase") === "Bound") return undefined;
  const className = text(object, "spec", "storageClassName") ?? "";
  if (className === "")
    return `PersistentVolumeClaim ${claim} has no StorageClass and no volume is bound to it: name a class in it, or make a PersistentVolume for it.`;
  if (storageClass === "absent")
    return `PersistentVolumeClaim ${claim} asks for the StorageClass ${className}, which is not there: make the claim anew with one that is.`;
  if (storageClass && text(storageClass, "volumeBindingMode") !== "WaitForFirstConsumer")
    return `PersistentVolumeClaim ${claim} is not bound yet: ${provisionerWords(storageClass)}.`;
  return undefined;
}

function provisionerWords(storageClass: KubeObject): string {
  const name = text(storageClass, "metadata", "name");
  const provisioner = text(storageClass, "provisioner") ?? "";
  return provisioner === "kubernetes.io/no-provisioner"
    ? `volumes of StorageClass ${name} are made by hand, and none is free that it could take`
    : `${provisioner} of StorageClass ${name} has not made its volume; see the events of the claim`;
}

function listsOf({ volume, storageClass }: VolumeFacts): (readonly Term[])[] {
  const lists: (readonly Term[])[] = [];
  if (volume && volume !== "absent") {
    const required = field(volume, "spec", "nodeAffinity", "required");
    if (required !== undefined) lists.push(list(required, "nodeSelectorTerms").map(termOf));
    for (const [key, value] of Object.entries(record(volume, "metadata", "labels"))) {
      if (!ZONE_KEYS.includes(key)) continue;
      lists.push([{ labels: [{ key, operator: "In", values: String(value).split("__") }], fields: [] }]);
    }
  }
  if (storageClass && storageClass !== "absent") {
    const allowed = list(storageClass, "allowedTopologies").map((term): Term => {
      const labels = list(term, "matchLabelExpressions").map((one) => ({
        key: text(one, "key") ?? "",
        operator: "In",
        values: list(one, "values").map(String),
      }));
      return { labels, fields: [] };
    });
    if (allowed.length > 0) lists.push(allowed);
  }
  return lists;
}
