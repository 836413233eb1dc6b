// Texts that grow: a log in a terminal, which ends when the person closes it, and a job's record in an
// output channel.
import * as vscode from "vscode";
import { Emitter } from "../base/event.ts";
import { never } from "../base/signal.ts";
import { harmlessTerminalText } from "../base/terminalText.ts";
import type { TextStream } from "../ui/ui.ts";

/** Unread text kept while the terminal is not open yet; beyond it the oldest goes. */
const keptCharacters = 1_000_000;

/** A log as a terminal without a process behind it. */
export function terminalStream(name: string): TextStream {
  const closing = new AbortController();
  const written = new vscode.EventEmitter<string>();
  const typed = new Emitter<string>();
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
      handleInput: (text: string) => typed.fire(text),
      close() {
        closing.abort();
        written.dispose();
      },
    },
  });
  terminal.show(false);
  return {
    append: (text) => write(harmlessTerminalText(text).replace(/\r?\n/g, "\r\n")),
    note: (text) => write(`\x1b[2m-- ${text} --\x1b[0m\r\n`),
    // Also what has scrolled out of sight.
    clear: () => write("\x1b[2J\x1b[3J\x1b[H"),
    typed: typed.event,
    closed: closing.signal,
  };
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
      clear: () => channel.clear(),
      typed: () => ({ dispose() {} }),
      closed: never(),
    };
  }

  dispose(): void {
    for (const channel of this.#channels.values()) channel.dispose();
  }
}
