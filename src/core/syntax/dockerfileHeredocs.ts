// The heredocs that an instruction's line announces: `<<EOF`, `<<-"EOF"`, `3<<EOF`.
import { expand } from "./dockerfileExpand.ts";

export interface HeredocWord {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
}

const HEREDOC = /^(\d*)<<(-?)\s*([^<]*)$/;
const none = (): undefined => undefined;

/** In the order in which their contents follow. */
export function heredocsIn(line: string): HeredocWord[] {
  if (!line.includes("<<")) return [];
  const { words } = expand(line, none, { rawQuotes: true, rawEscapes: true, keepUnset: true });
  return words.flatMap((word) => heredocWord(word) ?? []);
}

/** @returns undefined for a word that is none. */
export function heredocWord(word: string): HeredocWord | undefined {
  const match = HEREDOC.exec(word);
  if (!match?.[3]) return undefined;
  const plain = expand(match[3], none, { keepUnset: true });
  const raw = expand(match[3], none, { keepUnset: true, rawQuotes: true });
  const [name] = plain.words;
  if (plain.words.length !== 1 || raw.words.length !== 1 || name === undefined) return undefined;
  const quotes = (text: string) => text.replace(/[^'"]/g, "").length;
  return { name, expand: quotes(name) === quotes(raw.words[0] ?? ""), chomp: match[2] === "-" };
}
