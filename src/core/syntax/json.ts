// JSON with comments (devcontainer.json) -> the same tree as YAML, with places. It never throws.
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { MapEntry, ScalarNode, SyntaxNode } from "./node.ts";
import type { Problem } from "./problem.ts";

export interface JsonTree {
  readonly text: string;
  readonly root?: SyntaxNode;
  readonly problems: readonly Problem[];
}

const MAXIMUM_DEPTH = 256;

/** Comments and trailing commas are allowed, as in every devcontainer.json reader. */
export function parseJson(text: string): JsonTree {
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    const message = `Nested too deeply to check: more than ${MAXIMUM_DEPTH} levels.`;
    return { text, problems: [{ at: { start: tooDeep, end: tooDeep + 1 }, message }] };
  }
  const errors: ParseError[] = [];
  const parsed = parseTree(text, errors, { allowTrailingComma: true });
  const root = parsed && treeOf(parsed, text);
  const problems = errors.slice(0, 1).map((error) => problemOf(error, text));
  return root ? { text, root, problems } : { text, problems };
}

/** The parser calls itself per level, so the depth is measured with a scanner first. */
function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  // The token at the end of the text is the last one.
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const first = text[scanner.getTokenOffset()];
    if (first === "{" || first === "[") {
      if (++depth > MAXIMUM_DEPTH) return scanner.getTokenOffset();
    } else if (first === "}" || first === "]") {
      depth--;
    }
  }
  return undefined;
}

function treeOf(node: Node, text: string): SyntaxNode {
  const span = { start: node.offset, end: node.offset + node.length };
  const children = node.children ?? [];
  if (node.type === "array")
    return { kind: "list", flow: true, items: children.map((child) => treeOf(child, text)), ...span };
  if (node.type === "object") {
    const entries = children.flatMap((property): MapEntry[] => {
      const [key, value] = property.children ?? [];
      if (!key) return [];
      const name = scalarOf(key, text);
      const empty: ScalarNode = { kind: "scalar", text: "", plain: true, start: name.end, end: name.end };
      return [{ key: name, value: value ? treeOf(value, text) : empty, merged: false }];
    });
    return { kind: "map", flow: true, entries, ...span };
  }
  return scalarOf(node, text);
}

function scalarOf(node: Node, text: string): ScalarNode {
  const span = { start: node.offset, end: node.offset + node.length };
  const string = node.type === "string" || node.type === "property";
  const value: unknown = node.value;
  const written = typeof value === "string" ? value : text.slice(span.start, span.end);
  return { kind: "scalar", text: written, plain: !string, ...span };
}

const MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is no JSON value",
  InvalidNumberFormat: "This is no JSON number",
  PropertyNameExpected: "A property name in double quotes is missing here",
  ValueExpected: "A value is missing here",
  ColonExpected: "A colon is missing here",
  CommaExpected: "A comma is missing here",
  CloseBraceExpected: "A closing } is missing here",
  CloseBracketExpected: "A closing ] is missing here",
  EndOfFileExpected: "There is more after the end of the JSON value",
  UnexpectedEndOfComment: "This comment is never closed",
  UnexpectedEndOfString: "This string is never closed",
  UnexpectedEndOfNumber: "This number is not finished",
  InvalidUnicode: "This is no valid Unicode escape",
  InvalidEscapeCharacter: "This is no valid escape in a string",
  InvalidCharacter: "This character must be escaped in a string",
};

function problemOf(error: ParseError, text: string): Problem {
  const start = Math.min(error.offset, text.length);
  const end = Math.min(start + error.length, text.length);
  return {
    at: { start, end },
    message: `${MESSAGES[printParseErrorCode(error.error)] ?? "This is not valid JSON"}.`,
  };
}
