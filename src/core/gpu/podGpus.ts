// How many accelerators the containers of a pod ask for.
import { type PodContainer, type PodTemplate, resourceEntries } from "../kube/podTemplates.ts";
import { parseQuantity } from "../kube/quantity.ts";
import { textOf } from "../syntax/node.ts";
import { isAccelerator } from "./resources.ts";

/** Whole devices and MIG slices in the container's limits (a request without a limit is refused anyway). */
export function acceleratorsOf(container: PodContainer): number {
  let count = 0;
  for (const { key, value } of resourceEntries(container, "limits"))
    if (isAccelerator(key.text)) count += parseQuantity(textOf(value) ?? "") ?? 0;
  return count;
}

/** True when any container of the pod has an accelerator. */
export function hasAccelerators(pod: PodTemplate): boolean {
  return pod.containers.some((container) => acceleratorsOf(container) > 0);
}
