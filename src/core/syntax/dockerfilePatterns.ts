// The patterns in ${name#pattern}, ${name%pattern} and ${name/pattern/…}: `*` and `?`, and no brackets.
// By a table of ends and not by a regular expression, which can take hours over a pattern with many stars.

type Token = "any" | "one" | { readonly character: string };

/** `value` without the shortest (or longest) start that fits; undefined for a pattern that the builder refuses. */
export function removePrefix(pattern: string, value: string, longest: boolean): string | undefined {
  const tokens = tokensOf(Array.from(pattern));
  if (!tokens) return undefined;
  const end = tokens.length <= MOST_STATES ? endOf(tokens, value, longest) : undefined;
  if (end !== undefined) return end === -1 ? value : value.slice(end);
  const characters = Array.from(value);
  const [last = -1] = endsOf(tokens, characters, longest);
  return last === -1 ? value : characters.slice(last).join("");
}

/** Places in a pattern that fit into the bits of a number. */
const MOST_STATES = 30;

/**
 * Where the pattern ends that begins with the value, as an index of it; -1 where it does not fit. All places in the
 * pattern that are possible are followed at once, a bit for each: a table took ten times as long.
 */
function endOf(tokens: readonly Token[], value: string, longest: boolean): number {
  let any = 0;
  let one = 0;
  const exact = new Map<string, number>();
  for (const [index, token] of tokens.entries()) {
    if (token === "any") any |= 1 << index;
    else if (token === "one") one |= 1 << index;
    else exact.set(token.character, (exact.get(token.character) ?? 0) | (1 << index));
  }
  const whole = 1 << tokens.length;
  // A star may stand for nothing.
  const opened = (states: number) => states | ((states & any) << 1);
  let states = opened(1);
  let end = (states & whole) === 0 ? -1 : 0;
  if (end === 0 && !longest) return end;
  let at = 0;
  for (const character of value) {
    at += character.length;
    const free = character === "\n" ? 0 : states;
    states = opened((free & any) | (((free & one) | (states & (exact.get(character) ?? 0))) << 1));
    if (states === 0) break;
    if ((states & whole) === 0) continue;
    end = at;
    if (!longest) break;
  }
  return end;
}

/** `value` without the shortest (or longest) end that fits: both are turned round, and it is a start. */
export function removeSuffix(pattern: string, value: string, longest: boolean): string | undefined {
  const turned = (pattern.match(/\\[\s\S]|[\s\S]/gu) ?? []).toReversed().join("");
  const left = removePrefix(turned, Array.from(value).toReversed().join(""), longest);
  return left === undefined ? undefined : Array.from(left).toReversed().join("");
}

/** `value` with the first part that fits (or every one) replaced, each as long as it can be. */
export function replaceMatches(
  pattern: string,
  value: string,
  replacement: string,
  everywhere: boolean,
): string | undefined {
  const tokens = tokensOf(Array.from(pattern));
  if (!tokens) return undefined;
  const exact = textOf(tokens);
  // A function, because in a text `$&` would mean something.
  if (exact !== undefined && exact !== "")
    return everywhere ? value.replaceAll(exact, () => replacement) : value.replace(exact, () => replacement);
  const characters = Array.from(value);
  const ends = endsOf(tokens, characters, true);
  let result = "";
  let at = 0;
  let last = -1;
  while (at <= characters.length) {
    const end = ends[at] ?? -1;
    // Nothing is no match right behind another one.
    if (end === -1 || (end === at && last === at)) {
      result += characters[at] ?? "";
      at++;
      continue;
    }
    result += replacement;
    last = end;
    if (!everywhere) return result + characters.slice(end).join("");
    if (end === at) {
      result += characters[at] ?? "";
      at++;
    } else at = end;
  }
  return result;
}

/** The only text that fits; undefined where several do. */
function textOf(tokens: readonly Token[]): string | undefined {
  let text = "";
  for (const token of tokens) {
    if (typeof token === "string") return undefined;
    text += token.character;
  }
  return text;
}

function tokensOf(pattern: readonly string[]): Token[] | undefined {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? "";
    if (character === "*") {
      if (tokens.at(-1) !== "any") tokens.push("any");
    } else if (character === "?") tokens.push("one");
    else if (character === "\\") {
      const next = pattern[index + 1];
      if (next === "}" || next === "/") continue;
      if (next !== "*" && next !== "?" && next !== "\\") return undefined;
      tokens.push({ character: next });
      index++;
    } else tokens.push({ character });
  }
  return tokens;
}

/** For each place in the value where the pattern fits, where it ends at the latest (or earliest); -1 elsewhere. */
function endsOf(tokens: readonly Token[], value: readonly string[], longest: boolean): Int32Array {
  const { length } = value;
  let ends = Int32Array.from({ length: length + 1 }, (_, index) => index);
  for (let token = tokens.length - 1; token >= 0; token--) {
    const wanted = tokens[token];
    const here = new Int32Array(length + 1).fill(-1);
    for (let at = length; at >= 0; at--) {
      const character = value[at];
      const after = ends[at + 1] ?? -1;
      if (wanted === "any") {
        const none = ends[at] ?? -1;
        const more = character === undefined || character === "\n" ? -1 : (here[at + 1] ?? -1);
        here[at] =
          none === -1 ? more : more === -1 ? none : longest ? Math.max(none, more) : Math.min(none, more);
      } else if (character !== undefined) {
        const fits = wanted === "one" ? character !== "\n" : character === wanted?.character;
        if (fits) here[at] = after;
      }
    }
    ends = here;
  }
  return ends;
}
