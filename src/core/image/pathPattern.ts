// Patterns of paths as .dockerignore and COPY have them, without backtracking: no pattern can hang a build.
// Source: github.com/moby/patternmatcher, Go's path/filepath (Match, Clean).

export interface PathPattern {
  /** True for the paths that the pattern names. A path is clean, with slashes and none at its start. */
  matches(path: string): boolean;
  /** True also for what lies below a folder that the pattern names. */
  covers(path: string): boolean;
}

type Token =
  | { kind: "literal"; character: string }
  /** One character, or any number of them, but no slash. */
  | { kind: "one" | "some" }
  /** Any number of folders, each with its slash. */
  | { kind: "folders" }
  /** Anything at all. */
  | { kind: "all" }
  | { kind: "class"; isNegated: boolean; ranges: [string, string][] };

/** Undefined for what the builder refuses as a pattern: an open bracket, a backslash at the end. */
export function pathPattern(text: string): PathPattern | undefined {
  const pattern = cleanPath(text);
  if (!/[*?[\]\\]/.test(pattern)) {
    return {
      matches: (path) => path === pattern,
      covers: (path) => path === pattern || path.startsWith(`${pattern}/`),
    };
  }
  const tokens = tokensOf(pattern);
  return (
    tokens && {
      matches: (path) => run(tokens, path, false),
      covers: (path) => run(tokens, path, true),
    }
  );
}

/** Without double slashes, dots and what `..` takes back; `.` when nothing is left. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  const clean = parts.join("/");
  if (isAbsolute) return `/${clean}`;
  return clean === "" ? "." : clean;
}

/** Up to the first part of a path that holds a wildcard: where a search begins. Empty for the whole context. */
export function literalPart(pattern: string): string {
  const parts = pattern.split("/");
  const wild = parts.findIndex((part) => /[*?[\]\\]/.test(part));
  const literal = (wild < 0 ? parts : parts.slice(0, wild)).join("/");
  return literal === "." ? "" : literal;
}

function tokensOf(pattern: string): Token[] | undefined {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? "";
    if (character === "*") {
      if (characters[index + 1] !== "*") {
        tokens.push({ kind: "some" });
        continue;
      }
      const rest = characters.slice(index + 2);
      index += rest[0] === "/" ? 2 : 1;
      const isEnd = index === characters.length - 1;
      // `**x` with nothing special in x is every path that ends so, also in the middle of a name.
      const isEnding = tokens.length === 0 && rest[0] !== "/" && !/[*?[\]\\]/.test(rest.join(""));
      tokens.push({ kind: isEnd || isEnding ? "all" : "folders" });
    } else if (character === "?") tokens.push({ kind: "one" });
    else if (character === "\\") {
      const escaped = characters[(index += 1)];
      if (escaped === undefined) return undefined;
      tokens.push({ kind: "literal", character: escaped });
    } else if (character === "[") {
      const found = classAt(characters, index);
      if (!found) return undefined;
      tokens.push(found.token);
      index = found.end;
    } else tokens.push({ kind: "literal", character });
  }
  return tokens;
}

/** `[a-z_]` or `[^a]`, from its opening bracket. */
function classAt(characters: readonly string[], start: number): { token: Token; end: number } | undefined {
  let index = start + 1;
  const isNegated = characters[index] === "^";
  if (isNegated) index += 1;
  const ranges: [string, string][] = [];
  const next = (): string | undefined => {
    let character = characters[index];
    if (character === undefined || character === "-" || character === "]") return undefined;
    if (character === "\\") character = characters[(index += 1)];
    index += 1;
    return character;
  };
  while (characters[index] !== "]" || ranges.length === 0) {
    const low = next();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (characters[index] === "-") {
      index += 1;
      high = next();
    }
    if (high === undefined) return undefined;
    ranges.push([low, high]);
  }
  return { token: { kind: "class", isNegated, ranges }, end: index };
}

/** Keeps all places in the pattern where the path may be, character by character. */
function run(tokens: readonly Token[], path: string, orBelow: boolean): boolean {
  const end = tokens.length;
  let at = new Set<number>();
  enter(tokens, at, 0);
  for (const character of path) {
    if (orBelow && character === "/" && at.has(end)) return true;
    const next = new Set<number>();
    for (const place of at) {
      const token = tokens[place];
      if (token) step(tokens, next, place, token, character);
    }
    if (next.size === 0) return false;
    at = next;
  }
  return at.has(end);
}

function step(
  tokens: readonly Token[],
  next: Set<number>,
  place: number,
  token: Token,
  character: string,
): void {
  switch (token.kind) {
    case "literal":
      if (token.character === character) enter(tokens, next, place + 1);
      return;
    case "one":
      if (character !== "/") enter(tokens, next, place + 1);
      return;
    case "some":
      if (character !== "/") enter(tokens, next, place);
      return;
    case "all":
      enter(tokens, next, place);
      return;
    case "folders":
      next.add(place);
      if (character === "/") enter(tokens, next, place + 1);
      return;
    case "class": {
      const isIn = token.ranges.some(([low, high]) => low <= character && character <= high);
      if (isIn !== token.isNegated) enter(tokens, next, place + 1);
    }
  }
}

/** A place, and those after it when what stands there may be nothing. */
function enter(tokens: readonly Token[], places: Set<number>, place: number): void {
  for (let index = place; !places.has(index); index += 1) {
    places.add(index);
    const kind = tokens[index]?.kind;
    if (kind !== "some" && kind !== "all" && kind !== "folders") return;
  }
}
