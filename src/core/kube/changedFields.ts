// Which fields of an object an apply would change. Only their places: what stands there may be a secret.
import type { KubeObject } from "./object.ts";

/** What the server writes by itself at each change. */
const SERVERS_OWN = new Set([
  "metadata.managedFields",
  "metadata.resourceVersion",
  "metadata.generation",
  "metadata.creationTimestamp",
  "metadata.uid",
]);

/** `spec.replicas`, `spec.template.spec.containers[0].image`: the deepest fields that differ, in their order. */
export function changedFields(before: KubeObject, after: KubeObject): string[] {
  const found: string[] = [];
  compare(before, after, "", found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, found: string[]): void {
  if (SERVERS_OWN.has(path) || path === "status") return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], path === "" ? key : `${path}.${key}`, found);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, one] of before.entries()) compare(one, after[index], `${path}[${index}]`, found);
  } else if (!isSame(before, after)) found.push(path);
}

function isSame(before: unknown, after: unknown): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
