// A Secret without what is secret: which keys it has, and how large each value is.
import { field, type KubeObject, record } from "./object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const HIDDEN = "(hidden)";

export function isSecret(object: KubeObject): boolean {
  return field(object, "kind") === "Secret";
}

/** Keys by name with the bytes of their values. */
export function secretKeys(object: KubeObject): { key: string; bytes: number }[] {
  return Object.entries(record(object, "data"))
    .map(([key, value]) => ({ key, bytes: secretBytes(value).length }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** A value as it was before the API encoded it; empty for what is no text. */
export function secretBytes(value: unknown): Uint8Array {
  if (typeof value !== "string") return new Uint8Array();
  try {
    return Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** A value for reading: its text, or base64 where it is none. */
export function secretText(object: KubeObject, key: string): string {
  const value = field(object, "data", key);
  const bytes = secretBytes(value);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `${bytesText(bytes.length)} that are no text, in base64:\n${String(value)}\n`;
  }
}

/** The object with each value replaced by its size, also in kubectl's copy of it; others as they are. */
export function withoutValues(object: KubeObject): KubeObject {
  if (!isSecret(object)) return object;
  const shown: Record<string, unknown> = { ...object };
  if (field(object, "data") !== undefined) {
    const sizes = secretKeys(object).map(({ key, bytes }) => [key, `(hidden, ${bytesText(bytes)})`]);
    shown["data"] = Object.fromEntries(sizes);
  }
  if (field(object, "stringData") !== undefined) {
    const keys = Object.keys(record(object, "stringData"));
    shown["stringData"] = Object.fromEntries(keys.map((key) => [key, HIDDEN]));
  }
  const annotations = record(object, "metadata", "annotations");
  if (LAST_APPLIED in annotations) {
    const metadata = record(object, "metadata");
    shown["metadata"] = { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: HIDDEN } };
  }
  return shown;
}

export function bytesText(bytes: number): string {
  return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
}
