// Where in an object a place is: which field of which definition, or which value.
import type { ObjectNode } from "../kube/objectNodes.ts";
import { ANY, type Field, type Schema, type StructSchema } from "../kube/schema/schema.ts";
import { type Span, spanOf } from "../syntax/lines.ts";
import type { MapEntry, MapNode, SyntaxNode } from "../syntax/node.ts";

export interface SchemaPlace {
  /** `key`: on a key of `map` · `value`: on the scalar under `entry`, or in a list under it. */
  readonly on: "key" | "value";
  readonly at: Span;
  readonly map: MapNode;
  readonly entry: MapEntry;
  /** Of `map`. */
  readonly owner: Schema;
  /** Of the key's value, or of the scalar itself. */
  readonly schema: Schema;
  readonly field: Field | undefined;
  /** As `spec.containers[0].image`. */
  readonly path: string;
}

/** The field or value at `offset`; undefined between them. */
export function schemaPlace(
  object: ObjectNode,
  schema: StructSchema,
  offset: number,
): SchemaPlace | undefined {
  let node: SyntaxNode = object.root;
  let owner: Schema = schema;
  let last: Omit<SchemaPlace, "on" | "at"> | undefined;
  const path: string[] = [];
  // Each step goes into what is written further inside; an alias, which stands elsewhere, ends it.
  for (let depth = 0; depth < 200; depth++) {
    if (node.kind === "map") {
      const map: MapNode = node;
      const entry: MapEntry | undefined = map.entries.find(
        ({ key, value, merged }) => !merged && (isIn(key, offset) || isIn(value, offset)),
      );
      if (!entry) return undefined;
      path.push(path.length === 0 ? entry.key.text : `.${entry.key.text}`);
      const field: Field | undefined = owner.type === "struct" ? owner.fields.get(entry.key.text) : undefined;
      const inner: Schema = field?.schema ?? (owner.type === "map" ? owner.values : ANY);
      last = { map, entry, owner, schema: inner, field, path: path.join("") };
      if (isIn(entry.key, offset)) return { ...last, on: "key", at: spanOf(entry.key) };
      node = entry.value;
      owner = inner;
    } else if (node.kind === "list") {
      const index: number = node.items.findIndex((item) => isIn(item, offset));
      const item: SyntaxNode | undefined = node.items[index];
      if (!item) return undefined;
      path.push(`[${index}]`);
      node = item;
      owner = owner.type === "list" ? owner.items : ANY;
    } else {
      return last && { ...last, on: "value", at: spanOf(node), schema: owner, path: path.join("") };
    }
  }
  return undefined;
}

function isIn({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** What a value must be, in a word or two: `string`, `list of Container`, `quantity`. */
export function typeText(schema: Schema): string {
  switch (schema.type) {
    case "struct":
      return schema.name?.split(".").at(-1) ?? "object";
    case "list":
      return `list of ${typeText(schema.items)}`;
    case "map":
      return `map of ${typeText(schema.values)}`;
    case "integer-or-string":
      return "number or text";
    case "any":
      return "";
    default:
      return schema.format === undefined || schema.type === "integer" ? schema.type : schema.format;
  }
}
