// YAML text -> tree with places. It never throws, and its time is bounded whatever the text holds.
import { Composer, type CST, Parser, type YAMLParseError } from "yaml";
import type { Span } from "./lines.ts";
import type { Problem } from "./problem.ts";
import { joinLines, unendedAt } from "./yamlJoin.ts";
import { parseSimpleYaml } from "./yamlSimple.ts";
import { buildTree, type YamlDocument } from "./yamlTree.ts";

/** Deeper than any manifest (an API schema reaches about 60), shallower than any call stack. */
const MAXIMUM_DEPTH = 256;
/** How much text is parsed again to mend quotes and brackets, in one document: time must stay bounded. */
const MAXIMUM_REPARSED_LENGTH = 1024 * 1024;
/** UTF-16 units of one document that the full parser reads in a second or two, even at its worst. */
const MAXIMUM_LENGTH = 512 * 1024;

// failsafe: scalars keep their text. Uniqueness of keys is checked by us, as the parser's way is quadratic.
const OPTIONS = {
  version: "1.1",
  schema: "failsafe",
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Parses one slice of a file (see yamlSlices); usually it holds one document, with `...` it may hold more. */
export function parseYaml(text: string): YamlDocument[] {
  const simple = parseSimpleYaml(text);
  return simple ? [{ root: simple, problems: [] }] : parseAnyYaml(text);
}

/** As parseYaml, always by the full parser. */
export function parseAnyYaml(text: string): YamlDocument[] {
  if (text.length > MAXIMUM_LENGTH) {
    const message = `This document is too large to check: the limit is ${MAXIMUM_LENGTH / 1024} KB.`;
    return [{ problems: [{ at: { start: 0, end: 0 }, message, severity: "information" }] }];
  }
  let repaired = text;
  let first: YamlDocument[] | undefined;
  for (let parsed = 0; parsed <= MAXIMUM_REPARSED_LENGTH; parsed += text.length) {
    const result = parseOnce(repaired);
    if ("documents" in result) {
      // Mending did not help: what the first reading says is nearest to the mistake.
      const mended = result.documents.every((document) => document.root);
      return first && !mended ? first : result.documents;
    }
    first ??= result.broken;
    const next = joinLines(repaired, result.brokenAt);
    if (next === undefined) break;
    repaired = next;
  }
  return first ?? [];
}

type Attempt =
  | { documents: YamlDocument[] }
  /** A quoted scalar or a pair of brackets has no end where the parser looks for it; `broken` says so. */
  | { broken: YamlDocument[]; brokenAt: number };

function parseOnce(text: string): Attempt {
  const tokens = Array.from(new Parser().parse(text));
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) {
    const at = { start: tooDeep, end: Math.min(tooDeep + 1, text.length) };
    const message = `Nested too deeply to check: more than ${MAXIMUM_DEPTH} levels.`;
    return { documents: [{ problems: [{ at, message }] }] };
  }
  const documents: YamlDocument[] = [];
  let brokenAt: number | undefined;
  for (const document of new Composer(OPTIONS).compose(tokens)) {
    const error = document.errors[0];
    if (!error) {
      documents.push(buildTree(document));
      continue;
    }
    brokenAt ??= unendedAt(document, error);
    documents.push({ problems: [problemOf(error, text)] });
  }
  return brokenAt === undefined ? { documents } : { broken: documents, brokenAt };
}

/** Offset of the first token nested too deeply. Walks with its own stack, as the text decides the depth. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const waiting: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > MAXIMUM_DEPTH) return token.offset;
    if (token.type === "document") {
      if (token.value) waiting.push({ token: token.value, depth });
    } else if ("items" in token) {
      for (const item of token.items) {
        if (item.key) waiting.push({ token: item.key, depth: depth + 1 });
        if (item.value) waiting.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

const MESSAGES: Partial<Record<YAMLParseError["code"], string>> = {
  TAB_AS_INDENT: "YAML is indented with spaces; a tab is not allowed here",
  BLOCK_AS_IMPLICIT_KEY:
    'A second "key: value" on this line; put it on its own line, or quote the value if the colon belongs to it',
};

function problemOf(error: YAMLParseError, text: string): Problem {
  const message = MESSAGES[error.code] ?? error.message;
  return { at: visibleSpan(error.pos, text), message: `${message.replace(/\.$/, "")}.` };
}

/** An error at the end of the text stands at its last visible character, not on the line that follows. */
function visibleSpan([start, end]: readonly [number, number], text: string): Span {
  const last = Math.max(0, text.trimEnd().length - 1);
  if (start > last) return { start: last, end: Math.min(last + 1, text.length) };
  return { start, end: Math.min(end, text.length) };
}
