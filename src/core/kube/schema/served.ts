// The kinds that a server describes in /openapi/v3: what is kept of a description, and schemas made of it.
// Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
import { plainNode } from "../../syntax/plainNode.ts";
import { field, list, record, text } from "../object.ts";
import { kindOfSchema } from "./definition.ts";
import type { KindSchema } from "./schema.ts";

/** By kind: its structural schema, without words. */
export interface ServedGroup {
  /** As `ray.io/v1`. */
  readonly apiVersion: string;
  readonly kinds: Readonly<Record<string, unknown>>;
}

/** Deeper than any definition. */
const MAXIMUM_DEPTH = 100;

/** What of an OpenAPI document is needed to check; undefined for what is none. */
export function servedGroup(apiVersion: string, document: string): ServedGroup | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return undefined;
  }
  const kinds: Record<string, unknown> = {};
  for (const schema of Object.values(record(parsed, "components", "schemas")))
    for (const one of list(schema, "x-kubernetes-group-version-kind")) {
      const [group = "", version = "", kind = ""] = ["group", "version", "kind"].map((key) => text(one, key));
      if ((group === "" ? version : `${group}/${version}`) !== apiVersion || kind.endsWith("List")) continue;
      if (/^\w+$/.test(kind)) kinds[kind] = withoutWords(schema, 0);
    }
  return { apiVersion, kinds };
}

function withoutWords(value: unknown, depth: number): unknown {
  if (depth > MAXIMUM_DEPTH) return {};
  if (Array.isArray(value)) return value.map((one) => withoutWords(one, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    // A property may have the name of what is left out.
    ([key, inner]) => !(key === "description" && typeof inner === "string") && key !== "example",
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutWords(inner, depth + 1)]));
}

/** Reads what `servedGroup` gave, from a file that somebody may have damaged. */
export function asServedGroup(value: unknown): ServedGroup | undefined {
  const apiVersion = text(value, "apiVersion");
  const kinds = field(value, "kinds");
  if (apiVersion === undefined || typeof kinds !== "object" || kinds === null) return undefined;
  return { apiVersion, kinds: kinds as Record<string, unknown> };
}

export function servedKinds({ apiVersion, kinds }: ServedGroup): KindSchema[] {
  return Object.entries(kinds).flatMap(
    ([kind, schema]) => kindOfSchema(apiVersion, kind, plainNode(schema)) ?? [],
  );
}
