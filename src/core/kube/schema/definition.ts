// Resource definitions (CustomResourceDefinition) in manifests as schemas, as structural schemas are read:
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
import {
  booleanOf,
  entriesOf,
  itemsOf,
  type MapNode,
  nodeAt,
  numberOf,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../../syntax/node.ts";
import type { ObjectNode } from "../objectNodes.ts";
import { patternOf } from "./pattern.ts";
import { ANY, type Field, type KindSchema, type Schema, type StructSchema } from "./schema.ts";

/** Deeper than any definition, shallower than any call stack. */
const MAXIMUM_DEPTH = 100;

/** The kinds that a definition defines, one for each version; none for any other object. */
export function definedKinds({ group, kind, root }: ObjectNode): KindSchema[] {
  if (group !== "apiextensions.k8s.io" || kind !== "CustomResourceDefinition") return [];
  const spec = nodeAt(root, "spec");
  const own = textOf(nodeAt(spec, "group"));
  const name = textOf(nodeAt(spec, "names", "kind"));
  if (own === undefined || name === undefined) return [];
  return itemsOf(nodeAt(spec, "versions")).flatMap((version) => {
    const called = textOf(nodeAt(version, "name"));
    const written = nodeAt(version, "schema", "openAPIV3Schema");
    if (called === undefined || written?.kind !== "map") return [];
    const schema = schemaOf(written, 0);
    if (schema.type !== "struct") return [];
    const status = nodeAt(version, "subresources", "status") !== undefined;
    const apiVersion = `${own}/${called}`;
    return [{ apiVersion, kind: name, schema: withObjectFields(schema, status), names: "subdomain" }];
  });
}

/** A kind by its structural schema, as a definition has it or a server gives it. */
export function kindOfSchema(apiVersion: string, kind: string, written: SyntaxNode): KindSchema | undefined {
  const schema = schemaOf(written, 0);
  if (schema.type !== "struct") return undefined;
  return { apiVersion, kind, schema: withObjectFields(schema, true), names: "subdomain" };
}

/** The definition may leave out what every object has. With a status of its own, that of a manifest is dropped. */
function withObjectFields(schema: StructSchema, status: boolean): StructSchema {
  const fields = new Map(schema.fields);
  fields.set("apiVersion", { schema: { type: "string" }, required: false });
  fields.set("kind", { schema: { type: "string" }, required: false });
  fields.set("metadata", { schema: ANY, required: false });
  if (status) fields.set("status", { schema: ANY, required: false });
  return { ...schema, fields, needed: schema.needed.filter((field) => field !== "metadata") };
}

function schemaOf(node: SyntaxNode | undefined, depth: number): Schema {
  if (node?.kind !== "map" || depth > MAXIMUM_DEPTH) return ANY;
  if (isSet(node, "x-kubernetes-int-or-string")) return { type: "integer-or-string" };
  switch (textOf(nodeAt(node, "type"))) {
    case "object":
      return objectOf(node, depth);
    case "array":
      return listOf(node, depth);
    case "string":
      return stringOf(node);
    case "integer":
      return { type: "integer", ...bounds(node), ...integerFormat(node) };
    case "number":
      return { type: "number", ...bounds(node) };
    case "boolean":
      return { type: "boolean" };
    default:
      return ANY;
  }
}

function objectOf(node: MapNode, depth: number): Schema {
  const properties = nodeAt(node, "properties");
  const values = nodeAt(node, "additionalProperties");
  if (properties === undefined && values?.kind === "map")
    return { type: "map", values: schemaOf(values, depth + 1) };
  const embedded = isSet(node, "x-kubernetes-embedded-resource");
  const open = properties === undefined || isSet(node, "x-kubernetes-preserve-unknown-fields");
  const required = textsOf(nodeAt(node, "required"));
  const fields = new Map(
    entriesOf(properties).map(({ key, value }): [string, Field] => [
      key.text,
      { schema: schemaOf(value, depth + 1), required: required.includes(key.text) },
    ]),
  );
  return { type: "struct", fields, needed: required, others: open ? "kept" : "refused", embedded };
}

function listOf(node: MapNode, depth: number): Schema {
  const items = schemaOf(nodeAt(node, "items"), depth + 1);
  const kind = textOf(nodeAt(node, "x-kubernetes-list-type"));
  const keys = kind === "map" ? textsOf(nodeAt(node, "x-kubernetes-list-map-keys")) : [];
  const inner = nodeAt(node, "items");
  const solid = inner?.kind === "map" && items.type !== "any" && !isSet(inner, "nullable");
  const unique = kind === "set" || keys.length > 0;
  return { type: "list", items, solid, ...(unique ? { keys, unique } : {}) };
}

function stringOf(node: MapNode): Schema {
  const values = itemsOf(nodeAt(node, "enum"));
  const texts = values.flatMap((value) => textOf(value) ?? []);
  const format = textOf(nodeAt(node, "format"));
  const pattern = textOf(nodeAt(node, "pattern"));
  const compiled = pattern === undefined ? undefined : patternOf(pattern);
  const [minLength, maxLength] = [numberOf(nodeAt(node, "minLength")), numberOf(nodeAt(node, "maxLength"))];
  return {
    type: "string",
    ...(values.length > 0 && texts.length === values.length ? { values: texts, emptyCounts: true } : {}),
    ...(format === "byte" || format === "date-time" ? { format } : {}),
    ...(compiled ? { pattern: compiled } : {}),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

function bounds(node: MapNode): { minimum?: number; maximum?: number } {
  const [minimum, maximum] = [numberOf(nodeAt(node, "minimum")), numberOf(nodeAt(node, "maximum"))];
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function integerFormat(node: MapNode): { format?: "int32" | "int64" } {
  const format = textOf(nodeAt(node, "format"));
  return format === "int32" || format === "int64" ? { format } : {};
}

function isSet(node: MapNode, mark: string): boolean {
  return booleanOf(nodeAt(node, mark)) === true;
}
