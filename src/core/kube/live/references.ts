// The objects that an object names and needs in the cluster: classes, and what its pods mount and read.
import { booleanOf, nodeAt, nodesAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { SetObject } from "../objectSet.ts";
import { POD_REFERENCES } from "../podReferences.ts";

export interface LiveReference {
  readonly kind: string;
  readonly name: string;
  readonly node: SyntaxNode;
  /** The pod runs without it, too. */
  readonly optional: boolean;
}

/** Fields of objects that name a class; `*` is every item of a list. */
const CLASSES: readonly { of: string; path: string; kind: string }[] = [
  { of: "PersistentVolumeClaim", path: "spec.storageClassName", kind: "StorageClass" },
  { of: "StatefulSet", path: "spec.volumeClaimTemplates.*.spec.storageClassName", kind: "StorageClass" },
  { of: "Ingress", path: "spec.ingressClassName", kind: "IngressClass" },
  ...["spec", "spec.spec"].flatMap((spec) =>
    ["deviceClassName", "exactly.deviceClassName", "firstAvailable.*.deviceClassName"].map((field) => ({
      of: spec === "spec" ? "ResourceClaim" : "ResourceClaimTemplate",
      path: `${spec}.devices.requests.*.${field}`,
      kind: "DeviceClass",
    })),
  ),
];

const IN_PODS = [
  ...POD_REFERENCES,
  { kind: "StorageClass", path: "volumes.*.ephemeral.volumeClaimTemplate.spec.storageClassName" },
];

export function* liveReferences({ object, pods }: SetObject): Iterable<LiveReference> {
  for (const pod of pods) for (const { kind, path } of IN_PODS) yield* at(pod.spec, path, kind);
  for (const { of, path, kind } of CLASSES) if (of === object.kind) yield* at(object.root, path, kind);
}

function* at(root: SyntaxNode, path: string, kind: string): Iterable<LiveReference> {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  for (const parent of nodesAt(root, steps)) {
    const node = nodeAt(parent, last);
    const name = textOf(node);
    if (!node || name === undefined || name === "") continue;
    // Of a Secret that is mounted the mount says it, of a projected one the source.
    yield { kind, name, node, optional: booleanOf(nodeAt(parent, "optional")) === true };
  }
}

/** The label by which the objects of Kueue's jobs name their queue. */
export const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";

/** Where the object, or else one of its pods, names a queue of Kueue. */
export function queueNode({ object, pods }: SetObject): SyntaxNode | undefined {
  const labels = [nodeAt(object.root, "metadata"), ...pods.map(({ metadata }) => metadata)];
  return labels
    .map((metadata) => nodeAt(metadata, "labels", QUEUE_LABEL))
    .find((node) => textOf(node) !== undefined);
}
