// A composed YAML document -> our tree: aliases resolved, merge keys applied, bounded against alias bombs.
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Span } from "./lines.ts";
import {
  type ListNode,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type SyntaxNode,
  textOf,
} from "./node.ts";
import type { Problem } from "./problem.ts";

/** One YAML document; places are offsets into the text that was parsed. */
export interface YamlDocument {
  /** Absent for an empty document, and for one with errors: kubectl would not read it either. */
  readonly root?: SyntaxNode;
  readonly problems: readonly Problem[];
}

/** What all aliases together may stand for: far above any manifest, and quick to walk. */
const MAXIMUM_EXPANDED_NODES = 200_000;

/** Builds the tree of a document without parse errors. */
export function buildTree(document: Document): YamlDocument {
  const builder = new TreeBuilder();
  const root = document.contents ? builder.build(document.contents, 0) : undefined;
  const problems = builder.problems;
  const refused = problems.some((problem) => problem.severity === undefined);
  return root && !refused ? { root, problems } : { problems };
}

class TreeBuilder {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, SyntaxNode>();
  readonly #open = new Set<string>();
  /** How many nodes a node stands for once its aliases are followed. */
  readonly #sizes = new Map<SyntaxNode, number>();
  #exploded = false;
  /** Entries that merge keys have copied, in the whole document. */
  #copied = 0;
  #built = 0;

  build(node: Node, fallback: number): SyntaxNode {
    if (isAlias(node)) return this.#alias(node.source, spanOf(node, fallback));
    const anchor = "anchor" in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#open.add(anchor);
    const built = this.#plainNode(node, spanOf(node, fallback));
    this.#built++;
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, built);
    }
    return built;
  }

  #plainNode(node: Node, span: Span): SyntaxNode {
    if (isMap(node)) return this.#map(node.items, node.flow === true, span);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node, span.start));
      return this.#sized({ kind: "list", flow: node.flow === true, items, ...span }, items);
    }
    const value = isScalar(node) ? node.value : undefined;
    const text = typeof value === "string" ? value : "";
    const plain = isScalar(node) && (node.type ?? "PLAIN") === "PLAIN" && !node.tag?.endsWith(":str");
    return { kind: "scalar", text, plain, ...span };
  }

  #map(pairs: readonly Pair[], flow: boolean, span: Span): MapNode {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    const merges: SyntaxNode[] = [];
    for (const pair of pairs) {
      const key = this.#key(pair.key as Node | null, span.start);
      const value = pair.value ? this.build(pair.value as Node, key.end) : emptyScalar(key.end);
      if (key.plain && key.text === "<<") {
        merges.push(...(value.kind === "list" ? value.items : [value]));
        continue;
      }
      if (seen.has(key.text)) {
        const message = `"${key.text}" stands twice in this map; only the last one counts.`;
        this.problems.push({ at: { start: key.start, end: key.end }, message, severity: "warning" });
      }
      seen.add(key.text);
      entries.push({ key, value, merged: false });
    }
    for (const source of merges) {
      if (source.kind !== "map" || this.#exploded) continue;
      this.#copied += source.entries.length;
      if (this.#copied > MAXIMUM_EXPANDED_NODES) {
        this.#explode(span);
        break;
      }
      for (const entry of source.entries) {
        if (seen.has(entry.key.text)) continue;
        seen.add(entry.key.text);
        entries.push({ ...entry, merged: true });
      }
    }
    const values = entries.map((entry) => entry.value);
    return this.#sized({ kind: "map", flow, entries, ...span }, values);
  }

  #key(node: Node | null, fallback: number): ScalarNode {
    if (!node) return emptyScalar(fallback);
    const key = this.build(node, fallback);
    // A key that is no scalar (`{{ x }}` without a template engine) has a name no rule asks for.
    return key.kind === "scalar"
      ? key
      : { kind: "scalar", text: "", plain: false, start: key.start, end: key.end };
  }

  #alias(name: string, span: Span): SyntaxNode {
    const target = this.#anchors.get(name);
    if (target && !this.#exploded) return target;
    if (!target) {
      const message = this.#open.has(name)
        ? `The anchor &${name} holds an alias of itself.`
        : `There is no anchor &${name} before this alias.`;
      this.problems.push({ at: span, message });
    }
    return emptyScalar(span.start);
  }

  #sized<T extends MapNode | ListNode>(node: T, children: readonly SyntaxNode[]): T {
    let size = 1;
    for (const child of children) size += this.#sizes.get(child) ?? 1;
    this.#sizes.set(node, size);
    // Only what aliases add counts: a long list of plain values is as long as it looks.
    if (size > MAXIMUM_EXPANDED_NODES && size > 10 * this.#built) this.#explode(node);
    return node;
  }

  #explode({ start, end }: Span): void {
    if (this.#exploded) return;
    this.#exploded = true;
    const limit = MAXIMUM_EXPANDED_NODES.toLocaleString("en");
    const message = `The aliases here stand for more than ${limit} values; the API server refuses such a document.`;
    this.problems.push({ at: { start, end: Math.min(end, start + 1) }, message });
  }
}

function spanOf(node: Node, fallback: number): Span {
  return { start: node.range?.[0] ?? fallback, end: endOf(node, fallback) };
}

/** End of the last value inside: the parser lets a block collection reach over the comments that follow. */
function endOf(node: Node, fallback: number): number {
  let current = node;
  while ((isMap(current) || isSeq(current)) && current.flow !== true) {
    const last: unknown = current.items.at(-1);
    const child: unknown = isPair(last) ? (last.value ?? last.key) : last;
    if (!isNode(child)) break;
    current = child;
  }
  return current.range?.[1] ?? fallback;
}

function emptyScalar(offset: number): ScalarNode {
  return { kind: "scalar", text: "", plain: true, start: offset, end: offset };
}

/** True when template braces shape the document, so that it is not yet the YAML that Kubernetes will see. */
export function holdsTemplate(root: SyntaxNode, text: string): boolean {
  const waiting = [root];
  const seen = new Set<SyntaxNode>();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "scalar") {
      const block = text[node.start] === "|" || text[node.start] === ">";
      if (!block && textOf(node)?.includes("{{")) return true;
      continue;
    }
    if (node.flow && text.startsWith("{{", node.start)) return true;
    if (node.kind === "list") waiting.push(...node.items);
    else for (const entry of node.entries) waiting.push(entry.key, entry.value);
  }
  return false;
}
