// A terminal that a command of ours stands behind, such as a shell in a pod.
import * as vscode from "vscode";
import { Emitter } from "../base/event.ts";
import type { Console, ConsoleSize } from "../ui/ui.ts";

/** Resolves once the terminal is there and has a size. */
export function openConsole(name: string): Promise<Console> {
  const written = new vscode.EventEmitter<string>();
  const ending = new vscode.EventEmitter<void>();
  const typed = new Emitter<string>();
  const resized = new Emitter<ConsoleSize>();
  const closing = new AbortController();
  let size: ConsoleSize | undefined;
  let hasEnded = false;
  // An end of ours is no act of the person, so the terminal does not tell of it.
  const close = () => {
    ending.fire();
    closing.abort();
  };
  return new Promise((resolve) => {
    const console: Console = {
      write: (text) => written.fire(text),
      end(note) {
        hasEnded = true;
        written.fire(`\r\n\x1b[2m-- ${note} Press any key to close. --\x1b[0m\r\n`);
      },
      close,
      typed: typed.event,
      get size() {
        return size;
      },
      resized: resized.event,
      closed: closing.signal,
    };
    const pty: vscode.Pseudoterminal = {
      onDidWrite: written.event,
      onDidClose: ending.event,
      open(dimensions) {
        size = dimensions;
        resolve(console);
      },
      handleInput(text) {
        if (hasEnded) close();
        else typed.fire(text);
      },
      setDimensions({ columns, rows }) {
        size = { columns, rows };
        resized.fire(size);
      },
      close() {
        closing.abort();
        written.dispose();
        ending.dispose();
      },
    };
    const iconPath = new vscode.ThemeIcon("terminal");
    vscode.window.createTerminal({ name, iconPath, isTransient: true, pty }).show(false);
  });
}
