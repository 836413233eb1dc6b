// A command line of the toy shell as data: words with quotes and variables, joined by ; && and ||.

export type Join = ";" | "&&" | "||";

export interface Simple {
  /** How it hangs on the one before. */
  join: Join;
  /** Each word as its pieces; only unquoted and double-quoted pieces have their variables filled in. */
  words: Piece[][];
}

export interface Piece {
  text: string;
  expand: boolean;
}

/** The commands of a script; a text when it uses what this shell has not. */
export function parseScript(script: string): Simple[] | string {
  const commands: Simple[] = [];
  let words: Piece[][] = [];
  let word: Piece[] | undefined;
  let join: Join = ";";
  const add = (text: string, expand: boolean) => {
    word ??= [];
    const last = word.at(-1);
    if (last && last.expand === expand) last.text += text;
    else word.push({ text, expand });
  };
  const endWord = () => {
    if (word) words.push(word);
    word = undefined;
  };
  const endCommand = (next: Join) => {
    endWord();
    if (words.length > 0) commands.push({ join, words });
    words = [];
    join = next;
  };
  for (let index = 0; index < script.length; index++) {
    const letter = script[index] ?? "";
    const two = script.slice(index, index + 2);
    if (letter === "'") {
      const end = script.indexOf("'", index + 1);
      if (end < 0) return "unterminated quoted string";
      add(script.slice(index + 1, end), false);
      index = end;
    } else if (letter === '"') {
      const end = closingQuote(script, index + 1);
      if (end < 0) return "unterminated quoted string";
      add(script.slice(index + 1, end).replace(/\\(["\\])/g, "$1"), true);
      index = end;
    } else if (letter === "\\") {
      index += 1;
      if (script[index] !== "\n") add(script[index] ?? "", false);
    } else if (letter === "#" && !word) {
      const end = script.indexOf("\n", index);
      index = end < 0 ? script.length : end - 1;
    } else if (two === "&&" || two === "||") {
      endCommand(two);
      index += 1;
    } else if (letter === ";" || letter === "\n") endCommand(";");
    else if (letter === " " || letter === "\t" || letter === "\r") endWord();
    else if (/^(2>&1|>\s*\/dev\/null|2>\s*\/dev\/null)/.test(script.slice(index))) {
      // Where output goes makes no difference here but for this much, which is harmless to leave out.
      index += (/^(2>&1|2?>\s*\/dev\/null)/.exec(script.slice(index))?.[0].length ?? 1) - 1;
      endWord();
    } else if ("|<>&`(".includes(letter) || two === "$(") {
      return `syntax error: "${letter}" is not in the sandbox's toy shell`;
    } else add(letter, true);
  }
  endCommand(";");
  return commands;
}

function closingQuote(script: string, from: number): number {
  for (let index = from; index < script.length; index++) {
    if (script[index] === "\\") index += 1;
    else if (script[index] === '"') return index;
  }
  return -1;
}

/** A word with its variables. */
export function expandWord(word: readonly Piece[], variables: ReadonlyMap<string, string>): string {
  return word
    .map(({ text, expand }) =>
      expand
        ? text.replace(
            /\$\{(\w+)\}|\$(\w+|\?)/g,
            (_, braced: string | undefined, bare: string | undefined) =>
              variables.get(braced ?? bare ?? "") ?? "",
          )
        : text,
    )
    .join("");
}
