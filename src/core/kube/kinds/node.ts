// Node: a machine, and the accelerators it offers.
import { acceleratorsIn } from "../accelerators.ts";
import { kind } from "../kind.ts";
import { condition, field, list, record, text } from "../object.ts";
import { type NodeRow, rowIdentity } from "../row.ts";

// GPU feature discovery first, then the clouds' own labels and AMD's and Intel's labellers.
const PRODUCT_LABELS = [
  "nvidia.com/gpu.product",
  "cloud.google.com/gke-accelerator",
  "amd.com/gpu.product-name",
  "beta.amd.com/gpu.product-name",
  "gpu.intel.com/product",
  "k8s.amazonaws.com/accelerator",
  "cloud.google.com/gke-tpu-accelerator",
];

export const node = kind<NodeRow>({
  kind: "Node",
  group: "",
  version: "v1",
  plural: "nodes",
  namespaced: false,
  title: "Nodes",
  icon: "server",
  project(object) {
    const labels = record(object, "metadata", "labels");
    const product = PRODUCT_LABELS.map((label) => text(labels, label)).find((value) => value !== undefined);
    const sharing = sharingOf(labels);
    const cordoned = field(object, "spec", "unschedulable") === true;
    const ready = condition(object, "Ready");
    const isReady = text(ready, "status") === "True";
    const message = isReady ? undefined : text(ready, "message");
    return {
      kind: "Node",
      ...rowIdentity(object),
      status: `${isReady ? "Ready" : "NotReady"}${cordoned ? ", SchedulingDisabled" : ""}`,
      health: isReady ? (cordoned ? "warning" : "ok") : ready ? "error" : "unknown",
      allocatable: acceleratorsIn(record(object, "status", "allocatable")),
      taints: list(object, "spec", "taints").map(taintText),
      ...(cordoned ? { cordoned } : {}),
      ...(product === undefined ? {} : { product }),
      ...(sharing === undefined ? {} : { sharing }),
      ...(message === undefined ? {} : { message }),
    };
  },
});

/** From GPU feature discovery, and GKE's label for the same thing. */
function sharingOf(labels: Readonly<Record<string, unknown>>): "time-slicing" | "mps" | undefined {
  const strategy =
    text(labels, "nvidia.com/gpu.sharing-strategy") ??
    text(labels, "cloud.google.com/gke-gpu-sharing-strategy");
  if (strategy === "time-slicing" || strategy === "time-sharing") return "time-slicing";
  if (strategy === "mps") return "mps";
  // Releases before 0.15 name only how many there are of each.
  const replicas = Number(text(labels, "nvidia.com/gpu.replicas") ?? 1);
  return strategy === undefined && replicas > 1 ? "time-slicing" : undefined;
}

function taintText(taint: unknown): string {
  const value = text(taint, "value");
  return `${text(taint, "key") ?? ""}${value === undefined ? "" : `=${value}`}:${text(taint, "effect") ?? ""}`;
}
