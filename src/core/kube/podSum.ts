// What a pod needs at once, from what each of its containers needs.
// Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
import { list, text } from "./object.ts";

/**
 * By name, the sum of the containers and sidecars, or what one init container needs beside the sidecars started
 * before it, whichever is more.
 */
export function podSum(
  spec: unknown,
  needOf: (container: unknown) => Readonly<Record<string, number>>,
): Record<string, number> {
  const running: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const container of list(spec, "initContainers")) {
    const need = needOf(container);
    const isSidecar = text(container, "restartPolicy") === "Always";
    for (const [name, amount] of Object.entries(need)) {
      const beside = isSidecar ? 0 : (running[name] ?? 0);
      starting[name] = Math.max(starting[name] ?? 0, amount + beside);
    }
    if (isSidecar) addTo(running, need);
  }
  for (const container of list(spec, "containers")) addTo(running, needOf(container));
  for (const [name, amount] of Object.entries(starting)) running[name] = Math.max(running[name] ?? 0, amount);
  return running;
}

/** Adds `more` to `total`, which is changed. */
export function addTo(total: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, amount] of Object.entries(more)) total[name] = (total[name] ?? 0) + amount;
}
