// A Dockerfile's text -> the logical lines the builder makes of it: continued lines joined, comments taken out,
// heredocs read. Facts: BuildKit's frontend/dockerfile/parser, v0.33.
import { type HeredocWord, heredocsIn } from "./dockerfileHeredocs.ts";
import { jsonWords, splitLine } from "./dockerfileWords.ts";
import { Joined } from "./joined.ts";
import type { Span } from "./lines.ts";
import type { Problem } from "./problem.ts";

export interface Heredoc {
  readonly name: string;
  /** Variables in it are replaced: its name is not quoted. */
  readonly expand: boolean;
  /** `<<-`: tabs at the start of its lines do not count. */
  readonly chomp: boolean;
  /** Its lines, without the one that ends it. */
  readonly content: Span;
}

export interface LogicalLine extends Span {
  readonly joined: Joined;
  /** Texts of the comment lines above it, without their `#`. */
  readonly comments: readonly string[];
  readonly heredocs: readonly Heredoc[];
  /** Lines without anything among the continued ones. */
  readonly emptyLines: readonly Span[];
}

export interface Directive extends Span {
  /** syntax, escape or check. */
  readonly name: string;
  readonly value: string;
}

export interface LogicalLines {
  readonly lines: readonly LogicalLine[];
  readonly directives: readonly Directive[];
  /** What escapes a character and continues a line: `\` or a backtick. */
  readonly escape: string;
  readonly problems: readonly Problem[];
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const DIRECTIVES = new Set(["syntax", "escape", "check"]);

/** Only the builder's line ends count here: a lone \r is part of a line. */
interface SourceLine extends Span {
  /** Without the line break. */
  readonly text: string;
  /** Where the next line starts. */
  readonly next: number;
}

export function logicalLines(text: string): LogicalLines {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #lines: LogicalLine[] = [];
  readonly #directives: Directive[] = [];
  readonly #problems: Problem[] = [];
  #escape = "\\";
  #continuation = continuation("\\");
  /** Directives stand before everything else. */
  #mayBeDirective = true;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\uFEFF")) this.#at = 1;
  }

  read(): LogicalLines {
    let comments: string[] = [];
    for (let line = this.#next(); line; line = this.#next()) {
      const start = line.start + (line.text.length - line.text.trimStart().length);
      const stripped = line.text.trimStart();
      if (stripped.startsWith("#")) {
        // The builder takes off the line's first character, whatever it is.
        const comment = line.text.slice(1).trim();
        if (this.#directive(stripped, start)) continue;
        if (comment === "") comments = [];
        else comments.push(comment);
        continue;
      }
      this.#mayBeDirective = false;
      const first = this.#content(stripped);
      if (!first.continues && first.text === "") continue;
      const logical = this.#join(first, start, line.end, comments);
      if (logical) this.#lines.push(logical);
      comments = [];
    }
    return {
      lines: this.#lines,
      directives: this.#directives,
      escape: this.#escape,
      problems: this.#problems,
    };
  }

  #next(): SourceLine | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const start = this.#at;
    const feed = this.#text.indexOf("\n", start);
    this.#at = feed === -1 ? this.#text.length : feed + 1;
    let end = feed === -1 ? this.#text.length : feed;
    while (end > start && this.#text[end - 1] === "\r") end--;
    return { start, end, text: this.#text.slice(start, end), next: this.#at };
  }

  #directive(line: string, start: number): boolean {
    if (!this.#mayBeDirective) return false;
    const [, name = "", value = ""] = DIRECTIVE.exec(line) ?? [];
    const directive = { name: name.toLowerCase(), value, start, end: start + line.length };
    if (!DIRECTIVES.has(directive.name)) {
      this.#mayBeDirective = false;
      return false;
    }
    if (this.#directives.some((known) => known.name === directive.name))
      this.#problems.push({ at: directive, message: `Only one ${directive.name} directive is allowed.` });
    else this.#directives.push(directive);
    if (directive.name === "escape") this.#setEscape(directive);
    return true;
  }

  #setEscape(directive: Directive): void {
    if (directive.value === "\\" || directive.value === "`") {
      this.#escape = directive.value;
      this.#continuation = continuation(directive.value);
    } else
      this.#problems.push({
        at: directive,
        message: "The escape character can only be a backslash or a backtick.",
      });
  }

  /** The part of a line that counts, and whether the next line belongs to it. */
  #content(line: string): { text: string; continues: boolean } {
    const match = this.#continuation.exec(line);
    return match ? { text: line.slice(0, match.index), continues: true } : { text: line, continues: false };
  }

  #join(
    first: { text: string; continues: boolean },
    start: number,
    firstEnd: number,
    comments: readonly string[],
  ): LogicalLine | undefined {
    const joined = new Joined();
    joined.add(first.text, start);
    const emptyLines: Span[] = [];
    let { continues } = first;
    let end = firstEnd;
    while (continues) {
      const line = this.#next();
      if (!line) break;
      end = line.end;
      if (line.text.trimStart().startsWith("#")) continue;
      if (line.text.trim() === "") {
        emptyLines.push({ start: line.start, end: line.end });
        continue;
      }
      const content = this.#content(line.text);
      joined.add(content.text, line.start);
      ({ continues } = content);
    }
    const heredocs: Heredoc[] = [];
    if (joined.text.trim() === "") return undefined;
    for (const heredoc of this.#announced(joined.text)) {
      const { content, end: last, closed } = this.#heredoc(heredoc);
      end = last;
      heredocs.push({ ...heredoc, content });
      if (closed) continue;
      const name = heredoc.name.slice(0, 40);
      const message = `The heredoc ${name} is never closed: a line with just this word ends it.`;
      this.#problems.push({ at: { start, end: firstEnd }, message });
      break;
    }
    return { start, end, joined, comments, heredocs, emptyLines };
  }

  #announced(line: string): HeredocWord[] {
    if (!line.includes("<<")) return [];
    let parts = splitLine(line, this.#escape);
    if (/^onbuild$/i.test(parts.keyword.text)) parts = splitLine(line, this.#escape, parts.rest.start);
    if (!/^(?:run|copy|add)$/i.test(parts.keyword.text)) return [];
    return Array.isArray(jsonWords(parts.rest)) ? [] : heredocsIn(line);
  }

  #heredoc({ name, chomp }: HeredocWord): { content: Span; end: number; closed: boolean } {
    const start = this.#at;
    for (let line = this.#next(); line; line = this.#next()) {
      const possible = chomp ? line.text.replace(/^\t+/, "") : line.text;
      if (possible === name) return { content: { start, end: line.start }, end: line.end, closed: true };
    }
    const { length } = this.#text;
    return { content: { start, end: length }, end: length, closed: false };
  }
}

/** Matches from the mark that continues a line to its end. */
function continuation(escape: string): RegExp {
  const mark = escape === "\\" ? "\\\\" : "`";
  return new RegExp(`(?<!${mark})${mark}[ \\t]*$`);
}
