// What the editor can tell at a place of a manifest: what a field is for, and what may be written there.
import type { KnownValues } from "../kube/live/values.ts";
import { type ObjectNode, objectNodes } from "../kube/objectNodes.ts";
import type { Descriptions } from "../kube/schema/descriptions.ts";
import type { Field, KindSchema, Schema, StructSchema } from "../kube/schema/schema.ts";
import type { VersionSchemas } from "../kube/schema/schemas.ts";
import { fileKind } from "../rules/fileKind.ts";
import type { Span } from "../syntax/lines.ts";
import { entryOf, nodeAt, textOf } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";
import type { YamlDocument } from "../syntax/yamlTree.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { clusterKeys, clusterValues } from "./clusterValues.ts";
import { resourceFacts } from "./resourceFacts.ts";
import { type SchemaPlace, schemaPlace, typeText } from "./schemaPlace.ts";

export interface Hover {
  readonly at: Span;
  /** Markdown. */
  readonly text: string;
}

export interface Completion {
  readonly label: string;
  readonly kind: "field" | "value";
  /** Its type, or what it stands for. */
  readonly detail: string;
  readonly text: string;
  /** A snippet in VS Code's syntax, indented from the line it goes into. */
  readonly insert: string;
  readonly isNeeded: boolean;
}

export interface Knowledge {
  readonly schemas: VersionSchemas;
  readonly descriptions: Descriptions;
  /** Kinds that the cluster which was asked last has. */
  readonly served?: readonly KindSchema[];
  /** What that cluster has, as it was then. */
  readonly values?: KnownValues | undefined;
}

