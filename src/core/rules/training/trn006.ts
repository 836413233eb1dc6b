// TRN006: a network policy between workers that must talk to each other, or between them and names.
import { selectorOf, selects } from "../../kube/labels.ts";
import { sameNamespace, type SetObject } from "../../kube/objectSet.ts";
import { podGroups } from "../../kube/podGroups.ts";
import {
  entriesOf,
  isNull,
  itemsOf,
  nodeAt,
  numberOf,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const trn006: Rule = {
  id: "TRN006",
  title: "A network policy must let the workers of a training talk",
  severity: "warning",
  why: "Workers meet at a port of the first one and then talk on ports that NCCL chooses. A policy that admits nobody to them, or keeps them from DNS, makes training hang until it times out.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  appliesTo: "set",
  good: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: training
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
---
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata:
  name: train
spec:
  pytorchReplicaSpecs:
    Worker:
      replicas: 4
      template:
        spec:
          containers:
            - name: pytorch
              image: registry.example/train:1
`,
  bad: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: training
spec:
  podSelector: {}
  policyTypes: [«Ingress»]
---
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata:
  name: train
spec:
  pytorchReplicaSpecs:
    Worker:
      replicas: 4
      template:
        spec:
          containers:
            - name: pytorch
              image: registry.example/train:1
`,
  *check(item, set) {
    if (!isPolicy(item) || set.hasPoliciesElsewhere(item.object.namespace)) return;
    const spec = nodeAt(item.object.root, "spec");
    const selector = selectorOf(nodeAt(spec, "podSelector"));
    const trained = selector && set.ownPicked(selector, item.object.namespace).find(isTraining);
    if (!trained) return;
    const policies = set
      .ownOfKind("NetworkPolicy", item.object.namespace)
      .filter((policy) => isPolicy(policy) && covers(policy, trained));
    const [ingress, egress] = [typeNode(spec, "Ingress"), typeNode(spec, "Egress")];
    const name = `${trained.object.kind} ${trained.object.name ?? ""}`.trim();
    if (ingress && !policies.some((policy) => admits(policy, trained, "ingress", "from")))
      yield {
        at: ingress,
        message: `This policy admits nobody to the pods of ${name}, so its workers can't reach each other. Admit pods of the same job on all ports.`,
      };
    if (!egress) return;
    if (!policies.some((policy) => admits(policy, trained, "egress", "to")))
      yield { at: egress, message: `This policy keeps the workers of ${name} from reaching each other.` };
    else if (!policies.some(reachesDns))
      yield {
        at: egress,
        message: `This policy keeps the workers of ${name} from DNS (port 53), so they can't find each other by name.`,
      };
  },
};

function isPolicy({ object }: SetObject): boolean {
  return object.kind === "NetworkPolicy" && object.group === "networking.k8s.io";
}

/** Several pods that work on one thing. */
function isTraining({ object, pods }: SetObject): boolean {
  if (object.group === "ray.io" || object.kind === "LeaderWorkerSet") return pods.length > 0;
  const together =
    object.group === "kubeflow.org" ||
    object.group === "jobset.x-k8s.io" ||
    object.group === "batch.volcano.sh";
  return together && podGroups(object, pods).reduce((sum, group) => sum + (group.replicas ?? 0), 0) > 1;
}

function covers(policy: SetObject, trained: SetObject): boolean {
  if (!sameNamespace(policy.object.namespace, trained.object.namespace)) return false;
  const selector = selectorOf(nodeAt(policy.object.root, "spec", "podSelector"));
  return selector !== undefined && trained.facts.podLabels.some((labels) => selects(selector, labels));
}

/** Where the policy says that it is about this direction; undefined when it is not. */
function typeNode(spec: SyntaxNode | undefined, type: "Ingress" | "Egress"): SyntaxNode | undefined {
  const types = nodeAt(spec, "policyTypes");
  if (!isNull(types)) return itemsOf(types).find((item) => textOf(item) === type);
  // Not written: Ingress always, Egress where there are such rules.
  if (type === "Egress") return entriesOf(spec).find(({ key }) => key.text === "egress")?.key;
  return entriesOf(spec).find(({ key }) => key.text === "ingress")?.key ?? nodeAt(spec, "podSelector");
}

/** True when a rule lets pods of the job through, on whatever ports; an unclear peer may. */
function admits(
  policy: SetObject,
  trained: SetObject,
  direction: "ingress" | "egress",
  side: "from" | "to",
): boolean {
  const spec = nodeAt(policy.object.root, "spec");
  const type = direction === "ingress" ? "Ingress" : "Egress";
  if (!isNull(nodeAt(spec, "policyTypes")) && !textsOf(nodeAt(spec, "policyTypes")).includes(type))
    return false;
  return itemsOf(nodeAt(spec, direction)).some((rule) => {
    const peers = nodeAt(rule, side);
    if (isNull(peers) || itemsOf(peers).length === 0) return true;
    return itemsOf(peers).some((peer) => {
      if (!isNull(nodeAt(peer, "ipBlock")) || !isNull(nodeAt(peer, "namespaceSelector"))) return true;
      const selector = selectorOf(nodeAt(peer, "podSelector"));
      return selector !== undefined && trained.facts.podLabels.some((labels) => selects(selector, labels));
    });
  });
}

/** DNS is in another namespace: a rule for all peers or for namespaces or addresses, on all ports or on 53. */
function reachesDns({ object }: SetObject): boolean {
  return itemsOf(nodeAt(object.root, "spec", "egress")).some((rule) => {
    const ports = itemsOf(nodeAt(rule, "ports"));
    const onPort =
      ports.length === 0 ||
      ports.some((port) => {
        const [number, end] = [numberOf(nodeAt(port, "port")), numberOf(nodeAt(port, "endPort"))];
        // A named port may be any.
        return number === undefined || number === 53 || number === 5353 || (number < 53 && (end ?? 0) >= 53);
      });
    const peers = itemsOf(nodeAt(rule, "to"));
    return (
      onPort &&
      (peers.length === 0 ||
        peers.some((peer) => nodeAt(peer, "namespaceSelector") ?? nodeAt(peer, "ipBlock")))
    );
  });
}
