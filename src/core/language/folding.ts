// What of a file can be folded beyond its indentation: documents, stages, instructions of several lines, comments.
import { fileKind } from "../rules/fileKind.ts";
import { parseDockerfile } from "../syntax/dockerfile.ts";
import { Lines } from "../syntax/lines.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";

/** Zero-based lines, both inside. */
export interface Fold {
  readonly first: number;
  readonly last: number;
  readonly isComment: boolean;
}

/** UTF-16 units. */
const MOST_LENGTH = 512 * 1024;
const MOST_DOCKERFILE_LENGTH = 64 * 1024;

export function folds(path: string, text: string): Fold[] {
  const kind = fileKind(path, text);
  if (kind !== "kubernetes" && kind !== "dockerfile") return [];
  if (text.length > (kind === "dockerfile" ? MOST_DOCKERFILE_LENGTH : MOST_LENGTH)) return [];
  const lines = new Lines(text);
  const found = kind === "kubernetes" ? documents(text, lines) : instructions(text, lines);
  return [...found, ...comments(lines)].filter(({ first, last }) => last > first);
}

function documents(text: string, lines: Lines): Fold[] {
  const slices = yamlSlices(text);
  if (slices.length < 2) return [];
  return slices.map(({ start, end }) => {
    const inside = text.slice(start, end);
    // The mark stays in sight, and the empty lines before the next one too.
    const last = lines.positionAt(start + inside.trimEnd().length).line;
    return { first: lines.positionAt(start).line, last, isComment: false };
  });
}

function instructions(text: string, lines: Lines): Fold[] {
  const { stages, instructions: all } = parseDockerfile(text);
  const line = (offset: number) => lines.positionAt(offset).line;
  const many = stages.length > 1 ? stages : [];
  return [
    ...many.map(({ from, instructions: own }) => ({
      first: line(from.start),
      last: line(own.at(-1)?.end ?? from.end),
      isComment: false,
    })),
    ...all.map(({ start, end }) => ({ first: line(start), last: line(end), isComment: false })),
  ];
}

/** Comments on lines of their own, one under the other. */
function comments(lines: Lines): Fold[] {
  const found: Fold[] = [];
  let first: number | undefined;
  for (let line = 0; line <= lines.count; line++) {
    const isComment = line < lines.count && /^[ \t]*#/.test(lines.content(line));
    if (isComment) first ??= line;
    else if (first !== undefined) {
      found.push({ first, last: line - 1, isComment: true });
      first = undefined;
    }
  }
  return found;
}
