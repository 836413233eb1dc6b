// What a command may ask of the window, in our own words. A new verb needs two callers.
import type { Event } from "../base/event.ts";
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
  /** Takes away all that is shown. */
  clear(): void;
  /** Keys that are pressed in a terminal; an output channel has none. */
  readonly typed: Event<string>;
  readonly closed: Signal;
}

/** A terminal whose other end is ours: what is typed comes out, what is written is shown. */
export interface Console {
  write(text: string): void;
  /** Says what happened in a line of its own, and that the next key closes it. */
  end(note: string): void;
  close(): void;
  readonly typed: Event<string>;
  readonly size: ConsoleSize | undefined;
  readonly resized: Event<ConsoleSize>;
  readonly closed: Signal;
}

export interface ConsoleSize {
  columns: number;
  rows: number;
}

/** A text that lives elsewhere: what is saved goes there. */
export interface LiveDocument {
  /** One of its own for each thing; the last part is the title and ends with the language's extension. */
  path: readonly string[];
  text: string;
  /**
   * Gets what was written, and gives what stands there from now on; undefined when nothing was saved.
   * @throws Trouble which says why it can't be.
   */
  save(text: string): Promise<string | undefined>;
}

export interface Ui {
  pick<T>(
    title: string,
    choices: Choice<T>[] | Promise<Choice<T>[]>,
    placeholder?: string,
  ): Promise<T | undefined>;
  /** Any number of them, those first picked that say so; undefined when dismissed. */
  pickMany<T>(title: string, choices: Choice<T>[], placeholder?: string): Promise<T[] | undefined>;
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
  /** Opens a text that the person changes and saves. */
  edit(document: LiveDocument): Promise<void>;
  /** Opens the difference of two YAML texts. */
  compare(title: string, before: string, after: string): Promise<void>;
  /**
   * Opens a text that grows: `terminal` for logs that the person ends by closing them (colours, bounded
   * scrollback), `output` for the record of a job, kept as an output channel of that name.
   */
  stream(name: string, kind: "terminal" | "output"): Promise<TextStream>;
  /** Opens a terminal that runs `argv` without a shell in between. */
  terminal(name: string, argv: string[], env?: Record<string, string>): void;
  /** Opens a terminal that commands of ours stand behind. */
  console(name: string): Promise<Console>;
  /** Absolute path of the file in the active editor. */
  activeFile(): string | undefined;
  /**
   * A text as the person sees it, edits that are not saved included: the file at `path`, else the active editor's.
   * Undefined without either. `uri` is what the editor calls it, `offset` where the cursor is in the active editor.
   */
  textOf(
    path: string | undefined,
  ): Promise<{ name: string; text: string; uri: string; offset?: number } | undefined>;
  /** Absolute paths in the workspace that match the glob, at most 100, in their order. */
  findFiles(glob: string): Promise<string[]>;
  /** Asks for a file or folder that is there; its absolute path. @param action what the button says. */
  choosePath(what: "file" | "folder", title: string, action: string): Promise<string | undefined>;
  /** Asks for a file and writes the text there; false when dismissed. */
  save(name: string, text: string): Promise<boolean>;
  /** Opens a view or a panel of ours and gives it the keyboard. */
  showView(id: `slipway.${string}`): Promise<void>;
  /** Shows what a target stands for in a view of ours, selected; false where the view does not have it. */
  reveal(view: `slipway.${string}`, target: unknown): Promise<boolean>;
  copy(text: string): Promise<void>;
  openUrl(url: string): Promise<void>;
}
