// A tree as a plain value (as JSON has it), for knowledge that reads objects of an API and not a text.
import { booleanOf, isNull, numberOf, type SyntaxNode } from "./node.ts";

/** Scalars as Kubernetes reads them. */
export function nodeValue(node: SyntaxNode): unknown {
  if (node.kind === "list") return node.items.map(nodeValue);
  if (node.kind === "map") {
    // No key of a text may reach a prototype.
    const value = Object.create(null) as Record<string, unknown>;
    for (const { key, value: inner } of node.entries) value[key.text] = nodeValue(inner);
    return value;
  }
  if (isNull(node)) return null;
  return booleanOf(node) ?? numberOf(node) ?? node.text;
}
