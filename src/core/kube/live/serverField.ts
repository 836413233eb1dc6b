// The place in a manifest that an API server means by a field, in each of the ways that it writes fields:
// `spec.containers[0].image`, `metadata.labels[app]`, `.spec.template.spec.containers[name="main"].ports`.
import { type Span, spanOf } from "../../syntax/lines.ts";
import { entryOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";

type Step =
  | { readonly is: "key"; readonly key: string }
  | { readonly is: "bracket"; readonly inside: string };

/** Longer ones are no fields. */
const MOST_LENGTH = 1_000;

export function serverFieldSteps(field: string): Step[] {
  const steps: Step[] = [];
  const parts = /\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]|([^.[\]]+)/g;
  for (const [, inside, key] of field.slice(0, MOST_LENGTH).matchAll(parts)) {
    if (inside !== undefined) steps.push({ is: "bracket", inside });
    else if (key !== undefined) steps.push({ is: "key", key });
  }
  return steps;
}

export interface FieldPlace {
  readonly at: Span;
  /** Its key, or the name of an item of a list. */
  readonly key: Span;
  /** True when the field itself is there; else `at` is the nearest that it would be in. */
  readonly whole: boolean;
}

/** Where `field` is: its value if that is one scalar, else its key. Undefined where not even its first step is there. */
export function placeOfField(root: SyntaxNode, field: string): FieldPlace | undefined {
  const steps = serverFieldSteps(field);
  let node: SyntaxNode | undefined = root;
  let at: Span | undefined;
  for (let index = 0; index < steps.length; index++) {
    const step: Step | undefined = steps[index];
    if (!node || !step) break;
    const next: { at: Span; node: SyntaxNode; taken: number } | undefined = stepInto(node, steps, index);
    if (!next) return at && { at, key: at, whole: false };
    at = next.at;
    node = next.node;
    index += next.taken - 1;
  }
  if (!at) return undefined;
  return {
    at: node?.kind === "scalar" && textOf(node) !== undefined ? spanOf(node) : at,
    key: at,
    whole: true,
  };
}

/** Keys may hold dots, which a server does not always put into brackets: the longest that fits is taken. */
function stepInto(
  node: SyntaxNode,
  steps: readonly Step[],
  index: number,
): { at: Span; node: SyntaxNode; taken: number } | undefined {
  const step = steps[index];
  if (!step) return undefined;
  if (step.is === "bracket") {
    const found = bracketed(node, step.inside);
    return found && { ...found, taken: 1 };
  }
  for (let taken = steps.length - index; taken > 0; taken--) {
    const keys = steps.slice(index, index + taken);
    if (!keys.every((one) => one.is === "key")) continue;
    const entry = entryOf(node, keys.map((one) => (one.is === "key" ? one.key : "")).join("."));
    if (entry) return { at: spanOf(entry.key), node: entry.value, taken };
  }
  return undefined;
}

function bracketed(node: SyntaxNode, inside: string): { at: Span; node: SyntaxNode } | undefined {
  if (node.kind === "map") {
    const entry = entryOf(node, unquoted(inside));
    return entry && { at: spanOf(entry.key), node: entry.value };
  }
  const items = itemsOf(node);
  const wanted = keysIn(inside);
  const item = /^\d+$/.test(inside)
    ? items[Number(inside)]
    : items.find((one) =>
        wanted.length === 0
          ? textOf(one) === unquoted(inside.replace(/^=/, ""))
          : wanted.every(([key, value]) => textOf(nodeAt(one, key)) === value),
      );
  if (!item) return undefined;
  const name = entryOf(item, "name") ?? (item.kind === "map" ? item.entries[0] : undefined);
  return { at: spanOf(name && name.key.text === "name" ? name.value : (name?.key ?? item)), node: item };
}

/** `name="main",protocol="TCP"`. */
function keysIn(inside: string): [string, string][] {
  return Array.from(inside.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|[^,]+)/g), ([, key = "", value = ""]) => [
    key,
    unquoted(value),
  ]);
}

function unquoted(text: string): string {
  return /^"[^]*"$/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text;
}
