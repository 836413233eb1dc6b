// A flag of a container's command line with the place of its value, which may be in a shell script.
import { placeInside } from "../syntax/embedded.ts";
import type { Span } from "../syntax/lines.ts";
import { type PlacedWord, placedWords, type PodContainer } from "./podTemplates.ts";

export interface Flag {
  readonly name: string;
  readonly value: string;
  /** The value's own place, or the whole argument where that can't be told. */
  readonly at: Span;
  /** True when `at` holds the value and nothing else, so that it can be replaced. */
  readonly exact: boolean;
}

/**
 * The last flag of these names, as `--name value` or `--name=value`: for most programs the last one counts.
 * Underscores and dashes inside a name are the same.
 */
export function flagOf(text: string, container: PodContainer, names: readonly string[]): Flag | undefined {
  const words = placedWords(container);
  const wanted = names.map(dashed);
  for (let index = words.length - 1; index >= 0; index--) {
    const word = words[index];
    if (!word) continue;
    if (wanted.includes(dashed(word.text))) {
      const next = words[index + 1];
      return next ? { name: word.text, value: next.text, ...placeOf(text, next, 0) } : undefined;
    }
    const equals = word.text.indexOf("=");
    const name = word.text.slice(0, equals);
    if (equals > 0 && wanted.includes(dashed(name)))
      return { name, value: word.text.slice(equals + 1), ...placeOf(text, word, equals + 1) };
  }
  return undefined;
}

/** True when any of these flags is there, with or without a value. */
export function hasFlag(container: PodContainer, names: readonly string[]): boolean {
  const wanted = names.map(dashed);
  return placedWords(container).some(({ text }) => wanted.includes(dashed(text.split("=", 1)[0] ?? "")));
}

/** Programs of the trade take `--nproc_per_node` for `--nproc-per-node`. */
function dashed(name: string): string {
  return name.startsWith("--") ? name.replaceAll("_", "-") : name;
}

/** The part of `word` from `from` on. */
function placeOf(
  text: string,
  { item, start, text: word }: PlacedWord,
  from: number,
): { at: Span; exact: boolean } {
  const place = placeInside(text, item);
  if (!place) return { at: { start: item.start, end: item.end }, exact: false };
  return { at: place({ start: start + from, end: start + word.length }), exact: true };
}
