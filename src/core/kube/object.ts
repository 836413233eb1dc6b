// Kubernetes objects as the API sends them, and safe ways to read a field: nothing is trusted to be there.

/** A JSON object from the API. Fields are read with the functions below, which never throw. */
export type KubeObject = Readonly<Record<string, unknown>>;

/** Who made an object, from its controller owner reference. */
export interface Owner {
  kind: string;
  name: string;
  uid: string;
}

/** The value under `path`, or undefined when a step is missing or no object. */
export function field(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}

/** A non-empty string under `path`. */
export function text(value: unknown, ...path: string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** A finite number under `path`; 0 when there is none. */
export function count(value: unknown, ...path: string[]): number {
  const found = field(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
}

/** An array under `path`; empty when there is none. */
export function list(value: unknown, ...path: string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** An object under `path`; empty when there is none. */
export function record(value: unknown, ...path: string[]): Readonly<Record<string, unknown>> {
  const found = field(value, ...path);
  return typeof found === "object" && found !== null && !Array.isArray(found)
    ? (found as Record<string, unknown>)
    : {};
}

/** A map of texts, such as labels; other values as they are written. */
export function stringsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** Milliseconds since the epoch of the time under `path` (RFC 3339, or a number already), or undefined. */
export function timeMs(value: unknown, ...path: string[]): number | undefined {
  const found = field(value, ...path);
  if (typeof found === "number") return found;
  const parsed = typeof found === "string" ? Date.parse(found) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The object's controller, if one owns it. */
export function controllerOf(object: KubeObject): Owner | undefined {
  for (const reference of list(object, "metadata", "ownerReferences")) {
    if (field(reference, "controller") !== true) continue;
    const kind = text(reference, "kind");
    const name = text(reference, "name");
    const uid = text(reference, "uid");
    if (kind && name && uid) return { kind, name, uid };
  }
  return undefined;
}

/** The condition of that type in `status.conditions`. */
export function condition(object: KubeObject, type: string): KubeObject | undefined {
  return list(object, "status", "conditions").find((entry) => field(entry, "type") === type) as
    | KubeObject
    | undefined;
}
