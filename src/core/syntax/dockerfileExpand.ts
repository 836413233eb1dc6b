// How the builder reads a word of a Dockerfile: quotes and escapes taken away, variables replaced.
// Facts: BuildKit's frontend/dockerfile/shell, v0.33, with its ${name…} forms.
import { removePrefix, removeSuffix, replaceMatches } from "./dockerfilePatterns.ts";

/** The value of a variable, or undefined when it is not set. */
export type Environment = (name: string) => string | undefined;

export interface ExpandOptions {
  /** What escapes the next character; a backslash unless the file says otherwise. */
  readonly escape?: string;
  /** Quotes stay in the result. */
  readonly rawQuotes?: boolean;
  /** Escapes stay in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes are characters as any other, as in a heredoc. */
  readonly plainQuotes?: boolean;
  /** What is not set stays as it is written. */
  readonly keepUnset?: boolean;
}

export interface Expanded {
  readonly text: string;
  /** The same, split where there is white space outside quotes. */
  readonly words: readonly string[];
  /** Variables that were set. */
  readonly matched: ReadonlySet<string>;
  /** Variables that were not, and where their `$` stands. */
  readonly unmatched: ReadonlyMap<string, number>;
  /** Why the builder refuses the word; then the rest counts for nothing. */
  readonly error?: string;
}

export function expand(word: string, environment: Environment, options: ExpandOptions = {}): Expanded {
  return new Lexer(word, environment, options).expand();
}

const LETTER = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;
const SPECIAL = "@*#?-$!0";
const SPACE = /\s/;
/** Substitutions in substitutions; nobody writes more than a few. */
const MAXIMUM_DEPTH = 200;

class Refused extends Error {}

class Lexer {
  readonly #word: string;
  readonly #environment: Environment;
  readonly #options: ExpandOptions;
  readonly #escape: string;
  readonly #matched = new Set<string>();
  readonly #unmatched = new Map<string, number>();
  #at = 0;
  #depth = 0;
  /** The word that is being put together; the builder has one for all levels of nesting. */
  #current = "";

  constructor(word: string, environment: Environment, options: ExpandOptions) {
    this.#word = word;
    this.#environment = environment;
    this.#options = options;
    this.#escape = options.escape ?? "\\";
  }

