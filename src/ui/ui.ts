// What a command may ask of the window, in our own words. A new verb needs two callers.
import type { Signal } from "../base/signal.ts";

export interface Choice<T> {
  label: string;
  description?: string;
  detail?: string;
  icon?: string;
  picked?: boolean;
  value: T;
}

/** Steps of a running job, as its progress notification shows them. */
export interface Progress {
  /** @param fraction 0 to 1 when it is known. */
  report(text: string, fraction?: number): void;
}

/** A text that grows. */
export interface TextStream {
  append(text: string): void;
  /** Says what happened to the stream in a line of its own. */
  note(text: string): void;
  readonly closed: Signal;
}

export interface Ui {
  pick<T>(
    title: string,
    choices: Choice<T>[] | Promise<Choice<T>[]>,
    placeholder?: string,
  ): Promise<T | undefined>;
  /** @param check gives a sentence when the text can't be used. */
  input(options: {
    title: string;
    prompt?: string;
    value?: string;
    placeholder?: string;
    /** What is typed is not shown. */
    secret?: boolean;
    check?(text: string): string | undefined;
  }): Promise<string | undefined>;
  /** A modal question; false when dismissed. */
  confirm(text: string, detail: string, action: string): Promise<boolean>;
  /** A notification; gives the chosen action. */
  say(kind: "info" | "warning" | "error", text: string, ...actions: string[]): Promise<string | undefined>;
  /** Runs `work` with a cancellable progress notification. A Trouble is shown, a cancellation is quiet. */
  progress<T>(
    title: string,
    work: (progress: Progress, signal: Signal) => Promise<T>,
  ): Promise<T | undefined>;
  /** Opens a read-only document. `name` becomes its title; an open one of the same name is refreshed. */
  document(name: string, language: string, text: string): Promise<void>;
  /**
   * Opens a text that grows: `terminal` for logs that the person ends by closing them (colours, bounded
   * scrollback), `output` for the record of a job, kept as an output channel of that name.
   */
  stream(name: string, kind: "terminal" | "output"): Promise<TextStream>;
  /** Opens a terminal that runs `argv` without a shell in between. */
  terminal(name: string, argv: string[], env?: Record<string, string>): void;
  /** Absolute path of the file in the active editor. */
  activeFile(): string | undefined;
  /**
   * A text as the person sees it, edits that are not saved included: the file at `path`, else the active editor's.
   * Undefined without either.
   */
  textOf(path: string | undefined): Promise<{ name: string; text: string } | undefined>;
  /** Absolute paths in the workspace that match the glob, at most 100, in their order. */
  findFiles(glob: string): Promise<string[]>;
  /** Opens a view or a panel of ours and gives it the keyboard. */
  showView(id: `slipway.${string}`): Promise<void>;
  copy(text: string): Promise<void>;
  openUrl(url: string): Promise<void>;
}
