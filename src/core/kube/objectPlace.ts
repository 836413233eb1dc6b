// A place in an object as steps that hold in another text of the same object: keys, and items of lists by what they
// are called.
import { type Span, spanOf } from "../syntax/lines.ts";
import { entryOf, type MapNode, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";

export type Step = string | ItemStep;

export interface ItemStep {
  readonly index: number;
  /** The key that tells items apart, and its value; undefined for items that have none. */
  readonly by: readonly [string, string] | undefined;
}

export interface Place {
  readonly steps: readonly Step[];
  /** On a key, not on its value. */
  readonly onKey: boolean;
}

/** What tells items of lists apart, as merging patches has it. */
const ITEM_KEYS = ["name", "mountPath", "containerPort", "port", "key", "ip", "topologyKey"];
const DEPTH = 200;

/** The innermost place at `offset`. */
export function placeAt(root: SyntaxNode, offset: number): Place {
  const steps: Step[] = [];
  let node: SyntaxNode = root;
  for (let depth = 0; depth < DEPTH; depth++) {
    if (node.kind === "map") {
      const entry: MapNode["entries"][number] | undefined = node.entries.find(
        ({ key, value }) => isIn(key, offset) || isIn(value, offset),
      );
      if (!entry) break;
      steps.push(entry.key.text);
      if (isIn(entry.key, offset)) return { steps, onKey: true };
      node = entry.value;
    } else if (node.kind === "list") {
      const index: number = node.items.findIndex((item) => isIn(item, offset));
      const item: SyntaxNode | undefined = node.items[index];
      if (!item) break;
      steps.push({ index, by: calledBy(item) });
      node = item;
    } else break;
  }
  return { steps, onKey: false };
}

export interface FoundPlace {
  /** How many of the steps there are. */
  readonly depth: number;
  readonly at: Span;
}

/**
 * As much of a place as `root` has.
 * @param byName items of lists count only by what they are called, as in a patch.
 */
export function findPlace(root: SyntaxNode, { steps, onKey }: Place, byName: boolean): FoundPlace {
  let node = root;
  let found: FoundPlace = { depth: 0, at: keyOf(root) };
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (typeof step === "string") {
      const entry = entryOf(node, step);
      if (!entry) return found;
      node = entry.value;
      const onValue = isLast && !onKey && node.kind === "scalar" && node.end > node.start;
      found = { depth: index + 1, at: spanOf(onValue ? node : entry.key) };
    } else {
      const item = itemAt(node, step, byName);
      if (!item) return found;
      node = item;
      found = { depth: index + 1, at: node.kind === "scalar" ? spanOf(node) : keyOf(node) };
    }
  }
  return found;
}

/**
 * As JSON patches write it (RFC 6901), with items by the numbers that they have in `root`: what is built may have them in
 * another order.
 */
export function pointerOf(steps: readonly Step[], root: SyntaxNode | undefined): string[] {
  let node = root;
  return steps.map((step) => {
    if (typeof step === "string") {
      node = entryOf(node, step)?.value;
      return step;
    }
    const items = node?.kind === "list" ? node.items : [];
    const { by } = step;
    const called = by ? items.findIndex((item) => textOf(nodeAt(item, by[0])) === by[1]) : -1;
    node = items[called === -1 ? step.index : called];
    return String(called === -1 ? step.index : called);
  });
}

function itemAt(node: SyntaxNode, { index, by }: ItemStep, byName: boolean): SyntaxNode | undefined {
  if (node.kind !== "list") return undefined;
  if (by === undefined) return byName && node.items.length <= index ? undefined : node.items[index];
  const called = node.items.find((item) => textOf(nodeAt(item, by[0])) === by[1]);
  return called ?? (byName ? undefined : node.items[index]);
}

function calledBy(item: SyntaxNode): ItemStep["by"] {
  for (const key of ITEM_KEYS) {
    const value = textOf(nodeAt(item, key));
    if (value !== undefined) return [key, value];
  }
  return undefined;
}

/** Not the whole of what it is, but where it begins. */
function keyOf(node: SyntaxNode): Span {
  const first = node.kind === "map" ? node.entries[0]?.key : undefined;
  return first ? spanOf(first) : { start: node.start, end: Math.min(node.end, node.start + 1) };
}

function isIn({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset < Math.max(end, start + 1);
}
