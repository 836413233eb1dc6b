// SRV009: a volume for one node, under pods that may run on several.
import { type PodGroup, podGroups } from "../../kube/podGroups.ts";
import type { ObjectFacts } from "../../kube/objectFacts.ts";
import { isNull, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const srv009: Rule = {
  id: "SRV009",
  title: "Pods on several nodes need a volume that several nodes can mount",
  severity: "warning",
  why: "A ReadWriteOnce volume is attached to one node. Pods on other nodes stay in ContainerCreating with a Multi-Attach error, and a rolling update that starts the new pod on another node never ends.",
  source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
  appliesTo: "set",
  good: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: models
spec:
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 100Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: classifier
spec:
  replicas: 3
  selector:
    matchLabels: {app: classifier}
  template:
    metadata:
      labels: {app: classifier}
    spec:
      containers:
        - name: classifier
          image: registry.example/classifier:1
          volumeMounts:
            - name: models
              mountPath: /models
      volumes:
        - name: models
          persistentVolumeClaim:
            claimName: models
`,
  bad: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: models
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 100Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: classifier
spec:
  replicas: 3
  selector:
    matchLabels: {app: classifier}
  template:
    metadata:
      labels: {app: classifier}
    spec:
      containers:
        - name: classifier
          image: registry.example/classifier:1
          volumeMounts:
            - name: models
              mountPath: /models
      volumes:
        - name: models
          persistentVolumeClaim:
            claimName: «models»
`,
  *check({ object, pods }, set) {
    // Ray's and notebooks' numbers of pods are not read here.
    for (const group of podGroups(object, pods))
      for (const volume of itemsOf(nodeAt(group.pod.spec, "volumes"))) {
        const claim = nodeAt(volume, "persistentVolumeClaim", "claimName");
        const name = textOf(claim);
        if (!claim || name === undefined) continue;
        const found = set.nearNamed("", "PersistentVolumeClaim", name, object.namespace);
        if (found && !onOneNode(group)) yield* problems(claim, name, found, group, object.kind);
      }
  },
};

function* problems(
  at: SyntaxNode,
  name: string,
  { accessModes: modes = [] }: ObjectFacts,
  { replicas, node }: PodGroup,
  kind: string,
): Iterable<Problem> {
  if (modes.length === 0 || modes.some((mode) => !/^ReadWriteOnce(?:Pod)?$/.test(mode))) return;
  const mode = modes[0];
  if (replicas !== undefined && replicas > 1) {
    const where = mode === "ReadWriteOncePod" ? "one pod" : "one node";
    yield {
      at,
      message: `${replicas} pods use the claim "${name}", and its ${mode} volume can be mounted by ${where} only: the others wait for it. Use ReadWriteMany, or a claim for each pod.`,
    };
    return;
  }
  if (kind !== "Deployment" || replicas !== 1 || textOf(nodeAt(node, "strategy", "type")) === "Recreate")
    return;
  const surge = nodeAt(node, "strategy", "rollingUpdate", "maxSurge");
  if (!isNull(surge) && /^0+%?$/.test(textOf(surge) ?? "")) return;
  yield {
    at,
    severity: "information",
    message: `An update starts the new pod beside the old one, which holds the ${mode} volume of "${name}": on another node the new pod waits for ever. Use the strategy Recreate.`,
  };
}

/** True where the pods are held together on one node. */
function onOneNode({ pod }: PodGroup): boolean {
  if (textOf(nodeAt(pod.spec, "nodeName")) !== undefined) return true;
  if (nodeAt(pod.spec, "nodeSelector", "kubernetes.io/hostname")) return true;
  const terms = nodeAt(pod.spec, "affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return itemsOf(terms).some((term) => textOf(nodeAt(term, "topologyKey")) === "kubernetes.io/hostname");
}
