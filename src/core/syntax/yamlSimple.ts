// A quick reader of the YAML that most manifests are written in: block maps and lists, scalars and braces on one
// line, literal text (`|`). At anything else it gives up, and the full parser reads the text; where it does not, both agree exactly.
import type { ListNode, MapEntry, MapNode, ScalarNode, SyntaxNode } from "./node.ts";

/** Tabs, control and format characters, directives, document ends: nothing that a plain manifest needs. */
const UNUSUAL = /\r(?!\n)|[^\P{Cc}\r\n]|[\u2028\u2029\ufeff\ufffe\uffff]|^(?:%|\.\.\.)/mu;
const KEY = /(?:[A-Za-z0-9_./][\w./+-]*|"[^"\\\r\n]*"|'[^'\r\n]*'):(?=[ \r\n]|$)/y;
const FLOW_KEY = /(?:[A-Za-z0-9_./][\w./+-]*|"[^"\\\r\n]*"|'[^'\r\n]*'):(?= )/y;
/** Up to a colon or hash that may mean something, or the line's end. */
const PLAIN = /[A-Za-z0-9_./$+~(<=;\\^-][^\r\n:#]*(?:(?:(?<! )#|:(?! |\r|\n|$))[^\r\n:#]*)*/y;
const FLOW_PLAIN = /[A-Za-z0-9_./$+~(<=;\\^-][^\r\n:#,[\]{}]*(?::(?=[^ \r\n,[\]{}:])[^\r\n:#,[\]{}]*)*/y;
const DOUBLE_QUOTED = /"[^"\\\r\n]*"/y;
const SINGLE_QUOTED = /'[^'\r\n]*'(?!')/y;
const REST = /(?: *| +#[^\r\n]*)(?=\r?\n|$)/y;
/** A literal text, with its last line break or without. */
const LITERAL = /\|-?(?=\n)/y;
const SPACES = / */y;
const MAXIMUM_DEPTH = 100;

/** @returns undefined for text that is not simple; nothing is said about whether it is right. */
export function parseSimpleYaml(text: string): SyntaxNode | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error === NOT_SIMPLE) return undefined;
    throw error;
  }
}

const NOT_SIMPLE = new Error("This YAML is not simple");

interface Line {
  readonly start: number;
  /** Spaces before its first character. */
  readonly indent: number;
}

