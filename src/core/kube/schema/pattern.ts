// Patterns of resource definitions (RE2) that JavaScript reads the same way and in bounded time; others are left out.

const MAXIMUM_LENGTH = 300;
/** Each unbounded repetition may multiply the time by the length of what is matched. */
const MAXIMUM_REPETITIONS = 3;

/** @returns undefined for a pattern that is not tried: nothing is then said about the value. */
export function patternOf(text: string): RegExp | undefined {
  if (text.length > MAXIMUM_LENGTH || !isBounded(text)) return undefined;
  // Flags, classes by name, anchors and escapes that the two languages read in different ways.
  if (/\(\?(?!:)|\[\[:|\\[^dDwWsS.\-+*?()[\]{}|^$\\/ntr]/.test(text)) return undefined;
  try {
    return new RegExp(text, "u");
  } catch {
    return undefined;
  }
}

/** False where a repetition holds another one: such a pattern may never end. */
function isBounded(text: string): boolean {
  let repetitions = 0;
  const groups: boolean[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "[") at = endOfClass(text, at);
    else if (character === "(") groups.push(false);
    const closes = text[at] === ")";
    const inner = closes && (groups.pop() ?? false);
    const repeats = /^(?:[*+]|\{\d*,?\d*\})/.test(text.slice(at + 1, at + 12));
    const unbounded = repeats && !/^\{\d+\}/.test(text.slice(at + 1, at + 12));
    if (closes && repeats && inner) return false;
    if (unbounded && ++repetitions > MAXIMUM_REPETITIONS) return false;
    if ((inner || repeats) && groups.length > 0) groups[groups.length - 1] = true;
  }
  return true;
}

function endOfClass(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "]" && at > start + 1) return at;
  }
  return text.length;
}
