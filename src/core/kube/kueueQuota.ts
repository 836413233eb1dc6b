// What of a queue's quota is used, by resource.
// Source: https://github.com/kubernetes-sigs/kueue apis/kueue/v1beta2/clusterqueue_types.go
import { field, type KubeObject, list, text } from "./object.ts";
import { parseQuantity } from "./quantity.ts";

/** `nvidia.com/gpu 6/8`: of resources that are devices, what is in use of what is given, over all flavors. */
export function deviceQuota(object: KubeObject): string | undefined {
  const given = new Map<string, number>();
  const used = new Map<string, number>();
  for (const group of list(object, "spec", "resourceGroups"))
    for (const flavor of list(group, "flavors")) add(given, list(flavor, "resources"), "nominalQuota");
  const usage = list(object, "status", "flavorsUsage");
  for (const flavor of usage) add(used, list(flavor, "resources"), "total");
  const parts = Array.from(given, ([name, most]) => `${name} ${used.get(name) ?? 0}/${most}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function add(sums: Map<string, number>, resources: readonly unknown[], key: string): void {
  for (const resource of resources) {
    const name = text(resource, "name");
    // cpu and memory are no scarce devices; those have a domain in their name.
    if (name === undefined || !name.includes("/")) continue;
    const amount = parseQuantity(String(field(resource, key) as string | number));
    if (amount !== undefined) sums.set(name, (sums.get(name) ?? 0) + amount);
  }
}
