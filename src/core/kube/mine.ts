// Whose an object is, as far as it says: exactly the name that the cluster knows a person by, in a label or annotation
// where projects write who made or owns a thing.
import { labelValue } from "./labelText.ts";
import type { ObjectRow } from "./row.ts";

const LABELS = ["app.kubernetes.io/created-by", "hub.jupyter.org/username", "opendatahub.io/user", "owner"];

export interface Person {
  /** What the cluster calls them. */
  name: string;
  /** Namespaces that are theirs. */
  namespaces: ReadonlySet<string>;
}

/** It, or the namespace it is in, names the person. */
export function isOf(row: ObjectRow, { name, namespaces }: Person): boolean {
  return (row.namespace !== undefined && namespaces.has(row.namespace)) || names(row, name);
}

/** The person, with the namespaces that name them. */
export function personNamed(name: string, namespaces: readonly ObjectRow[]): Person {
  const own = namespaces.filter((row) => names(row, name)).map((row) => row.name);
  return { name, namespaces: new Set(own) };
}

function names({ labels, creators }: ObjectRow, name: string): boolean {
  return (
    (creators !== undefined && creators.split("\n").includes(name)) ||
    // Most labels name nobody, and this is asked of thousands of rows.
    (labels?.includes(`=${name}`) === true && LABELS.some((label) => labelValue(labels, label) === name))
  );
}
