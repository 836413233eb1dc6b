// Shell text -> its simple commands with exact places. It reads what POSIX shells and bash share, and judges nothing.
// Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
import { ShellWords } from "./shellWords.ts";
import type { ShellCommand, ShellRedirection, ShellScript, ShellWord } from "./shellTree.ts";

/** Substitutions in substitutions: what is deeper is skipped. */
const MAXIMUM_DEPTH = 20;
/** Open something that need not run. */
const OPENING = new Set(["if", "while", "until", "for", "case", "select", "{"]);
const CLOSING = new Set(["fi", "done", "esac", "}"]);
/** Stand before a command without being one. */
const LEADING = new Set(["then", "else", "elif", "do", "!", "time", "coproc", ...OPENING, ...CLOSING]);
const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;
const OPERATOR = /^(?:&&|\|\||;;&|;;|;&|\|&|[;|&()\n])/;
const REDIRECTION = /^(?:\{\w+\}|\d{1,3})?(?:&>>|&>|<<<|<<-|<<|>>|>&|<&|>\||<>|>|<)/;

export function parseShell(text: string): ShellScript {
  const reader = new ShellReader(text, 0);
  reader.read(undefined);
  return reader.script();
}

/** The words of a text that is one command without anything for the shell to do; else undefined. */
export function plainCommand(text: string): string[] | undefined {
  const { commands, features, broken } = parseShell(text);
  const [command] = commands;
  if (broken || features.length > 0 || commands.length !== 1 || !command) return undefined;
  if (command.assignments.length > 0 || command.redirections.length > 0 || command.after !== "")
    return undefined;
  const plain = command.words.every(
    (word) => word.expansions.length === 0 && (word.quoted || !/[*?[\]~{}!#]/.test(word.text)),
  );
  const last = command.words.at(-1);
  const whole = text.trim().length === (last?.end ?? 0) - command.start;
  return plain && whole && command.words.length > 0 ? command.words.map((word) => word.text) : undefined;
}

interface Open {
  start: number;
  assignments: ShellWord[];
  words: ShellWord[];
  redirections: ShellRedirection[];
}

class ShellReader extends ShellWords {
  readonly #commands: ShellCommand[] = [];
  #command: Open | undefined;
  #before = "";
  /** Loops, branches and parentheses that are open; a case waits for its patterns. */
  readonly #blocks: string[] = [];
  readonly #heredocs: { name: string; chomp: boolean }[] = [];

  script(): ShellScript {
    return { commands: this.#commands, features: this.features, broken: this.broken };
  }

  /** @param close the bracket that ends it, which is read too. */
  override read(close: string | undefined): void {
    const blocks = this.#blocks.length;
    const outer = { command: this.#command, before: this.#before, closing: this.closing };
    const restore = (): void => {
      this.#blocks.length = Math.min(this.#blocks.length, blocks);
      this.#command = outer.command;
      this.#before = outer.before;
      this.closing = outer.closing;
    };
    this.#command = undefined;
    this.#before = "";
    this.closing = close;
    while (this.at < this.text.length) {
      this.#blank();
      const rest = this.text.slice(this.at, this.at + 80);
      if (rest === "") break;
      if (close !== undefined && rest.startsWith(close) && this.#blocks.length === blocks) {
        this.#end("");
        this.at += close.length;
        restore();
        return;
      }
      if (!this.#step(rest)) this.at++;
    }
    this.#end("");
    if (close !== undefined) this.broken = true;
    restore();
  }

  /** Takes one word, operator or redirection. */
  #step(rest: string): boolean {
    if (rest.startsWith("#")) {
      const end = this.text.indexOf("\n", this.at);
      this.at = end === -1 ? this.text.length : end;
      return true;
    }
    if (/^[<>]\(/.test(rest)) return this.#take();
    const redirection = REDIRECTION.exec(rest)?.[0];
    if (redirection !== undefined) return this.#redirect(redirection);
    if (this.#blocks.at(-1) === "case:in" && !/^[\n;]/.test(rest)) return this.#pattern(rest);
    if (rest.startsWith("((") && !this.#command) return this.#arithmetic();
    const operator = OPERATOR.exec(rest)?.[0];
    return operator === undefined ? this.#take() : this.#operate(operator);
  }

  #blank(): void {
    const blank = /(?:[ \t\r]|\\\r?\n)*/y;
    blank.lastIndex = this.at;
    blank.test(this.text);
    this.at = blank.lastIndex;
  }

  #operate(operator: string): boolean {
    const { at } = this;
    this.at += operator.length;
    if (operator === "|&") this.feature("|&", at);
    if (operator === "(" && this.#command) {
      // `name()` opens a function.
      const named = this.#command.words.length === 1 && this.text[this.at] === ")";
      if (named) {
        this.at++;
        this.#command = undefined;
        this.#before = "";
        return true;
      }
    }
    this.#end(operator);
    this.#before = operator;
    if (operator === "(") this.#blocks.push("(");
    if (operator === ")" && this.#blocks.at(-1) === "(") this.#blocks.pop();
    if (operator.startsWith(";;") || operator === ";&")
      if (this.#blocks.at(-1) === "case") this.#blocks[this.#blocks.length - 1] = "case:in";
    if (operator === "\n") this.#skipHeredocs();
    return true;
  }

  #arithmetic(): boolean {
    this.feature("((", this.at);
    const end = this.text.indexOf("))", this.at);
    if (end === -1) this.broken = true;
    this.at = end === -1 ? this.text.length : end + 2;
    return true;
  }

  #redirect(redirection: string): boolean {
    const start = this.at;
    this.at += redirection.length;
    const operator = redirection.replace(/^(?:\{\w+\}|\d+)/, "");
    if (operator.startsWith("&>") || operator === "<<<")
      this.feature(operator === "<<<" ? "<<<" : "&>", start);
    this.#blank();
    const target = this.word();
    if (operator === ">&" && target && !/^[\d-]+$/.test(target.text)) this.feature("&>", start);
    if (target && (operator === "<<" || operator === "<<-"))
      this.#heredocs.push({ name: target.text, chomp: operator === "<<-" });
    this.#command ??= { start, assignments: [], words: [], redirections: [] };
    this.#command.redirections.push({ operator, target, start, end: target?.end ?? this.at });
    return true;
  }

  #skipHeredocs(): void {
    for (const { name, chomp } of this.#heredocs.splice(0)) {
      for (;;) {
        if (this.at >= this.text.length) return;
        const end = this.text.indexOf("\n", this.at);
        const line = this.text.slice(this.at, end === -1 ? undefined : end).replace(/\r$/, "");
        this.at = end === -1 ? this.text.length : end + 1;
        if ((chomp ? line.replace(/^\t+/, "") : line) === name) break;
      }
    }
  }

  /** The patterns of a case up to their bracket, or its esac. */
  #pattern(rest: string): boolean {
    if (/^esac(?![\w-])/.test(rest)) {
      this.#blocks.pop();
      this.at += 4;
      return true;
    }
    if (rest.startsWith("(")) this.at++;
    this.#blank();
    while (this.at < this.text.length && this.text[this.at] !== ")" && this.text[this.at] !== "\n") {
      if (this.text[this.at] === "|" || !this.word()) this.at++;
      this.#blank();
    }
    this.at++;
    this.#blocks[this.#blocks.length - 1] = "case";
    this.#before = "";
    return true;
  }

  /** @returns false when there is no word here. */
  #take(): boolean {
    const command = this.#command;
    const word = this.word();
    if (!word) return false;
    if (!command || command.words.length === 0) {
      if (!word.quoted && word.expansions.length === 0 && this.#reserved(word, command)) return true;
      const assigned = ASSIGNMENT.exec(
        this.text.slice(word.start, Math.min(word.end, word.start + 200)),
      )?.[0];
      this.#command ??= { start: word.start, assignments: [], words: [], redirections: [] };
      if (assigned === undefined) this.#command.words.push(word);
      else {
        if (assigned.endsWith("+=")) this.feature("+=", word.start, word.start + assigned.length);
        this.#command.assignments.push(word);
      }
    } else command.words.push(word);
    return true;
  }

  #reserved({ text, start, end }: ShellWord, command: Open | undefined): boolean {
    if (command) return false;
    if (text === "function" || text === "select") this.feature(text, start, end);
    if (text === "function") {
      this.#blank();
      this.word();
      this.#blank();
      if (this.text.startsWith("()", this.at)) this.at += 2;
      return true;
    }
    if (text === "[[") {
      this.feature("[[", start, end);
      const close = /\s\]\](?=[\s;&|)]|$)/g;
      close.lastIndex = end;
      const found = close.exec(this.text);
      if (!found) this.broken = true;
      this.at = found ? close.lastIndex : this.text.length;
      return true;
    }
    if (!LEADING.has(text)) return false;
    if (OPENING.has(text)) this.#blocks.push(text);
    if (CLOSING.has(text) && OPENING.has(this.#blocks.at(-1)?.replace(":in", "") ?? "")) this.#blocks.pop();
    if (text === "for" || text === "select" || text === "case") this.#header(text);
    return true;
  }

  /** `for name in words` and `case word in`: no commands. */
  #header(kind: string): void {
    for (;;) {
      this.#blank();
      if (kind === "for" && this.text.startsWith("((", this.at)) this.#arithmetic();
      else {
        const word = this.word();
        if (!word) return;
        if (kind === "case" && word.text === "in") {
          this.#blocks[this.#blocks.length - 1] = "case:in";
          return;
        }
      }
    }
  }

  #end(after: string): void {
    const command = this.#command;
    this.#command = undefined;
    if (!command) return;
    const parts = [...command.assignments, ...command.words, ...command.redirections];
    this.#commands.push({
      ...command,
      end: Math.max(command.start, ...parts.map((part) => part.end)),
      before: this.#before,
      after,
      nested: this.depth > 0,
      inside: this.#blocks.length > 0,
    });
    this.#before = "";
  }

  protected override get deepest(): number {
    return MAXIMUM_DEPTH;
  }
}
