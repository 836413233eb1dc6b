// Text inside a scalar (a ConfigMap's file, a shell script) with its places in the text around it; YAML parsed.
import type { Span } from "./lines.ts";
import type { ScalarNode, SyntaxNode } from "./node.ts";
import { parseYaml } from "./yaml.ts";

export interface EmbeddedYaml {
  readonly root: SyntaxNode;
  /** A place in the outer text for one in the tree: the same words, or the whole value where that can't be told. */
  readonly place: (span: Span) => Span;
  /** True when places are those of the very words, so that they can be edited. */
  readonly exact: boolean;
}

/** @returns undefined when the value is not one YAML document without mistakes. */
export function embeddedYaml(text: string, node: ScalarNode): EmbeddedYaml | undefined {
  const [document, ...more] = parseYaml(node.text);
  if (!document?.root || more.length > 0) return undefined;
  const place = placeInside(text, node);
  const whole = () => ({ start: node.start, end: node.end });
  return { root: document.root, exact: place !== undefined, place: place ?? whole };
}

/**
 * Where a part of a scalar's value stands in the text.
 * @returns undefined for scalars whose value is written otherwise: with escapes, or folded over lines.
 */
export function placeInside(text: string, node: ScalarNode): ((span: Span) => Span) | undefined {
  const quote = /["']/.test(text[node.start] ?? "") ? 1 : 0;
  const inner = node.start + quote;
  if (text.slice(inner, node.end - quote) === node.text)
    return ({ start, end }) => ({ start: inner + start, end: inner + end });
  const starts = literalLineStarts(text, node);
  if (!starts) return undefined;
  const place = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle]?.inner ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const line = starts[low] ?? { inner: 0, outer: node.start };
    return line.outer + (offset - line.inner);
  };
  return ({ start, end }) => ({ start: place(start), end: place(end) });
}

interface LineStart {
  /** Offset in the value. */
  readonly inner: number;
  /** Offset of the same character in the text. */
  readonly outer: number;
}

/** Where the lines of a literal block (`|`) begin, in the value and in the text; undefined for other scalars. */
function literalLineStarts(text: string, node: ScalarNode): LineStart[] | undefined {
  if (text[node.start] !== "|") return undefined;
  const header = text.indexOf("\n", node.start);
  if (header === -1) return undefined;
  const written = text.slice(header + 1, node.end).split("\n");
  const value = node.text.split("\n");
  const first = value.findIndex((line) => line.trim() !== "");
  const indent = withoutReturn(written[first] ?? "").length - (value[first] ?? "").length;
  const starts: LineStart[] = [];
  let [inner, outer] = [0, header + 1];
  for (const [index, line] of value.entries()) {
    const source = written[index] ?? "";
    // What is left of a line when its indentation is cut must be the value's line; else this is no such block.
    if (withoutReturn(source).slice(indent) !== line) return undefined;
    starts.push({ inner, outer: outer + Math.min(indent, source.length) });
    inner += line.length + 1;
    outer += source.length + 1;
  }
  return starts;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
