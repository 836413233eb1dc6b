// Cuts a schema (OpenAPI, JSON schema, a CRD's) down to what some values use of it.
import { type Fields, isObject } from "../../test/support/snippets/fields.ts";

export type Schema = Record<string, unknown>;

/** A document that holds schemas, to which `$ref`s point. */
export interface SchemaDocument {
  root: Schema;
}

const NO_NAMES: Schema = {};

/** What `values` use of `schemas`, one of which is right for each. References are resolved in `document`. */
export function extract(
  schemas: readonly Schema[],
  values: readonly unknown[],
  document: SchemaDocument,
): Fields {
  const flat = schemas.flatMap((schema) => alternatives(schema, document));
  if (flat.length === 0 || flat.some((schema) => isOpen(schema))) return { open: true };
  const fields: Fields = {};
  const types = [...new Set(flat.flatMap(typesOf))];
  if (types.length > 0) fields.type = types.join("|");
  const enums = flat.map((schema) => enumOf(schema));
  if (enums.every((one) => one !== undefined)) fields.enum = [...new Set(enums.flat())];
  const patterns = flat.flatMap((schema) =>
    typeof schema["pattern"] === "string" ? [schema["pattern"]] : [],
  );
  if (flat.length === 1 && patterns[0] !== undefined) fields.pattern = patterns[0];
  const arrays = values.filter((value) => Array.isArray(value));
  if (arrays.length > 0) {
    const items = flat.flatMap((schema) => (isObject(schema["items"]) ? [schema["items"]] : []));
    fields.items = extract(items, arrays.flat(), document);
  }
  const objects = values.filter(isObject);
  if (objects.length > 0 && types.includes("object")) objectFields(fields, flat, objects, document);
  return fields;
}

function objectFields(
  fields: Fields,
  schemas: readonly Schema[],
  values: readonly Record<string, unknown>[],
  document: SchemaDocument,
): void {
  const names = new Set(schemas.flatMap((schema) => Object.keys(propertiesOf(schema))));
  const used = new Set(values.flatMap((value) => Object.keys(value)));
  for (const name of used) {
    if (!names.has(name)) continue;
    const found = schemas.flatMap((schema) => {
      const property = propertiesOf(schema)[name];
      return isObject(property) ? [property] : property === true ? [NO_NAMES] : [];
    });
    const children = values.flatMap((value) => (name in value ? [value[name]] : []));
    (fields.fields ??= {})[name] = extract(found, children, document);
  }
  const others = [...names].filter((name) => !used.has(name)).toSorted();
  if (others.length > 0) fields.others = others.join(" ");
  const [one] = schemas;
  const required = schemas.length === 1 ? one?.["required"] : undefined;
  if (Array.isArray(required) && required.length > 0) fields.required = required.join(" ");
  const free = schemas.flatMap((schema) =>
    [...used].flatMap((name) => (names.has(name) ? [] : freeValues(schema, name))),
  );
  // What may be added is worth knowing where nothing is, too.
  const silent = schemas.flatMap((schema) => (used.size === 0 ? freeValues(schema, "") : []));
  if (free.length + silent.length === 0) return;
  const children = values.flatMap((value) =>
    Object.entries(value).flatMap(([name, child]) => (names.has(name) ? [] : [child])),
  );
  fields.values = extract([...new Set([...free, ...silent])], children, document);
}

/** What a field is that has no name in the schema. */
function freeValues(schema: Schema, name: string): Schema[] {
  const patterns = isObject(schema["patternProperties"]) ? Object.entries(schema["patternProperties"]) : [];
  const matching = patterns.flatMap(([pattern, value]) =>
    isObject(value) && new RegExp(pattern, "u").test(name) ? [value] : [],
  );
  if (matching.length > 0) return matching;
  const additional = schema["additionalProperties"];
  if (isObject(additional)) return [additional];
  // An object of which nothing is said at all may hold anything.
  const silent =
    patterns.length === 0 &&
    Object.keys(propertiesOf(schema)).length === 0 &&
    typesOf(schema).includes("object");
  return additional === true || (silent && additional !== false) ? [NO_NAMES] : [];
}

function propertiesOf(schema: Schema): Record<string, unknown> {
  return isObject(schema["properties"]) ? schema["properties"] : NO_NAMES;
}

function typesOf(schema: Schema): string[] {
  if (schema["x-kubernetes-int-or-string"] === true || schema["format"] === "int-or-string")
    return ["integer", "string"];
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.filter((one) => typeof one === "string");
  return "properties" in schema ? ["object"] : [];
}

function enumOf(schema: Schema): (string | number | boolean)[] | undefined {
  if ("const" in schema) return [schema["const"] as string];
  return Array.isArray(schema["enum"]) ? (schema["enum"] as string[]) : undefined;
}

function isOpen(schema: Schema): boolean {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return !("properties" in schema);
  return typesOf(schema).length === 0 && enumOf(schema) === undefined;
}

/** The schema with its references resolved: one, or each that it leaves the choice of. */
function alternatives(schema: Schema, document: SchemaDocument, depth = 0): Schema[] {
  if (depth > 20) return [];
  const reference = schema["$ref"];
  if (typeof reference === "string") return alternatives(resolve(reference, document), document, depth + 1);
  const all = listOf(schema["allOf"]);
  const parts = all.filter(saysMore);
  if (parts.length > 0) {
    const own = "properties" in schema ? [{ ...schema, allOf: [] }] : [];
    return [...own, ...parts].flatMap((one) => alternatives(one, document, depth + 1));
  }
  // Where the schema itself says what it is, the alternatives only say which fields go together.
  const either = [...listOf(schema["oneOf"]), ...listOf(schema["anyOf"])];
  if (either.length === 0 || "properties" in schema || schema["x-kubernetes-int-or-string"] === true)
    return [schema];
  const own = typesOf(schema).length > 0 && !either.some((one) => typesOf(one).length > 0 || "$ref" in one);
  return own ? [schema] : either.flatMap((one) => alternatives(one, document, depth + 1));
}

function saysMore(schema: Schema): boolean {
  return "$ref" in schema || "type" in schema || "properties" in schema;
}

function listOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function resolve(reference: string, document: SchemaDocument): Schema {
  let at: unknown = document.root;
  for (const step of reference.replace(/^#\//, "").split("/"))
    at = isObject(at) ? at[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  return isObject(at) ? at : NO_NAMES;
}
