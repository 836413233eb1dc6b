// Objects made at random from schemas, and small accidents to any object: the same ones for the same seed.
import type { Schema, StructSchema } from "../../../src/core/kube/schema/schema.ts";
import type { Plain } from "./samples.ts";

export type Random = (below: number) => number;

/** Some of the fields that a schema has, with values of their types. */
export function randomObject(schema: StructSchema, random: Random): { [key: string]: Plain } {
  return struct(schema, random, 0);
}

function struct(schema: StructSchema, random: Random, depth: number): { [key: string]: Plain } {
  const names = [...schema.fields.keys()].filter((name) => depth > 0 || !/^(?:apiVersion|kind)$/.test(name));
  const chance = depth === 0 ? 1 : Math.min(1, 4 / Math.max(1, names.length));
  const chosen = names.filter(() => random(100) < chance * 100 || depth === 0);
  return Object.fromEntries(
    chosen.map((name) => [name, value(schema.fields.get(name)?.schema, random, depth + 1)]),
  );
}

function value(schema: Schema | undefined, random: Random, depth: number): Plain {
  const pick = (...values: Plain[]): Plain => values[random(values.length)] ?? null;
  if (!schema || depth > 8) return null;
  switch (schema.type) {
    case "struct":
      return struct(schema, random, depth);
    case "list":
      return Array.from({ length: random(3) }, () => value(schema.items, random, depth + 1));
    case "map":
      return Object.fromEntries(
        ["a", "b.c/d"].slice(0, random(3)).map((key) => [key, value(schema.values, random, depth + 1)]),
      );
    case "any":
      return {};
    case "boolean":
      return random(2) === 0;
    case "quantity":
      return pick("1", "1.5Gi", "500m", "1e3", 3, 0.5, "-2k", ".5", "5.");
    case "integer-or-string":
      return pick(1, "25%", "http", 0);
    case "number":
      return pick(1, 0.5, -3);
    case "integer":
      return pick(0, 1, 8080, -1, 2147483647, ...(schema.format === "int64" ? [2147483648, 1e15] : []));
    case "string":
      if (schema.format === "byte") return pick("YQ==", "", "AAEC/w==", "Y\nQ==");
      if (schema.format === "date-time")
        return pick("2026-01-31T08:00:00Z", "2024-02-29T23:59:59.5+01:00", null);
      if (schema.format === "micro-time") return pick("2026-01-31T08:00:00.000000Z", null);
      return pick(schema.values?.[0] ?? "a", "", "text", "10", "true");
  }
}

/** Values that are often wrong where they land. */
const ODD: readonly Plain[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  4294967296,
  1e30,
  "",
  "a",
  "5",
  "true",
  "5GB",
  " 5 ",
  "1e3",
  "2026-01-31",
  "2026-01-31T08:00:00Z",
  "2026-02-30T08:00:00Z",
  "YQ",
  "YQ==",
  [],
  ["a"],
  [1],
  [{}],
  {},
  { a: "b" },
  { a: 1 },
];

interface Spot {
  parent: { [key: string]: Plain } | Plain[];
  key: string | number;
}

/** A copy of `object` with one accident: a value, a field's name, a field more, or a field less. */
export function withAccident(object: { [key: string]: Plain }, random: Random): { [key: string]: Plain } {
  const copy = structuredClone(object);
  const found = spots(copy);
  const spot = found[random(found.length)];
  if (!spot) return copy;
  const { parent, key } = spot;
  const odd = ODD[random(ODD.length)] ?? null;
  if (Array.isArray(parent)) {
    parent[Number(key)] = odd;
    return copy;
  }
  const name = String(key);
  const kind = random(8);
  if (kind === 0) parent[`${name}x`] = odd;
  else if (kind === 1) {
    parent[name.charAt(0).toUpperCase() + name.slice(1)] = parent[name] ?? null;
    delete parent[name];
  } else if (kind === 2) delete parent[name];
  else parent[name] = odd;
  return copy;
}

/** Every place below the root; what the server needs to find its way, apiVersion and kind, is left out. */
export function spots(value: Plain, top = true): Spot[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => [{ parent: value, key: index }, ...spots(item, false)]);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (top && /^(?:apiVersion|kind)$/.test(key)) return [];
    const below = spots(inner, false);
    return top && key === "metadata" ? below : [{ parent: value, key }, ...below];
  });
}
