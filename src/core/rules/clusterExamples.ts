// Clusters that the examples of rules about clusters are held against.
import type { ClusterFacts } from "../kube/live/facts.ts";
import type { NodeState } from "../kube/scheduling/nodeState.ts";
import type { ClusterInput } from "./liveCluster.ts";

/** A cluster that was asked for these facts and tried nothing. */
export function exampleCluster(facts: Partial<ClusterFacts>): ClusterInput {
  return {
    facts: { context: "dev", namespace: "default", podsSeen: true, names: {}, namespaces: {}, ...facts },
    answers: [],
  };
}

/** A node with eight H100 and nothing on it. */
export function exampleNode(other: Partial<NodeState> = {}): NodeState {
  return {
    name: "gpu-1",
    labels: { "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3" },
    taints: [],
    isUnschedulable: false,
    allocatable: { cpu: 64_000, memory: 2 ** 39, pods: 110, "nvidia.com/gpu": 8 },
    pods: [],
    ...other,
  };
}
