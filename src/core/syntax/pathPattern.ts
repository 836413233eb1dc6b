// One line of a .gitignore, and the same language in `.slipway.yaml`: which paths it means. Its time is bounded:
// no pattern, however many stars it has, takes more than its length times that of the path.
// https://git-scm.com/docs/gitignore#_pattern_format

type Token =
  | { readonly kind: "text"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "star"; readonly double: boolean }
  | { readonly kind: "slash" }
  | { readonly kind: "class"; readonly has: (character: string) => boolean };

/** What stands between slashes. */
type Segment = readonly Token[] | "**";

const ONE_NAME: Segment = [{ kind: "star", double: false }];

export class PathPattern {
  /** Takes back what an earlier pattern ignores. */
  readonly negated: boolean;
  readonly #segments: readonly Segment[];
  readonly #folderOnly: boolean;

  constructor(segments: readonly Segment[], negated: boolean, folderOnly: boolean) {
    this.#segments = segments;
    this.negated = negated;
    this.#folderOnly = folderOnly;
  }

  /** @param path relative to the folder of the pattern, with forward slashes. */
  matches(path: string, isFolder: boolean): boolean {
    if (this.#folderOnly && !isFolder) return false;
    return matchesAll(this.#segments, path.split("/"), matchesSegment, "**");
  }

  /** True also for a file in a folder that the pattern means. */
  matchesWithin(path: string): boolean {
    const inside: readonly Segment[] = [...this.#segments, ONE_NAME, "**"];
    return this.matches(path, false) || matchesAll(inside, path.split("/"), matchesSegment, "**");
  }
}

/** @returns undefined for a blank line, a comment, and what git can't match with anything. */
export function pathPattern(line: string): PathPattern | undefined {
  let text = withoutTrailingSpaces(line.replace(/\r$/, ""));
  if (text === "" || text.startsWith("#")) return undefined;
  const negated = text.startsWith("!");
  if (negated) text = text.slice(1);
  const folderOnly = text.endsWith("/");
  if (folderOnly) text = text.slice(0, -1);
  if (text === "") return undefined;
  const tokens = tokensOf(text.startsWith("/") ? text.slice(1) : text);
  if (!tokens) return undefined;
  // Without a slash it means the name at any depth.
  const segments: Segment[] = text.includes("/") ? segmentsOf(tokens) : ["**", tokens];
  return new PathPattern(segments, negated, folderOnly);
}

function segmentsOf(tokens: readonly Token[]): Segment[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === "slash") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const segments: Segment[] = [];
  for (const [index, part] of parts.entries()) {
    const [star, more] = part;
    if (star?.kind !== "star" || !star.double || more) segments.push(part);
    // At the end it means everything inside, so at least one more name; two in a row mean one.
    else if (index === parts.length - 1) segments.push("**", ONE_NAME);
    else if (segments.at(-1) !== "**") segments.push("**");
  }
  return segments;
}

function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end--;
  const escapes = /\\*$/.exec(line.slice(0, end))?.[0].length ?? 0;
  return escapes % 2 === 1 && end < line.length ? line.slice(0, end + 1) : line.slice(0, end);
}

function tokensOf(text: string): readonly Token[] | undefined {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      const star = at;
      while (characters[at + 1] === "*") at++;
      tokens.push({ kind: "star", double: at > star });
    } else if (character === "/") tokens.push({ kind: "slash" });
    else if (character === "?") tokens.push({ kind: "any" });
    else if (character === "[") {
      const read = readClass(characters, at + 1);
      if (!read) return undefined;
      tokens.push({ kind: "class", has: read.has });
      at = read.end;
    } else if (character === "\\") {
      const next = characters[++at];
      if (next === undefined) return undefined;
      tokens.push(next === "/" ? { kind: "slash" } : { kind: "text", character: next });
    } else tokens.push({ kind: "text", character });
  }
  return tokens;
}

const NAMED_CLASSES: Readonly<Record<string, RegExp | undefined>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};

/** A `[…]` whose first character is at `start`; `end` is the place of its closing bracket. */
function readClass(characters: readonly string[], start: number) {
  const inverted = characters[start] === "!" || characters[start] === "^";
  const ranges: [string, string][] = [];
  const named: RegExp[] = [];
  const first = inverted ? start + 1 : start;
  for (let at = first; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "]" && at > first) {
      const has = (one: string) =>
        (ranges.some(([from, to]) => from <= one && one <= to) || named.some((set) => set.test(one))) !==
        inverted;
      return { has, end: at };
    }
    if (character === "[" && characters[at + 1] === ":") {
      const close = characters.indexOf("]", at + 2);
      if (close === -1 || characters[close - 1] !== ":") return undefined;
      const name = characters.slice(at + 2, close - 1).join("");
      const set = Object.hasOwn(NAMED_CLASSES, name) ? NAMED_CLASSES[name] : undefined;
      if (!set) return undefined;
      named.push(set);
      at = close;
      continue;
    }
    const [from, after] = readCharacter(characters, at);
    const ranged = characters[after] === "-" && (characters[after + 1] ?? "]") !== "]";
    const [to, next] = ranged ? readCharacter(characters, after + 1) : [from, after];
    if (from === undefined || to === undefined) return undefined;
    // The first stands for itself too, also where the range runs backwards.
    ranges.push([from, from], [from, to]);
    at = next - 1;
  }
  return undefined;
}

function readCharacter(characters: readonly string[], at: number): [string | undefined, number] {
  return characters[at] === "\\" ? [characters[at + 1], at + 2] : [characters[at], at + 1];
}

function matchesSegment(segment: Segment, name: string): boolean {
  if (segment === "**") return true;
  return matchesAll(segment, Array.from(name), matchesCharacter, "star");
}

function matchesCharacter(token: Token, character: string): boolean {
  if (token.kind === "text") return token.character === character;
  return token.kind === "class" ? token.has(character) : true;
}

/**
 * Matches a list of parts against a list of items, where a part that is a wildcard stands for any number of
 * items. Only the last wildcard met ever has to take one more, which is why this needs no search.
 */
function matchesAll<Part extends Segment | Token, Item>(
  parts: readonly Part[],
  items: readonly Item[],
  matches: (part: Part, item: Item) => boolean,
  wildcard: string,
): boolean {
  const isWildcard = (part: Part | undefined) =>
    part === wildcard || (typeof part === "object" && "kind" in part && part.kind === wildcard);
  let part = 0;
  let item = 0;
  let retry: { part: number; item: number } | undefined;
  while (item < items.length) {
    const one = parts[part];
    if (isWildcard(one)) {
      retry = { part: ++part, item };
      continue;
    }
    if (one !== undefined && matches(one, items[item] as Item)) {
      part++;
      item++;
      continue;
    }
    if (!retry) return false;
    item = ++retry.item;
    part = retry.part;
  }
  while (isWildcard(parts[part])) part++;
  return part === parts.length;
}
