// How many accelerators the containers of a pod ask for.
import { type PodContainer, type PodTemplate, resourceEntries } from "../kube/podTemplates.ts";
import { parseQuantity } from "../kube/quantity.ts";
import { textOf } from "../syntax/node.ts";
import { isAccelerator } from "./resources.ts";

/** Whole devices and MIG slices: the container's limits, and requests whose limit is still missing (GPU001). */
export function acceleratorsOf(container: PodContainer): number {
  const counts = new Map<string, number>();
  for (const side of ["requests", "limits"] as const)
    for (const { key, value } of resourceEntries(container, side))
      if (isAccelerator(key.text)) counts.set(key.text, parseQuantity(textOf(value) ?? "") ?? 0);
  return Array.from(counts.values()).reduce((sum, count) => sum + count, 0);
}

/** True when any container of the pod has an accelerator. */
export function hasAccelerators(pod: PodTemplate): boolean {
  return pod.containers.some((container) => acceleratorsOf(container) > 0);
}
