// Texts that grow: a log in a terminal, which ends when the person closes it, and a job's record in an
// output channel.
import * as vscode from "vscode";
import { never } from "../base/signal.ts";
import type { TextStream } from "../ui/ui.ts";

/** Unread text kept while the terminal is not open yet; beyond it the oldest goes. */
const keptCharacters = 1_000_000;

/** A log as a terminal without a process behind it. */
export function terminalStream(name: string): TextStream {
  const closing = new AbortController();
  const written = new vscode.EventEmitter<string>();
  let waiting: string[] | undefined = [];
  let waitingLength = 0;
  const write = (text: string) => {
    if (!waiting) return written.fire(text);
    waiting.push(text);
    waitingLength += text.length;
    while (waitingLength > keptCharacters && waiting.length > 1)
      waitingLength -= waiting.shift()?.length ?? 0;
  };
  const terminal = vscode.window.createTerminal({
    name,
    iconPath: new vscode.ThemeIcon("output"),
    isTransient: true,
    pty: {
      onDidWrite: written.event,
      open() {
        const kept = waiting ?? [];
        waiting = undefined;
        for (const text of kept) written.fire(text);
      },
      close() {
        closing.abort();
        written.dispose();
      },
    },
  });
  terminal.show(false);
  return {
    append: (text) => write(harmless(text).replace(/\r?\n/g, "\r\n")),
    note: (text) => write(`\x1b[2m-- ${text} --\x1b[0m\r\n`),
    closed: closing.signal,
  };
}

/** Colours pass; escapes that move the cursor, set titles or talk to the terminal do not. */
function harmless(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for
      .replace(/\x1b\[(?![0-9;]*m)[0-?]*[ -/]*[@-~]/g, "")
      .replace(/\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?/g, "")
      .replace(/\x1b(?!\[)[ -~]?/g, "")
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x9b]/g, "")
  );
}

/** Output channels by name: a second job of the same name writes into the same channel. */
export class OutputStreams implements vscode.Disposable {
  readonly #channels = new Map<string, vscode.OutputChannel>();

  open(name: string): TextStream {
    const channel = this.#channels.get(name) ?? vscode.window.createOutputChannel(name);
    this.#channels.set(name, channel);
    channel.clear();
    channel.show(true);
    return {
      append: (text) => channel.append(text),
      note: (text) => channel.appendLine(`-- ${text} --`),
      closed: never(),
    };
  }

  dispose(): void {
    for (const channel of this.#channels.values()) channel.dispose();
  }
}