class Reader {
  readonly #text: string;
  /** Lines that hold something other than a comment. */
  readonly #lines: Line[] = [];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    for (let start = 0; start < text.length; ) {
      const first = start + this.#match(SPACES, start).length;
      const character = text[first];
      if (character !== undefined && character !== "\n" && character !== "\r" && character !== "#")
        this.#lines.push({ start, indent: first - start });
      const end = text.indexOf("\n", first);
      if (end === -1) break;
      start = end + 1;
    }
  }

  document(): SyntaxNode {
    const marker = this.#lines[0];
    if (marker && this.#text.startsWith("---", marker.start) && marker.indent === 0) {
      this.#endLine(marker.start + 3);
      this.#next = 1;
    }
    const root = this.#block(this.#line());
    if (this.#next < this.#lines.length) throw NOT_SIMPLE;
    return root;
  }

  /** The next line; there must be one. */
  #line(): Line {
    const line = this.#lines[this.#next];
    if (!line) throw NOT_SIMPLE;
    return line;
  }

  #block(line: Line): SyntaxNode {
    const start = line.start + line.indent;
    if (++this.#depth > MAXIMUM_DEPTH) throw NOT_SIMPLE;
    const node = this.#isItem(start) ? this.#list(line.indent) : this.#map(line.indent, start);
    this.#depth--;
    return node;
  }

  #isItem(at: number): boolean {
    return this.#text[at] === "-" && this.#text[at + 1] === " ";
  }

  /** @param start of the first key, which may follow the dash of a list item. */
  #map(column: number, start: number): MapNode {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    let at = start;
    for (;;) {
      const written = this.#match(KEY, at);
      if (written === "") throw NOT_SIMPLE;
      const key = this.#key(at, written.length - 1);
      if (seen.has(key.text) || key.text === "<<") throw NOT_SIMPLE;
      seen.add(key.text);
      const value = this.#value(at + written.length, column);
      entries.push({ key, value, merged: false });
      const line = this.#lines[this.#next];
      if (!line || line.indent < column) break;
      at = line.start + line.indent;
      if (line.indent > column || this.#isItem(at)) throw NOT_SIMPLE;
    }
    const end = entries.at(-1)?.value.end ?? start;
    return { kind: "map", flow: false, entries, start, end };
  }

  /** What follows the colon at `after` - 1; `#next` is moved behind it. */
  #value(after: number, column: number): SyntaxNode {
    const at = after + this.#match(SPACES, after).length;
    const empty = this.#ends(after);
    this.#next++;
    if (!empty) return this.#text[at] === "|" ? this.#literal(at, column) : this.#inline(at);
    const line = this.#lines[this.#next];
    const nested =
      line && (line.indent > column || (line.indent === column && this.#isItem(line.start + column)));
    if (nested) return this.#block(line);
    // Spaces or a comment after the colon move the place of the nothing that follows; the full parser knows how.
    if (at !== after) throw NOT_SIMPLE;
    return { kind: "scalar", text: "", plain: true, start: after, end: after };
  }

  #list(column: number): ListNode {
    const items: SyntaxNode[] = [];
    const first = this.#line();
    const start = first.start + column;
    for (;;) {
      const line = this.#line();
      const dash = line.start + column;
      const at = dash + 1 + this.#match(SPACES, dash + 1).length;
      if (this.#ends(at) || this.#isItem(at)) throw NOT_SIMPLE;
      if (this.#match(KEY, at) !== "") {
        if (++this.#depth > MAXIMUM_DEPTH) throw NOT_SIMPLE;
        items.push(this.#map(at - line.start, at));
        this.#depth--;
      } else {
        this.#next++;
        items.push(this.#text[at] === "|" ? this.#literal(at, column) : this.#inline(at));
      }
      const next = this.#lines[this.#next];
      if (!next || next.indent < column) break;
      if (next.indent > column) throw NOT_SIMPLE;
      if (!this.#isItem(next.start + column)) break;
    }
    return { kind: "list", flow: false, items, start, end: items.at(-1)?.end ?? start };
  }

  /** The lines after a `|` that stand further right than `column`; `#next` is moved behind them. */
  #literal(at: number, column: number): ScalarNode {
    const header = this.#match(LITERAL, at);
    if (header === "") throw NOT_SIMPLE;
    const first = at + header.length + 1;
    const indent = this.#match(SPACES, first).length;
    // Blank lines at the beginning leave open how far the text is indented.
    if (indent <= column || this.#text[first + indent] === "\n") throw NOT_SIMPLE;
    const lines: string[] = [];
    let end = first;
    let blank = 0;
    for (let start = first; start < this.#text.length; ) {
      const stop = this.#text.indexOf("\n", start);
      const spaces = this.#match(SPACES, start).length;
      // The full parser makes one kind of line break of them all.
      if (stop === -1 || this.#text[stop - 1] === "\r") throw NOT_SIMPLE;
      if (start + spaces === stop) {
        if (spaces > indent) throw NOT_SIMPLE;
        blank++;
      } else {
        if (spaces < indent) break;
        for (; blank > 0; blank--) lines.push("");
        lines.push(this.#text.slice(start + indent, stop));
        end = stop + 1;
      }
      start = stop + 1;
    }
    while ((this.#lines[this.#next]?.start ?? end) < end) this.#next++;
    const text = lines.join("\n");
    return { kind: "scalar", text: header === "|" ? `${text}\n` : text, plain: false, start: at, end };
  }

  /** A scalar or braces that end on their line. */
  #inline(at: number): SyntaxNode {
    const character = this.#text[at];
    const node =
      character === "[" || character === "{"
        ? this.#flow(at)
        : (this.#quoted(at) ?? this.#plain(at, this.#match(PLAIN, at)));
    this.#endLine(node.end);
    return node;
  }

  #quoted(at: number): ScalarNode | undefined {
    const character = this.#text[at];
    if (character !== '"' && character !== "'") return undefined;
    const written = this.#match(character === '"' ? DOUBLE_QUOTED : SINGLE_QUOTED, at);
    if (written === "") throw NOT_SIMPLE;
    return { kind: "scalar", text: written.slice(1, -1), plain: false, start: at, end: at + written.length };
  }

  #plain(at: number, written: string): ScalarNode {
    const text = written.replace(/ +$/, "");
    // A lone dash, or a dash and a space, begins a list.
    if (text === "" || text === "-" || text.startsWith("- ")) throw NOT_SIMPLE;
    return { kind: "scalar", text, plain: true, start: at, end: at + text.length };
  }

  #key(at: number, length: number): ScalarNode {
    const written = this.#text.slice(at, at + length);
    const quoted = written.startsWith('"') || written.startsWith("'");
    // Long keys, and those that a marker could be taken for, are left to the full parser.
    if (length > 200 || written.startsWith("---")) throw NOT_SIMPLE;
    return {
      kind: "scalar",
      text: quoted ? written.slice(1, -1) : written,
      plain: !quoted,
      start: at,
      end: at + length,
    };
  }

  #flow(at: number): SyntaxNode {
    if (++this.#depth > MAXIMUM_DEPTH) throw NOT_SIMPLE;
    const node = this.#text[at] === "[" ? this.#flowList(at) : this.#flowMap(at);
    this.#depth--;
    return node;
  }

  #flowList(start: number): ListNode {
    const items: SyntaxNode[] = [];
    let at = this.#skip(start + 1);
    while (this.#text[at] !== "]") {
      const item = this.#flowValue(at);
      items.push(item);
      at = this.#separator(item.end, "]");
    }
    return { kind: "list", flow: true, items, start, end: at + 1 };
  }

  #flowMap(start: number): MapNode {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    let at = this.#skip(start + 1);
    while (this.#text[at] !== "}") {
      const written = this.#match(FLOW_KEY, at);
      if (written === "") throw NOT_SIMPLE;
      const key = this.#key(at, written.length - 1);
      if (seen.has(key.text) || key.text === "<<") throw NOT_SIMPLE;
      seen.add(key.text);
      const value = this.#flowValue(this.#skip(at + written.length));
      entries.push({ key, value, merged: false });
      at = this.#separator(value.end, "}");
    }
    return { kind: "map", flow: true, entries, start, end: at + 1 };
  }

  #flowValue(at: number): SyntaxNode {
    const character = this.#text[at];
    if (character === "[" || character === "{") return this.#flow(at);
    return this.#quoted(at) ?? this.#plain(at, this.#match(FLOW_PLAIN, at));
  }

  /** Steps over a comma to the next item, or stops at the closing bracket. */
  #separator(after: number, closing: string): number {
    const at = this.#skip(after);
    if (this.#text[at] === closing) return at;
    const next = this.#skip(at + 1);
    if (this.#text[at] !== "," || this.#text[next] === closing) throw NOT_SIMPLE;
    return next;
  }

  #skip(at: number): number {
    return at + this.#match(SPACES, at).length;
  }

  #ends(at: number): boolean {
    REST.lastIndex = at;
    return REST.test(this.#text);
  }

  #endLine(at: number): void {
    if (!this.#ends(at)) throw NOT_SIMPLE;
  }

  /** What the sticky `pattern` finds at `at`; empty for nothing. */
  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? "";
  }
}
