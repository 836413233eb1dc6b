// Mends what the parser refuses and kubectl accepts: quoted text and brackets that go on with too little
// indentation. They are put on one line, space for line break, so that every offset stays.
import { type Document, isCollection, isScalar, visit, type YAMLParseError } from "yaml";

const MARKER = /^(?:---|\.\.\.)(?=\s|$)/m;

/** Start of the quoted scalar or the brackets that `error` says have no end. */
export function unendedAt(document: Document, error: YAMLParseError): number | undefined {
  if (error.code !== "MISSING_CHAR" && error.code !== "BAD_INDENT") return undefined;
  let found: number | undefined;
  visit(document, {
    Node(_key, node) {
      const quoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
      const flow = isCollection(node) && node.flow === true;
      const [start, end] = node.range ?? [0, -1];
      if (!(quoted || flow) || start > error.pos[0] || end < error.pos[0]) return undefined;
      found = start;
      return visit.BREAK;
    },
  });
  return found;
}

/** @returns undefined when nothing ends what starts at `start`, or it is on one line already. */
export function joinLines(text: string, start: number): string | undefined {
  const end = text[start] === "[" || text[start] === "{" ? endOfFlow(text, start) : endOfQuoted(text, start);
  if (end === undefined) return undefined;
  const inside = text.slice(start, end);
  if (!/[\r\n]/.test(inside) || MARKER.test(inside)) return undefined;
  const blank = (part: string) => " ".repeat(part.length);
  const flow = text[start] === "[" || text[start] === "{";
  // Comments end with their line, so they go with it; a quote keeps what looks like one.
  const joined = flow
    ? inside.replace(/"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|(?<=\s)#[^\r\n]*/g, (part) =>
        part.startsWith("#") ? blank(part) : part,
      )
    : inside;
  return text.slice(0, start) + joined.replace(/\\\r?\n/g, blank).replace(/[\r\n]/g, " ") + text.slice(end);
}

function endOfQuoted(text: string, start: number): number | undefined {
  const closing = text[start] === '"' ? /(?:[^"\\]|\\[\s\S])*"/y : /(?:[^']|'')*'/y;
  closing.lastIndex = start + 1;
  return closing.test(text) ? closing.lastIndex : undefined;
}

function endOfFlow(text: string, start: number): number | undefined {
  const open: string[] = [];
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    const before = text[at - 1] ?? "";
    if (character === "[") open.push("]");
    else if (character === "{") open.push("}");
    else if (character === "]" || character === "}") {
      if (open.pop() !== character) return undefined;
      if (open.length === 0) return at + 1;
    } else if ((character === '"' || character === "'") && /[\s,:[\]{}]/.test(before)) {
      const end = endOfQuoted(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (character === "#" && /\s/.test(before)) {
      const end = text.indexOf("\n", at);
      if (end === -1) return undefined;
      at = end - 1;
    }
  }
  return undefined;
}
