// Whether a pod is meant for nodes with GPUs, by what it says of nodes.
import type { PodTemplate } from "../kube/podTemplates.ts";
import { entriesOf, itemsOf, nodeAt, textOf } from "../syntax/node.ts";

/** Labels that only nodes with GPUs have: of GPU Feature Discovery, and of the clouds. */
const GPU_LABEL =
  /^(?:nvidia\.com\/(?:gpu|mig|cuda)[.\w-]*|amd\.com\/gpu[.\w-]*|gpu\.intel\.com\/[\w.-]+|cloud\.google\.com\/gke-(?:accelerator|gpu)[\w-]*|k8s\.amazonaws\.com\/accelerator|(?:karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-gpu-[\w-]+|(?:kubernetes\.azure\.com\/)?accelerator)$/;
const GPU_TAINT = /^(?:nvidia\.com\/gpu|amd\.com\/gpu|gpu\.intel\.com\/[\w.-]+)$/;

/** True for a pod that selects nodes by their GPUs, tolerates the taint of such nodes, or runs by NVIDIA's runtime. */
export function wantsGpuNode(pod: PodTemplate): boolean {
  if (textOf(nodeAt(pod.spec, "runtimeClassName"))?.startsWith("nvidia")) return true;
  if (entriesOf(nodeAt(pod.spec, "nodeSelector")).some(({ key }) => GPU_LABEL.test(key.text))) return true;
  const taints = itemsOf(nodeAt(pod.spec, "tolerations")).map((item) => textOf(nodeAt(item, "key")) ?? "");
  if (taints.some((key) => GPU_TAINT.test(key))) return true;
  const affinity = nodeAt(
    pod.spec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  return itemsOf(nodeAt(affinity, "nodeSelectorTerms"))
    .flatMap((term) => itemsOf(nodeAt(term, "matchExpressions")))
    .some(
      (expression) =>
        GPU_LABEL.test(textOf(nodeAt(expression, "key")) ?? "") &&
        /^(?:In|Exists|Gt)$/.test(textOf(nodeAt(expression, "operator")) ?? ""),
    );
}
