// An object as YAML for reading: without the server's bookkeeping, and without what is secret.
import { stringify } from "yaml";
import { type KubeObject, record } from "./object.ts";
import { withoutValues } from "./secret.ts";

/** Drops managedFields; of the values of a Secret only their sizes are left. */
export function yamlText(object: KubeObject): string {
  const { managedFields: _, ...metadata } = record(object, "metadata");
  return yamlOf(withoutValues({ ...object, metadata }));
}

/** As Kubernetes reads it, which is YAML 1.1: a text like `yes` or `0777` is written in quotes. */
export function yamlOf(value: unknown): string {
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
