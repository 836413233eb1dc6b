// An object as YAML for reading: without the server's bookkeeping, and without what is secret.
import { stringify } from "yaml";
import { field, type KubeObject, record } from "./object.ts";

const HIDDEN = "(hidden)";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Drops managedFields; the values of a Secret are hidden, also in kubectl's copy of it. */
export function yamlText(object: KubeObject): string {
  const { managedFields: _, ...metadata } = record(object, "metadata");
  const shown: Record<string, unknown> = { ...object, metadata };
  if (field(object, "kind") === "Secret") {
    for (const key of ["data", "stringData"]) {
      if (field(object, key) === undefined) continue;
      shown[key] = Object.fromEntries(Object.keys(record(object, key)).map((name) => [name, HIDDEN]));
    }
    const annotations = record(object, "metadata", "annotations");
    if (LAST_APPLIED in annotations) {
      shown["metadata"] = { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: HIDDEN } };
    }
  }
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
}