/** What the field or the quantity at `offset` is; undefined where nothing is known. Never throws. */
export function hoverAt(path: string, text: string, offset: number, knowledge: Knowledge): Hover | undefined {
  const found = placeAt(path, text, offset, knowledge);
  if (!found) return undefined;
  const { place, start, object } = found;
  const at = { start: place.at.start + start, end: place.at.end + start };
  const { key, value } = place.entry;
  const facts = place.schema.type === "quantity" ? resourceFacts(key.text, textOf(value) ?? "") : [];
  if (place.on === "value") return facts.length === 0 ? undefined : { at, text: facts.join(" ") };
  const words = described(place, knowledge.descriptions);
  if (facts.length === 0 && words === "" && !place.field) return undefined;
  const type = typeText(place.schema);
  const head = [
    `**${key.text}**`,
    ...(type === "" ? [] : [`\`${type}\``]),
    ...(place.field?.required ? ["required"] : []),
  ];
  const values = valuesOf(place.schema);
  const lines = [
    head.join(" · "),
    ...(facts.length === 0 ? [] : [facts.join(" ")]),
    ...(words === "" ? [] : [plain(words)]),
    ...(values.length === 0 ? [] : [`One of ${values.map((one) => `\`${one}\``).join(", ")}.`]),
    `_${object.kind}.${place.path.replaceAll(/\[\d+\]/g, "[]")}, ${found.from}_`,
  ];
  return { at, text: lines.join("\n\n") };
}

/** In place of what is being written, so that the text can be read. */
const CURSOR = "slipwayCursor";

/** What may be written at `offset`; empty where nothing is known. Never throws. */
export function completionsAt(
  path: string,
  text: string,
  offset: number,
  knowledge: Knowledge,
): { at: Span; items: Completion[] } | undefined {
  const lineStart = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  const rest = /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? "";
  const before = text.slice(lineStart, offset);
  const asKey = /^([ \t]*(?:- +)*)([\w./-]*)$/.exec(before);
  const asValue = /^([ \t]*(?:- +)*[\w./-]+:[ \t]+)([\w./-]*)$/.exec(before);
  const match = asKey ?? asValue;
  if (!match || !/^[\w./-]*[ \t]*(?:#.*)?$/.test(rest)) return undefined;
  const [, lead = ""] = match;
  const word = /^[\w./-]*/.exec(rest)?.[0] ?? "";
  const at = { start: lineStart + lead.length, end: offset + word.length };
  const written = asKey ? `${CURSOR}: ` : CURSOR;
  const probe = text.slice(0, at.start) + written + text.slice(at.end);
  const items = itemsAt(path, probe, at.start + 1, asKey !== null, knowledge);
  return items.length === 0 ? undefined : { at, items };
}

function itemsAt(
  path: string,
  text: string,
  offset: number,
  isKey: boolean,
  knowledge: Knowledge,
): Completion[] {
  const { schemas, descriptions } = knowledge;
  const found = placeAt(path, text, offset, knowledge);
  if (!found) return isKey ? topLevel(path, text, offset) : kindValues(path, text, offset, schemas);
  const { place, object } = found;
  const { values } = knowledge;
  if (!isKey) {
    const field = place.entry.key.text;
    if (place.path === "kind" || place.path === "apiVersion") return kindValues(path, text, offset, schemas);
    const known = values ? clusterValues(place.path, field, object, values) : [];
    return [
      ...valuesOf(place.schema).map((value) => valueItem(value, `${field}: ${typeText(place.schema)}`)),
      ...known.map((value) => valueItem(value, "in the cluster")),
    ];
  }
  if (place.owner.type === "map" && values)
    return clusterKeys(place.path, place.entry.key.text, values)
      .filter((key) => !entryOf(place.map, key))
      .map((key) => ({ ...valueItem(key, "label of nodes"), kind: "field", insert: `${key}: $0` }));
  if (place.owner.type !== "struct") return [];
  const { fields, needed, name = "" } = place.owner;
  return Array.from(fields, ([field, what]) =>
    fieldItem(field, what, needed.includes(field), descriptions.of(name, field)),
  ).filter(({ label }) => !entryOf(place.map, label));
}

interface Found {
  place: SchemaPlace;
  object: ObjectNode;
  /** Where the document begins that the place counts from. */
  start: number;
  /** What says so: a version of Kubernetes, or the cluster. */
  from: string;
}

function placeAt(
  path: string,
  text: string,
  offset: number,
  { schemas, served = [] }: Knowledge,
): Found | undefined {
  for (const { object, start } of objectsAt(path, text, offset)) {
    const isIt = ({ apiVersion, kind }: KindSchema) =>
      apiVersion === object.apiVersion && kind === object.kind;
    const own = schemas.kind(object.apiVersion, object.kind);
    const schema = (own ?? served.find(isIt))?.schema;
    const place = schema && schemaPlace(object, schema, offset - start);
    if (place) return { place, object, start, from: own ? `Kubernetes ${schemas.version}` : "the cluster" };
  }
  return undefined;
}

/** Longer documents are read by the check only. UTF-16 units. */
const MOST_LENGTH = 256 * 1024;

function objectsAt(path: string, text: string, offset: number): { object: ObjectNode; start: number }[] {
  if (fileKind(path, text) !== "kubernetes") return [];
  const slice = yamlSlices(text).find(({ start, end }) => start <= offset && offset <= end);
  if (!slice || slice.end - slice.start > MOST_LENGTH) return [];
  return readable(text.slice(slice.start, slice.end)).flatMap(({ root }) =>
    objectNodes(root).map((object) => ({ object, start: slice.start })),
  );
}

/** A document in which a word stands alone, as while it is written, is read without it; places stay as they are. */
function readable(text: string): YamlDocument[] {
  const documents = parseYaml(text);
  if (documents.some(({ root }) => root)) return documents;
  const without = text.replaceAll(
    /^([ \t]*(?:- +)*)([\w./-]+)(?=[ \t]*$)/gm,
    (_, lead: string, word: string) => {
      return lead.replaceAll("-", " ") + " ".repeat(word.length);
    },
  );
  return without === text ? documents : parseYaml(without);
}

/** The fields that every object has, while it has not said yet what it is. */
const TOP: readonly [string, string, string][] = [
  ["apiVersion", "string", "apiVersion: $0"],
  ["kind", "string", "kind: $0"],
  ["metadata", "ObjectMeta", "metadata:\n  name: $0"],
  ["spec", "object", "spec:\n  $0"],
];

function topLevel(path: string, text: string, offset: number): Completion[] {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const isTop = !/^[ \t-]/.test(text.slice(lineStart, offset));
  if (!isTop || fileKind(path, text) !== "kubernetes") return [];
  return TOP.map(([label, detail, insert]) => ({
    label,
    kind: "field",
    detail,
    text: "",
    insert,
    isNeeded: true,
  }));
}

/** Kinds that can be created, with what else the line `apiVersion` says; and the other way about. */
function kindValues(path: string, text: string, offset: number, schemas: VersionSchemas): Completion[] {
  if (fileKind(path, text) !== "kubernetes") return [];
  const slice = yamlSlices(text).find(({ start, end }) => start <= offset && offset <= end);
  if (!slice) return [];
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const key = /^(apiVersion|kind):/.exec(text.slice(lineStart, offset))?.[1];
  if (key === undefined) return [];
  const [document] = parseYaml(text.slice(slice.start, slice.end));
  const said = textOf(nodeAt(document?.root, key === "kind" ? "apiVersion" : "kind"));
  const all = schemas.creatable();
  if (key === "kind") {
    const fitting = all.filter(
      ({ apiVersion }) => said === undefined || said === CURSOR || apiVersion === said,
    );
    return fitting.map(({ kind, apiVersion }) => valueItem(kind, apiVersion));
  }
  const versions =
    said === undefined || said === CURSOR
      ? all.map(({ apiVersion }) => apiVersion)
      : schemas.apiVersionsOf(said);
  return Array.from(new Set(versions)).map((apiVersion) => valueItem(apiVersion, said ?? ""));
}

function fieldItem(label: string, field: Field, isNeeded: boolean, words: string): Completion {
  return {
    label,
    kind: "field",
    detail: `${typeText(field.schema)}${isNeeded ? ", needed" : ""}`,
    text: plain(words),
    insert: `${label}:${opening(field.schema)}`,
    isNeeded,
  };
}

/** What follows the colon of a field of this kind. */
function opening(schema: Schema): string {
  if (schema.type === "struct" || schema.type === "map") return "\n  $0";
  if (schema.type === "list") return "\n  - $0";
  return " $0";
}

function valueItem(value: string, detail: string): Completion {
  return {
    label: value,
    kind: "value",
    detail,
    text: "",
    insert: value.replaceAll(/[\\$}]/g, "\\$&"),
    isNeeded: false,
  };
}

function valuesOf(schema: Schema): readonly string[] {
  if (schema.type === "boolean") return ["true", "false"];
  if (schema.type !== "string") return [];
  return schema.values ?? schema.suggested ?? [];
}

function described({ owner, entry, schema }: SchemaPlace, descriptions: Descriptions): string {
  const name = owner.type === "struct" ? (owner as StructSchema).name : undefined;
  const own = name === undefined ? "" : descriptions.of(name, entry.key.text);
  if (own !== "" || schema.type !== "struct" || schema.name === undefined) return own;
  return descriptions.of(schema.name);
}

/** Descriptions are plain text, with links and signs that markdown would take for its own. */
function plain(words: string): string {
  return words.replaceAll(/[<>*_`]/g, "\\$&").slice(0, 1_500);
}
