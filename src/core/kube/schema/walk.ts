// Walks an object beside its schema and finds everything that does not fit. It follows the text once, and never
// throws.
import type { Span } from "../../syntax/lines.ts";
import {
  isNull,
  type ListNode,
  type MapEntry,
  type MapNode,
  nodeAt,
  type SyntaxNode,
} from "../../syntax/node.ts";
import { nearest } from "../../syntax/nearest.ts";
import type { FieldFault } from "./fault.ts";
import { isPlaceholder, scalarFault, scalarKind } from "./scalar.ts";
import { isNamed } from "./names.ts";
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from "./schema.ts";

export interface WalkOptions {
  /** A patch: what is not there may be in what it is laid over. */
  readonly partial?: boolean;
  /** So many faults are enough. */
  readonly limit?: number;
}

/** The faults of an object, in no particular order. */
export function walk(root: MapNode, schema: StructSchema, options: WalkOptions = {}): FieldFault[] {
  const walker = new Walker(options);
  walker.struct(root, schema, { at: nodeAt(root, "kind") ?? root });
  return walker.faults;
}

/** The way to a node, innermost first; names are put together only where something is wrong. */
interface Way {
  /** Of the map that the step goes from. */
  readonly struct?: StructSchema;
  readonly parent?: Way;
  readonly step?: string | number;
  /** What is marked when something is missing at this place. */
  readonly at: Span;
}

/** Directives of a strategic merge patch. */
const DIRECTIVE = /^\$(?:patch|retainKeys|setElementOrder|deleteFromPrimitiveList)\b/;
/** So deep goes no manifest; aliases can make a text deeper than it looks. */
const MAXIMUM_DEPTH = 200;

const BYTES: Schema = { type: "list", items: { type: "integer", minimum: 0, maximum: 255 } };

class Walker {
  readonly faults: FieldFault[] = [];
  readonly #limit: number;
  #partial: boolean;
  /** Inside `status`, which an API server takes from nobody: it reads it, and validates it not. */
  #inStatus = false;
  #depth = 0;

  constructor({ partial = false, limit = 1000 }: WalkOptions) {
    this.#partial = partial;
    this.#limit = limit;
  }

  #visit(node: SyntaxNode, schema: Schema, way: Way): void {
    if (this.faults.length >= this.#limit || this.#depth >= MAXIMUM_DEPTH) return;
    switch (schema.type) {
      case "any":
        return;
      case "struct":
        if (node.kind === "map") this.struct(node, schema, way);
        else this.#wrongType(node, schema, way);
        return;
      case "list":
        if (node.kind === "list") this.#list(node, schema, way);
        else this.#wrongType(node, schema, way);
        return;
      case "map":
        if (node.kind !== "map") return this.#wrongType(node, schema, way);
        this.#map(node, schema, way);
        return;
      default:
        this.#scalar(node, schema, way);
    }
  }

