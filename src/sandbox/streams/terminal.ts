// What a person types, as lines: with echo and a little editing when there is a terminal.

export class LineInput {
  readonly #terminal: boolean;
  readonly #echo: (text: string) => void;
  readonly #lines: string[] = [];
  #text = "";
  #ended = false;
  /** Set when Ctrl-C was typed; the reader takes it back. */
  interrupted = false;

  constructor(terminal: boolean, echo: (text: string) => void) {
    this.#terminal = terminal;
    this.#echo = echo;
  }

  /** @returns whether there is news for a reader. */
  push(bytes: Uint8Array): boolean {
    const text = Buffer.from(bytes).toString("utf8");
    if (!this.#terminal) {
      const parts = (this.#text + text).split("\n");
      this.#text = parts.pop() ?? "";
      this.#lines.push(...parts);
      return parts.length > 0;
    }
    for (const letter of text) this.#type(letter);
    return this.#lines.length > 0 || this.#ended || this.interrupted;
  }

  end(): void {
    if (this.#text !== "") this.#lines.push(this.#text);
    this.#text = "";
    this.#ended = true;
  }

  /** A line, undefined at the end, or "wait". */
  take(): { line: string | undefined } | "wait" {
    const line = this.#lines.shift();
    if (line !== undefined) return { line };
    return this.#ended ? { line: undefined } : "wait";
  }

  #type(letter: string): void {
    switch (letter) {
      case "\r":
      case "\n":
        this.#echo("\n");
        this.#lines.push(this.#text);
        this.#text = "";
        break;
      case "\u0003":
        this.#echo("^C\n");
        this.#text = "";
        this.interrupted = true;
        break;
      case "\u0004":
        if (this.#text === "") this.#ended = true;
        break;
      case "\u007f":
      case "\b":
        if (this.#text === "") break;
        this.#text = this.#text.slice(0, -1);
        this.#echo("\b \b");
        break;
      default:
        if (letter < " ") break;
        this.#text += letter;
        this.#echo(letter);
    }
  }
}
