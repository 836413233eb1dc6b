// A node as the scheduler sees it: what it has, what is promised to pods, and whom it lets in.
import { field, type KubeObject, list, record, stringsOf, text } from "../object.ts";
import type { Labels } from "../labels.ts";
import { addAmounts, type Amounts, amountsOf } from "./amounts.ts";
import { type HostPort, hostPortsOf, podAmounts } from "./podNeeds.ts";
import { antiAffinityOf, type PeerTerm } from "./podPeers.ts";

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** A pod that is on a node and has not ended. */
export interface PlacedPod {
  namespace: string;
  name: string;
  amounts: Amounts;
  hostPorts: readonly HostPort[];
  /** Only where somebody asks for them: of thousands of pods they would fill the memory. */
  labels?: Labels;
  /** Beside whom it does not let others run. */
  antiAffinity?: readonly PeerTerm[];
  /** It is being deleted. */
  isEnding?: true;
}

export interface NodeState {
  name: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly Taint[];
  isUnschedulable: boolean;
  allocatable: Amounts;
  pods: readonly PlacedPod[];
}

/** A pod with its node. */
export type PodOnNode = readonly [node: string, pod: PlacedPod];

/** Undefined for a pod that is on no node, or has ended and holds nothing. */
export function podOnNode(pod: KubeObject): PodOnNode | undefined {
  const node = text(pod, "spec", "nodeName");
  const phase = text(pod, "status", "phase");
  if (node === undefined || phase === "Succeeded" || phase === "Failed") return undefined;
  const spec = field(pod, "spec");
  const antiAffinity = antiAffinityOf(pod);
  const placed = {
    namespace: text(pod, "metadata", "namespace") ?? "",
    name: text(pod, "metadata", "name") ?? "",
    amounts: podAmounts(spec),
    hostPorts: hostPortsOf(spec),
    ...(antiAffinity.length > 0 ? { antiAffinity } : {}),
    ...(field(pod, "metadata", "deletionTimestamp") === undefined ? {} : { isEnding: true as const }),
  };
  return [node, placed];
}

/** The same with its labels, for a question about pods that have rules about others. */
export function peerOnNode(pod: KubeObject): PodOnNode | undefined {
  const found = podOnNode(pod);
  if (!found) return undefined;
  const [node, placed] = found;
  return [node, { ...placed, labels: stringsOf(record(pod, "metadata", "labels")) }];
}

/** Nodes with the pods that are on them. */
export function nodeStates(nodes: readonly KubeObject[], pods: readonly KubeObject[]): NodeState[] {
  return statesOf(nodes, pods.map(peerOnNode));
}

/** The same of pods that were looked at before. */
export function statesOf(
  nodes: readonly KubeObject[],
  pods: readonly (PodOnNode | undefined)[],
): NodeState[] {
  const byNode = new Map<string, PlacedPod[]>();
  for (const pod of pods) {
    if (!pod) continue;
    const [node, placed] = pod;
    const known = byNode.get(node);
    if (known) known.push(placed);
    else byNode.set(node, [placed]);
  }
  return nodes.map((node) => {
    const name = text(node, "metadata", "name") ?? "";
    return {
      name,
      labels: stringsOf(record(node, "metadata", "labels")),
      taints: list(node, "spec", "taints").map((taint) => ({
        key: text(taint, "key") ?? "",
        value: text(taint, "value") ?? "",
        effect: text(taint, "effect") ?? "",
      })),
      isUnschedulable: field(node, "spec", "unschedulable") === true,
      allocatable: amountsOf(record(node, "status", "allocatable")),
      pods: byNode.get(name) ?? [],
    };
  });
}

/** What of it no pod on the node holds. */
export function freeAmounts({ allocatable, pods }: Pick<NodeState, "allocatable" | "pods">): Amounts {
  const held = pods.reduce<Amounts>((sum, { amounts }) => addAmounts(sum, amounts), {});
  return Object.fromEntries(
    Object.entries(allocatable).map(([name, amount]) => [name, amount - (held[name] ?? 0)]),
  );
}