  #map(map: MapNode, schema: MapSchema, way: Way): void {
    this.#depth++;
    for (const { key, value } of map.entries) {
      const inner = { parent: way, step: key.text, at: key };
      if (!isNull(value)) this.#visit(value, schema.values, inner);
      if (!schema.keys || isNamed(key.text, schema.keys) || DIRECTIVE.test(key.text) || isPlaceholder(key))
        continue;
      const found = { at: { start: key.start, end: key.end }, path: pathOf(inner), certain: true };
      this.faults.push({ ...found, is: "bad-name", node: key, format: schema.keys, key: true });
    }
    this.#depth--;
  }

  struct(map: MapNode, schema: StructSchema, way: Way): void {
    const wasPartial = this.#partial;
    if (!wasPartial && map.entries.some(({ key }) => DIRECTIVE.test(key.text))) this.#partial = true;
    this.#depth++;
    for (const entry of map.entries) {
      const field = schema.fields.get(entry.key.text);
      if (!field) this.#unknown(map, entry, schema, way);
      else if (!isNull(entry.value)) this.#field(entry, field.schema, way, schema);
    }
    this.#depth--;
    if (!this.#partial && !this.#inStatus) this.#missing(map, schema, way);
    this.#partial = wasPartial;
  }

  #field({ key, value }: MapEntry, schema: Schema, way: Way, struct: StructSchema): void {
    const inStatus = this.#inStatus;
    if (way.parent === undefined && key.text === "status") this.#inStatus = true;
    this.#visit(value, schema, { parent: way, step: key.text, at: key, struct });
    this.#inStatus = inStatus;
  }

  #unknown(map: MapNode, { key }: MapEntry, schema: StructSchema, way: Way): void {
    if (schema.others === "kept" || DIRECTIVE.test(key.text)) return;
    if (schema.embedded && /^(?:apiVersion|kind|metadata)$/.test(key.text)) return;
    const elsewhere = schema.elsewhere?.(key.text);
    const belongs = elsewhere ? undefined : homeOf(key.text, schema, way);
    this.faults.push({
      is: "unknown-field",
      at: { start: key.start, end: key.end },
      path: pathOf({ parent: way, step: key.text, at: key }),
      certain: schema.others !== "perhaps",
      field: key,
      map,
      known: [...schema.fields.keys()],
      ...(elsewhere ? { elsewhere } : {}),
      ...(belongs === undefined ? {} : { belongs }),
    });
  }

  #missing(map: MapNode, schema: StructSchema, way: Way): void {
    for (const name of schema.needed) {
      const entry = map.entries.find(({ key }) => key.text === name);
      if (entry && !isNull(entry.value) && !(schema.name !== undefined && isEmpty(entry.value))) continue;
      const certain = schema.others !== "perhaps";
      // It is there, and misspelt: that is said already.
      if (certain && map.entries.some(({ key }) => !schema.fields.has(key.text) && nearest(key.text, [name])))
        continue;
      const { start, end } =
        entry?.key ?? (typeof way.step === "number" ? map.entries[0]?.key : way.at) ?? way.at;
      const path = pathOf({ parent: way, step: name, at: way.at });
      this.faults.push({ is: "missing-field", at: { start, end }, path, certain, field: name });
    }
  }

  #list(list: ListNode, schema: ListSchema, way: Way): void {
    this.#depth++;
    for (const [index, item] of list.items.entries()) {
      const inner = { parent: way, step: index, at: item };
      if (!isNull(item)) this.#visit(item, schema.items, inner);
      else if (schema.solid) this.#wrongType(item, schema.items, inner);
    }
    this.#depth--;
    if (schema.keys && list.items.length > 1 && !this.#inStatus)
      this.#duplicates(list, schema, schema.keys, way);
  }

  #duplicates(list: ListNode, schema: ListSchema, keys: readonly string[], way: Way): void {
    const seen = new Set<string>();
    for (const [index, item] of list.items.entries()) {
      const found = keys.length === 0 ? [item] : keys.map((key) => nodeAt(item, key));
      // A key that is not there stands for its default, which only the server knows.
      const texts = found.map((node) => (node?.kind === "scalar" ? node.text : undefined));
      if (texts.includes(undefined)) continue;
      const identity = JSON.stringify(texts);
      if (!seen.has(identity)) {
        seen.add(identity);
        continue;
      }
      const { start, end } = found[0] ?? item;
      this.faults.push({
        is: "duplicate-item",
        at: { start, end },
        path: pathOf({ parent: way, step: index, at: item }),
        certain: true,
        keys,
        value: texts.join("/"),
        refused: schema.unique === true,
      });
    }
  }

  #scalar(node: SyntaxNode, schema: ScalarSchema, way: Way): void {
    // Go takes a list of numbers for bytes too.
    if (node.kind === "list" && schema.format === "byte") return this.#visit(node, BYTES, way);
    if (node.kind !== "scalar") return this.#wrongType(node, schema, way);
    const fault = scalarFault(node, schema);
    if (!fault || (this.#inStatus && (fault.is === "wrong-value" || fault.is === "bad-name"))) return;
    const found = { at: { start: node.start, end: node.end }, path: pathOf(way), certain: isCertain(way) };
    if (fault.is === "wrong-type")
      this.faults.push({ ...found, is: "wrong-type", wanted: schema, node, got: fault.got });
    else if (fault.is === "bad-name")
      this.faults.push({ ...found, is: "bad-name", node, format: fault.format, key: false });
    else if (fault.is === "wrong-value")
      this.faults.push({ ...found, is: "wrong-value", node, values: fault.values, later: fault.later });
    else this.faults.push({ ...found, is: "bad-format", node, schema, format: fault.format });
  }

  #wrongType(node: SyntaxNode, wanted: Schema, way: Way): void {
    if (node.kind === "scalar" && isPlaceholder(node)) return;
    const got = node.kind === "scalar" ? scalarKind(node) : node.kind;
    const { start, end } = node.kind === "scalar" ? node : placeOf(node, way);
    const [path, certain] = [pathOf(way), isCertain(way)];
    this.faults.push({ is: "wrong-type", at: { start, end }, path, certain, wanted, node, got });
  }
}

/** For Go's own types an empty text or list is the same as none. */
function isEmpty(node: SyntaxNode): boolean {
  return node.kind === "list"
    ? node.items.length === 0
    : node.kind === "scalar" && !node.plain && node.text === "";
}

/** A collection may be a page long, so it is marked by the key that has it, or by its first key. */
function placeOf(node: MapNode | ListNode, way: Way): Span {
  if (typeof way.step !== "number") return way.at;
  const first = node.kind === "map" ? node.entries[0]?.key : node.items[0];
  return first?.kind === "scalar" ? first : node;
}

/** By the map with named fields that the place is nearest to. */
function isCertain(way: Way): boolean {
  for (let current: Way | undefined = way; current; current = current.parent)
    if (current.struct) return current.struct.others !== "perhaps";
  return true;
}

/** Where a field of this name would be right: in a map inside this one, or around it. */
function homeOf(field: string, schema: StructSchema, way: Way): string | undefined {
  for (const [name, { schema: inner }] of schema.fields) {
    const path = { parent: way, step: name, at: way.at };
    if (inner.type === "struct" && inner.fields.has(field)) return pathOf(path);
  }
  for (let current: Way | undefined = way; current; current = current.parent)
    if (current.struct?.fields.has(field) && current.parent) return pathOf(current.parent);
  return undefined;
}

function pathOf(way: Way): string {
  const steps: string[] = [];
  for (let current: Way | undefined = way; current?.step !== undefined; current = current.parent) {
    const { step } = current;
    if (typeof step === "number") steps.push(`[${step}]`);
    else steps.push(/^[\w-]+$/.test(step) ? `.${step}` : `[${step}]`);
  }
  return steps.reverse().join("").replace(/^\./, "");
}
