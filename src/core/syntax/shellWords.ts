// Words of a shell text: quotes, escapes and expansions.
import type { ShellExpansion, ShellFeature, ShellWord } from "./shellTree.ts";

const NAME = /[A-Za-z_]\w*|[0-9@*#?$!-]/y;
const ENDS_WORD = /[ \t\r\n;&|<>()]/;

interface Growing {
  readonly start: number;
  text: string;
  quoted: boolean;
  readonly expansions: ShellExpansion[];
}

/** The part of the reader that reads words; commands within them are read by whoever extends it. */
export abstract class ShellWords {
  protected readonly text: string;
  protected at = 0;
  protected depth: number;
  protected readonly features: ShellFeature[] = [];
  protected broken = false;
  /** What ends the commands that are being read: a bracket or a backtick. */
  protected closing: string | undefined;

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  abstract read(close: string | undefined): void;
  protected abstract get deepest(): number;

  protected feature(name: string, start: number, end = start + name.length): void {
    this.features.push({ name, start, end });
  }

  /** The word that starts here, or undefined. */
  protected word(): ShellWord | undefined {
    const word: Growing = { start: this.at, text: "", quoted: false, expansions: [] };
    while (this.at < this.text.length) {
      const character = this.text[this.at] ?? "";
      if (character === this.closing) break;
      if (!ENDS_WORD.test(character)) this.#character(word, character);
      else if (!this.#bracket(word, character)) break;
    }
    return this.at === word.start ? undefined : { ...word, end: this.at };
  }

  /** Brackets that are part of a word, and are read: `<(…)`, and the list of an array. */
  #bracket(word: Growing, character: string): boolean {
    if ((character === "<" || character === ">") && this.text[this.at + 1] === "(") {
      this.feature("<(", this.at);
      this.at += 2;
      this.#nested(word, this.at - 2, ")", false);
      return true;
    }
    if (character !== "(" || !/^[A-Za-z_]\w*\+?=$/.test(word.text)) return false;
    this.feature("array", this.at, this.at + 1);
    this.at++;
    this.#nested(word, this.at - 1, ")", false);
    return true;
  }

  #character(word: Growing, character: string): void {
    switch (character) {
      case "\\":
        if (/^\r?\n/.test(this.text.slice(this.at + 1, this.at + 3))) {
          this.at = this.text.indexOf("\n", this.at) + 1;
          return;
        }
        word.quoted = true;
        word.text += this.text.slice(this.at + 1, this.at + 2);
        this.at += 2;
        return;
      case "'":
        this.#single(word);
        return;
      case '"':
        this.#double(word);
        return;
      case "$":
        this.#dollar(word, false);
        return;
      case "`":
        this.#backticks(word, false);
        return;
      default:
        word.text += character;
        this.at++;
    }
  }

  #single(word: Growing): void {
    word.quoted = true;
    const close = this.text.indexOf("'", this.at + 1);
    if (close === -1) this.broken = true;
    const end = close === -1 ? this.text.length : close;
    word.text += this.text.slice(this.at + 1, end);
    this.at = Math.min(this.text.length, end + 1);
  }

  #double(word: Growing): void {
    word.quoted = true;
    this.at++;
    while (this.at < this.text.length) {
      const character = this.text[this.at] ?? "";
      if (character === '"') {
        this.at++;
        return;
      }
      if (character === "$") this.#dollar(word, true);
      else if (character === "`") this.#backticks(word, true);
      else if (character === "\\" && this.at + 1 < this.text.length) {
        const next = this.text[this.at + 1] ?? "";
        word.text += '$`"\\'.includes(next) ? next : next === "\n" ? "" : `\\${next}`;
        this.at += 2;
      } else {
        word.text += character;
        this.at++;
      }
    }
    this.broken = true;
  }

  #dollar(word: Growing, quoted: boolean): void {
    const start = this.at;
    const next = this.text[this.at + 1];
    if (next === "'" && !quoted) {
      this.feature("$'", start);
      word.quoted = true;
      const [whole = "$'"] = /^\$'(?:[^'\\]|\\[\s\S])*'?/.exec(this.text.slice(start)) ?? [];
      word.text += whole.slice(2, -1);
      this.at += whole.length;
    } else if (this.text.startsWith("$((", start)) {
      this.at += 3;
      this.#to("))", start);
      this.#expand(word, { kind: "arithmetic", name: "", quoted, start, end: this.at });
    } else if (next === "(") {
      this.at += 2;
      this.#nested(word, start, ")", quoted);
    } else if (next === "{") this.#braces(word, quoted);
    else {
      NAME.lastIndex = start + 1;
      const name = NAME.exec(this.text)?.[0];
      this.at = start + 1 + (name?.length ?? 0);
      if (name === undefined) word.text += "$";
      else this.#expand(word, { kind: "variable", name, quoted, start, end: this.at });
    }
  }

  #braces(word: Growing, quoted: boolean): void {
    const start = this.at;
    let open = 0;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at];
      if (character === "\\") this.at++;
      else if (character === "{") open++;
      else if (character === "}" && --open === 0) break;
    }
    if (this.at >= this.text.length) this.broken = true;
    this.at = Math.min(this.text.length, this.at + 1);
    const name = /^\$\{[!#]?([A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.text.slice(start, start + 200))?.[1] ?? "";
    this.#expand(word, { kind: "variable", name, quoted, start, end: this.at });
  }

  #backticks(word: Growing, quoted: boolean): void {
    const start = this.at;
    this.at++;
    const close = /(?<!\\)`/g;
    close.lastIndex = this.at;
    const found = close.exec(this.text);
    if (!found || this.depth >= this.deepest) {
      this.broken ||= !found;
      this.at = found ? close.lastIndex : this.text.length;
      this.#expand(word, { kind: "command", name: "", quoted, start, end: this.at });
    } else this.#nested(word, start, "`", quoted);
  }

  /** Commands within a word, up to the bracket that closes them. */
  #nested(word: Growing, start: number, close: string, quoted: boolean): void {
    if (this.depth >= this.deepest) this.#to(close, start);
    else {
      this.depth++;
      this.read(close);
      this.depth--;
    }
    this.#expand(word, { kind: "command", name: "", quoted, start, end: this.at });
  }

  #to(close: string, start: number): void {
    const end = this.text.indexOf(close, this.at);
    if (end === -1) this.broken = true;
    this.at = end === -1 ? this.text.length : end + close.length;
    if (this.at < start) this.at = start;
  }

  #expand(word: Growing, expansion: ShellExpansion): void {
    word.expansions.push(expansion);
    word.text += this.text.slice(expansion.start, expansion.end);
  }
}
