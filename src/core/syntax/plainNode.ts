// A plain value (as JSON gives it) as the tree that rules read, for objects that come from an API and not from
// a text: they have no places.
import type { ScalarNode, SyntaxNode } from "./node.ts";

const nowhere = { start: 0, end: 0 };

/** Strings are quoted scalars, so that `"8000"` stays a string; null and undefined are null. */
export function plainNode(value: unknown): SyntaxNode {
  if (Array.isArray(value)) return { ...nowhere, kind: "list", flow: true, items: value.map(plainNode) };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => ({
      key: scalar(key, false),
      value: plainNode(inner),
      merged: false,
    }));
    return { ...nowhere, kind: "map", flow: true, entries };
  }
  if (typeof value === "string") return scalar(value, false);
  return scalar(JSON.stringify(value) ?? "null", true);
}

function scalar(text: string, plain: boolean): ScalarNode {
  return { ...nowhere, kind: "scalar", text, plain };
}