  expand(): Expanded {
    const found = { matched: this.#matched, unmatched: this.#unmatched };
    try {
      return { ...this.#until(undefined, this.#options.rawEscapes ?? false), ...found };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { text: "", words: [], ...found, error: error.message };
    }
  }

  #until(stop: string | undefined, rawEscapes: boolean): { text: string; words: string[] } {
    if (++this.#depth > MAXIMUM_DEPTH) throw new Refused("it is nested too deeply");
    const read = this.#read(stop, rawEscapes);
    this.#depth--;
    return read;
  }

  #read(stop: string | undefined, rawEscapes: boolean): { text: string; words: string[] } {
    let text = "";
    const words: string[] = [];
    let inWord = false;
    this.#current = "";
    const addRaw = (part: string): void => {
      this.#current += part;
      inWord = true;
    };
    const add = (part: string): void => {
      if (!SPACE.test(part)) {
        if (part !== "") addRaw(part);
        return;
      }
      for (const character of part) {
        if (!SPACE.test(character)) addRaw(character);
        else if (inWord && this.#current !== "") {
          words.push(this.#current);
          this.#current = "";
          inWord = false;
        }
      }
    };
    const end = (): { text: string; words: string[] } => {
      if (this.#current !== "") words.push(this.#current);
      this.#current = "";
      return { text, words };
    };
    while (this.#at < this.#word.length) {
      const next = this.#peek();
      if (stop !== undefined && next === stop) {
        this.#at++;
        return end();
      }
      const special = this.#special(next, rawEscapes);
      if (special !== undefined) {
        text += special;
        if (next === "$") add(special);
        else addRaw(special);
        continue;
      }
      let character = this.#take();
      if (character === this.#escape) {
        if (rawEscapes) {
          addRaw(character);
          text += character;
        }
        if (this.#at >= this.#word.length) break;
        character = this.#take();
        addRaw(character);
      } else add(character);
      text += character;
    }
    if (stop !== undefined) throw new Refused(`a ${stop} is missing`);
    return end();
  }

  #special(next: string, rawEscapes: boolean): string | undefined {
    if (next === "$") return this.#dollar();
    if (next === "<") return this.#heredoc();
    if (this.#options.plainQuotes) return undefined;
    if (next === "'") return this.#singleQuoted();
    if (next === '"') return this.#doubleQuoted(rawEscapes);
    return undefined;
  }

  /** White space between `<<` and its word does not end a word. */
  #heredoc(): string {
    const [match = "<"] = /^<(?:<[\t\r ]*)?/.exec(this.#word.slice(this.#at, this.#at + 64)) ?? [];
    this.#at += match.length;
    return match;
  }

  #singleQuoted(): string {
    const close = this.#word.indexOf("'", this.#at + 1);
    if (close === -1) throw new Refused("a single quote is never closed");
    const inside = this.#word.slice(this.#at + 1, close);
    this.#at = close + 1;
    return this.#options.rawQuotes ? `'${inside}'` : inside;
  }

  #doubleQuoted(rawEscapes: boolean): string {
    const quote = this.#options.rawQuotes ? '"' : "";
    let text = quote;
    this.#at++;
    while (this.#at < this.#word.length) {
      const next = this.#peek();
      if (next === '"') {
        this.#at++;
        return text + quote;
      }
      if (next === "$") {
        text += this.#dollar();
        continue;
      }
      let character = this.#take();
      if (character === this.#escape) {
        if (rawEscapes) text += character;
        if (this.#at >= this.#word.length) continue;
        const escaped = this.#peek();
        if (escaped === '"' || escaped === "$" || escaped === this.#escape) character = this.#take();
      }
      text += character;
    }
    throw new Refused("a double quote is never closed");
  }

  #dollar(): string {
    const dollar = this.#at;
    this.#at++;
    if (this.#peek() !== "{") {
      const name = this.#name();
      if (name === "") return "$";
      return this.#value(name, dollar) ?? (this.#options.keepUnset ? `$${name}` : "");
    }
    this.#at++;
    const next = this.#peek();
    if (next === "") throw new Refused("a } is missing");
    if (next === "{" || next === "}" || next === ":") throw new Refused("this is no substitution");
    const name = this.#name();
    const operator = this.#take();
    if (operator === "}") return this.#value(name, dollar) ?? (this.#options.keepUnset ? `\${${name}}` : "");
    if (operator === "/") return this.#replaced(name, dollar);
    return this.#modified(name, dollar, operator);
  }

  #modified(name: string, dollar: number, operator: string): string {
    const colon = operator === ":";
    const modifier = colon ? this.#take() : operator;
    const pattern = modifier === "#" || modifier === "%";
    const known = modifier !== "" && "+-?#%".includes(modifier);
    if ((colon && pattern) || (!colon && !known))
      throw new Refused(`the builder knows no substitution with ${operator}${colon ? modifier : ""}`);
    const { text: word } = this.#until("}", pattern);
    const value = this.#value(name, dollar);
    if (!known) throw new Refused(`the builder knows no substitution with :${modifier}`);
    if (value === undefined && this.#options.keepUnset)
      return `\${${name}${colon ? ":" : ""}${modifier}${word}}`;
    const missing = value === undefined || (colon && value === "");
    switch (modifier) {
      case "-":
        return missing ? word : (value ?? "");
      case "+":
        return missing ? "" : word;
      case "?":
        if (missing) throw new Refused(`${name}: ${word === "" ? "it is not set" : word}`);
        return value ?? "";
      default: {
        const greedy = word.startsWith(modifier);
        const remove = modifier === "#" ? removePrefix : removeSuffix;
        const left = remove(greedy ? word.slice(1) : word, value ?? "", greedy);
        if (left === undefined) throw new Refused("the pattern of a substitution is wrong");
        return left;
      }
    }
  }

  #replaced(name: string, dollar: number): string {
    const all = this.#peek() === "/";
    if (all) this.#at++;
    const { text: pattern } = this.#until("/", true);
    const { text: replacement } = this.#until("}", true);
    const value = this.#value(name, dollar);
    if (value === undefined && this.#options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
    const replaced = replaceMatches(pattern, value ?? "", replacement, all);
    if (replaced === undefined) throw new Refused("the pattern of a substitution is wrong");
    return replaced;
  }

  #value(name: string, dollar: number): string | undefined {
    const value = this.#environment(name);
    if (value !== undefined) this.#matched.add(name);
    else if (!this.#unmatched.has(name)) this.#unmatched.set(name, dollar);
    return value;
  }

  #name(): string {
    const start = this.#at;
    const first = this.#peek();
    if (DIGIT.test(first)) {
      while (DIGIT.test(this.#peek())) this.#take();
    } else if (first !== "" && SPECIAL.includes(first)) this.#take();
    else while (LETTER.test(this.#peek())) this.#take();
    return this.#word.slice(start, this.#at);
  }

  /** The next character, or "" at the end. */
  #peek(): string {
    const code = this.#word.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #take(): string {
    const next = this.#peek();
    this.#at += next.length;
    return next;
  }
}
