// What is known of a kind of object: its place in the API, its words, and what is kept of one.
import type { KubeObject } from "./object.ts";
import type { ObjectRow, ResourceKey } from "./row.ts";
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
  /** Rows are made of what the server prints (its Table), and no more of an object is asked for. */
  table?: true;
  /** The server lists it and can't watch it, as PodMetrics: rows stay as they were listed. */
  listOnly?: true;
  /** The server deletes none of it. */
  isKept?: true;
  /** Shown in its namespace, among the workloads. */
  isFirstClass?: true;
  /** How an object is stopped for a while. */
  switch?: KindSwitch;
  /** Makes a row; never throws. */
  project(object: KubeObject): Row;
}

/** One way of a switch. */
export interface Turn {
  /** `Suspend`, `Start`: what is asked and what the button says. */
  title: string;
  /** What comes of it, in a sentence. */
  detail: string;
  /** A JSON merge patch of the object. */
  patch(nowMs: number): object;
  /** One of its status, for a kind that is steered there. */
  statusPatch?(): object;
}

/** What stops an object for a while without losing it. */
export interface KindSwitch {
  isOff(object: KubeObject): boolean;
  off: Turn;
  on: Turn;
}

/** Identity with the row's type checked and then forgotten, so that kinds fit in one table. */
export function kind<Row extends ObjectRow>(definition: Kind<Row>): Kind {
  return definition as Kind;
}

/** The kind's own name out of the key that rows and tables of kinds have: `Job` of `Job.batch.volcano.sh`. */
export function kindWord(key: string): string {
  const dot = key.indexOf(".");
  return dot < 0 ? key : key.slice(0, dot);
}

/** True for the key of a kind that is not among the named ones. */
export function isResource(key: string): key is ResourceKey {
  return key.includes(".");
}

/** The key of a kind that is not among the named ones. */
export function resourceKey(kind: string, group: string): ResourceKey {
  return `${kind}.${group === "" ? "core" : group}`;
}

/**
 * Path of the list of a kind, or of one object with `name`. Every segment is encoded: a name can't leave
 * its place in the path.
 */
export function resourcePath(kind: Kind, namespace?: string, name?: string): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const place = kind.namespaced && namespace !== undefined ? `/namespaces/${pathSegment(namespace)}` : "";
  return `${root}${place}/${kind.plural}${name === undefined ? "" : `/${pathSegment(name)}`}`;
}

/** No name of an object is `..`, but a file may say so: as a segment of a path it would lead to the list above. */
export function pathSegment(name: string): string {
  return name === "." || name === ".." ? name.replaceAll(".", "%2E") : encodeURIComponent(name);
}
