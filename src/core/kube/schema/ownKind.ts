// Our own definitions of kinds that come with operators, in a short notation, and what they are as schemas.
//
// They hold what we know, not all there is: an operator that is newer may have more.
import type { Field, KindSchema, Schema, StructSchema } from "./schema.ts";
import { ANY } from "./schema.ts";
import type { VersionSchemas } from "./schemas.ts";

/**
 * A type: `text`, `whole`, `number`, `flag`, `quantity`, `either` (a whole number or text), `any`, the only values as
 * `a|b|c`, or `@core.v1.Container` for a definition of Kubernetes' own. `[x]` is a list of x, `{ "*": x }` a map of
 * x, and any other object a map with these fields; `!` after the name of a field: it must be there.
 */
export type Shape = string | readonly [Shape] | { readonly [field: string]: Shape };

export interface OwnKind {
  readonly group: string;
  /** Those that have these fields. */
  readonly versions: readonly string[];
  readonly kind: string;
  /** Where the fields come from. */
  readonly source: string;
  /** Beside apiVersion, kind, metadata and status. */
  readonly fields: { readonly [field: string]: Shape };
}

/** @param schemas where definitions of Kubernetes' own come from. */
export function ownKindSchemas(
  { group, versions, kind, fields }: OwnKind,
  schemas: VersionSchemas,
): KindSchema[] {
  const shape = {
    ...fields,
    apiVersion: "text",
    kind: "text",
    metadata: "@meta.v1.ObjectMeta",
    status: "any",
  };
  const schema = structOf(shape, schemas);
  return versions.map((version) => ({
    apiVersion: `${group}/${version}`,
    kind,
    schema,
    names: "subdomain",
    own: true,
  }));
}

function schemaOf(shape: Shape, schemas: VersionSchemas): Schema {
  if (typeof shape === "string") return named(shape, schemas);
  if (isList(shape)) return { type: "list", items: schemaOf(shape[0], schemas) };
  const values = shape["*"];
  return values === undefined ? structOf(shape, schemas) : { type: "map", values: schemaOf(values, schemas) };
}

function isList(shape: readonly [Shape] | { readonly [field: string]: Shape }): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function structOf(shape: { readonly [field: string]: Shape }, schemas: VersionSchemas): StructSchema {
  const needed: string[] = [];
  const fields = new Map<string, Field>();
  for (const [written, inner] of Object.entries(shape)) {
    const required = written.endsWith("!");
    const name = required ? written.slice(0, -1) : written;
    if (required) needed.push(name);
    fields.set(name, { schema: schemaOf(inner, schemas), required });
  }
  return { type: "struct", fields, needed, others: "perhaps" };
}

const NAMED: Readonly<Record<string, Schema>> = {
  text: { type: "string" },
  whole: { type: "integer", format: "int64" },
  number: { type: "number" },
  flag: { type: "boolean" },
  quantity: { type: "quantity" },
  either: { type: "integer-or-string" },
  any: ANY,
};

function named(shape: string, schemas: VersionSchemas): Schema {
  if (shape.startsWith("@meta."))
    return schemas.definition(`io.k8s.apimachinery.pkg.apis.${shape.slice(1)}`) ?? ANY;
  if (shape.startsWith("@")) return schemas.definition(`io.k8s.api.${shape.slice(1)}`) ?? ANY;
  return shape.includes("|") ? { type: "string", values: shape.split("|") } : (NAMED[shape] ?? ANY);
}
