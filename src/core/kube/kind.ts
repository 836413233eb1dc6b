// What is known of a kind of object: its place in the API, its words, and what is kept of one.
import type { KubeObject } from "./object.ts";
import type { ObjectRow } from "./row.ts";
import type { WireMessage } from "./wire.ts";

export interface Kind<Row extends ObjectRow = ObjectRow> {
  kind: Row["kind"];
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  namespaced: boolean;
  /** For headings: `Deployments`. */
  title: string;
  /** A codicon. */
  icon: string;
  /** The fields that `project` reads, as protobuf numbers them; without it the kind is listed in JSON. */
  wire?: WireMessage;
  /** Makes a row; never throws. */
  project(object: KubeObject): Row;
}

/** Identity with the row's type checked and then forgotten, so that kinds fit in one table. */
export function kind<Row extends ObjectRow>(definition: Kind<Row>): Kind {
  return definition as Kind;
}

/**
 * Path of the list of a kind, or of one object with `name`. Every segment is encoded: a name can't leave
 * its place in the path.
 */
export function resourcePath(kind: Kind, namespace?: string, name?: string): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const place =
    kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${place}/${kind.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
