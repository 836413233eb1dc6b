// The one tree that rules read, for YAML and JSON alike: maps, lists and scalars with their exact place.
import type { Span } from "./lines.ts";

/** A value of one line or many. `plain` is false for a quoted or block scalar, which is always a string. */
export interface ScalarNode extends Span {
  readonly kind: "scalar";
  readonly text: string;
  readonly plain: boolean;
}

export interface MapNode extends Span {
  readonly kind: "map";
  /** Written with braces. */
  readonly flow: boolean;
  /** In the order of the text; entries that come from a merge key (`<<`) come last and are marked. */
  readonly entries: readonly MapEntry[];
}

export interface ListNode extends Span {
  readonly kind: "list";
  /** Written with brackets. */
  readonly flow: boolean;
  readonly items: readonly SyntaxNode[];
}

export type SyntaxNode = ScalarNode | MapNode | ListNode;

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: SyntaxNode;
  readonly merged: boolean;
}

/** The entry of `key`; of a key that stands twice the last one counts, as for kubectl. */
export function entryOf(node: SyntaxNode | undefined, key: string): MapEntry | undefined {
  if (node?.kind !== "map") return undefined;
  // Written out, as every rule asks many times.
  const { entries } = node;
  let merged: MapEntry | undefined;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry?.key.text !== key) continue;
    if (!entry.merged) return entry;
    merged = entry;
  }
  return merged;
}

/** Follows `path` through maps (by key) and lists (by index). */
export function nodeAt(
  node: SyntaxNode | undefined,
  ...path: readonly (string | number)[]
): SyntaxNode | undefined {
  let current = node;
  for (const step of path) {
    if (typeof step === "string") current = entryOf(current, step)?.value;
    else current = current?.kind === "list" ? current.items[step] : undefined;
  }
  return current;
}

/** All nodes at the end of `path`; a step `*` is every item of a list or every value of a map. */
export function nodesAt(node: SyntaxNode, path: readonly string[]): SyntaxNode[] {
  const [step, ...rest] = path;
  if (step === undefined) return [node];
  if (step === "*") {
    const children = node.kind === "list" ? node.items : entriesOf(node).map((entry) => entry.value);
    return children.flatMap((child) => nodesAt(child, rest));
  }
  const child = entryOf(node, step)?.value;
  return child ? nodesAt(child, rest) : [];
}

/** The items of a list; nothing for anything else. */
export function itemsOf(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** The entries of a map; nothing for anything else. */
export function entriesOf(node: SyntaxNode | undefined): readonly MapEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** The text of a scalar that is not null. */
export function textOf(node: SyntaxNode | undefined): string | undefined {
  return node?.kind === "scalar" && !isNull(node) ? node.text : undefined;
}

/** Absent, or a null as Kubernetes reads it (which it takes for absent). */
export function isNull(node: SyntaxNode | undefined): boolean {
  return (
    node === undefined || (node.kind === "scalar" && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text))
  );
}

/** A boolean as YAML 1.1 has it (`yes` and `on` are true), which is how kubectl reads manifests. */
export function booleanOf(node: SyntaxNode | undefined): boolean | undefined {
  if (node?.kind !== "scalar" || !node.plain) return undefined;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(node.text)) return true;
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(node.text)) return false;
  return undefined;
}

/** A plain decimal number. */
export function numberOf(node: SyntaxNode | undefined): number | undefined {
  if (node?.kind !== "scalar" || !node.plain || !/^[+-]?\d[\d_]*(?:\.\d*)?$/.test(node.text))
    return undefined;
  return Number(node.text.replaceAll("_", ""));
}

/** The texts of a list of scalars, such as `args`; other items are left out. */
export function textsOf(node: SyntaxNode | undefined): string[] {
  return itemsOf(node).flatMap((item) => textOf(item) ?? []);
}
