// A window for tests: remembers what it was asked and shown, and answers as the test says.
import { never, type Signal } from "../../../src/base/signal.ts";
import { Emitter } from "../../../src/base/event.ts";
import type {
  Choice,
  Console,
  ConsoleSize,
  LiveDocument,
  Progress,
  TextStream,
  Ui,
} from "../../../src/ui/ui.ts";

/** A terminal as a person has it before them. */
export class FakeConsole implements Console {
  readonly name: string;
  readonly #typed = new Emitter<string>();
  readonly #resized = new Emitter<ConsoleSize>();
  readonly #closing = new AbortController();
  readonly #onText: () => void;
  readonly typed = this.#typed.event;
  readonly resized = this.#resized.event;
  readonly closed = this.#closing.signal;
  size: ConsoleSize = { columns: 101, rows: 31 };
  text = "";
  ended: string | undefined;

  constructor(name: string, onText: () => void) {
    this.name = name;
    this.#onText = onText;
  }

  write(text: string): void {
    this.text += text;
    this.#onText();
  }

  end(note: string): void {
    this.ended = note;
    this.#onText();
  }

  close(): void {
    this.#closing.abort();
    this.#onText();
  }

  type(text: string): void {
    this.#typed.fire(text);
  }

  resize(columns: number, rows: number): void {
    this.size = { columns, rows };
    this.#resized.fire(this.size);
  }
}

export class FakeUi implements Ui {
  readonly documents: { name: string; language: string; text: string }[] = [];
  readonly confirmed: { text: string; detail: string; action: string }[] = [];
  readonly picked: { title: string; labels: string[] }[] = [];
  readonly said: string[] = [];
  readonly streams: { name: string; text: string; close: () => void; type: (key: string) => void }[] = [];
  copied: string | undefined;
  sure = true;
  /** Labels to pick, in order; without one the first choice is taken. */
  answers: string[] = [];
  onStreamText: () => void = () => {};

  async pick<T>(title: string, choices: Choice<T>[] | Promise<Choice<T>[]>): Promise<T | undefined> {
    const all = await choices;
    this.picked.push({ title, labels: all.map((choice) => choice.label) });
    const wanted = this.answers.shift();
    return (wanted === undefined ? all[0] : all.find((choice) => choice.label === wanted))?.value;
  }

  /** Labels that are ticked in the next question that takes several; undefined takes those that are offered so. */
  ticked: string[] | undefined;
  readonly pickedMany: { title: string; labels: string[]; ticked: string[] }[] = [];

  async pickMany<T>(title: string, choices: Choice<T>[]): Promise<T[] | undefined> {
    const before = choices.filter(({ picked }) => picked).map(({ label }) => label);
    this.pickedMany.push({ title, labels: choices.map(({ label }) => label), ticked: before });
    const wanted = this.ticked ?? before;
    return choices.filter(({ label }) => wanted.includes(label)).map(({ value }) => value);
  }

  /** What is typed into the next question. */
  typed: string | undefined;
  /** What was said of texts that can't be used. */
  readonly refused: string[] = [];

  async input(options: { check?(text: string): string | undefined }): Promise<string | undefined> {
    const sentence = this.typed === undefined ? undefined : options.check?.(this.typed);
    if (sentence === undefined) return this.typed;
    this.refused.push(sentence);
    return undefined;
  }

  async confirm(text: string, detail: string, action: string): Promise<boolean> {
    this.confirmed.push({ text, detail, action });
    return this.sure;
  }

  /** The button that is pressed where a notification has it. */
  chosenAction: string | undefined;

  async say(_kind: string, text: string, ...actions: string[]): Promise<string | undefined> {
    this.said.push(text);
    return actions.find((action) => action === this.chosenAction);
  }

  progress<T>(
    _title: string,
    work: (progress: Progress, signal: Signal) => Promise<T>,
  ): Promise<T | undefined> {
    const report = (text: string) => {
      this.reported.push(text);
      this.onReport(text);
    };
    return work({ report }, this.cancelled);
  }

  /** What progress notifications said, in order. */
  readonly reported: string[] = [];
  onReport: (text: string) => void = () => {};
  /** Cancels what has a progress notification. */
  cancelled: Signal = never();

  async document(name: string, language: string, text: string): Promise<void> {
    this.documents.push({ name, language, text });
  }

  async stream(name: string): Promise<TextStream> {
    const closing = new AbortController();
    const typed = new Emitter<string>();
    const shown = { name, text: "", close: () => closing.abort(), type: (key: string) => typed.fire(key) };
    this.streams.push(shown);
    const add = (text: string) => {
      shown.text += text;
      this.onStreamText();
    };
    const clear = () => void (shown.text = "");
    const note = (text: string) => add(`-- ${text} --\n`);
    return { append: add, note, clear, typed: typed.event, closed: closing.signal };
  }

  terminal(): void {}

  readonly consoles: FakeConsole[] = [];
  onConsoleText: () => void = () => {};

  async console(name: string): Promise<FakeConsole> {
    const console = new FakeConsole(name, () => this.onConsoleText());
    this.consoles.push(console);
    return console;
  }

  activeFile(): string | undefined {
    return undefined;
  }

  /** The text of the active editor. */
  active: { name: string; text: string; offset?: number } | undefined;

  async textOf(): Promise<{ name: string; text: string; uri: string; offset?: number } | undefined> {
    return this.active && { ...this.active, uri: `file:///${this.active.name}` };
  }

  async findFiles(): Promise<string[]> {
    return [];
  }

  readonly edited: LiveDocument[] = [];

  async edit(document: LiveDocument): Promise<void> {
    this.edited.push(document);
  }

  readonly compared: { title: string; before: string; after: string }[] = [];

  async compare(title: string, before: string, after: string): Promise<void> {
    this.compared.push({ title, before, after });
  }

  /** The path that is chosen, of a file or folder. */
  path: string | undefined;
  readonly asked: string[] = [];

  async choosePath(what: string, title: string, action: string): Promise<string | undefined> {
    this.asked.push(`${what}: ${title} [${action}]`);
    return this.path;
  }

  readonly saved: { name: string; text: string }[] = [];

  async save(name: string, text: string): Promise<boolean> {
    this.saved.push({ name, text });
    return true;
  }

  async showView(id: string): Promise<void> {
    this.said.push(`show ${id}`);
  }
  readonly revealed: unknown[] = [];
  /** What the view has. */
  has: (target: unknown) => boolean | Promise<boolean> = () => true;
  async reveal(_view: string, target: unknown): Promise<boolean> {
    if (!(await this.has(target))) return false;
    this.revealed.push(target);
    return true;
  }
  async copy(text: string): Promise<void> {
    this.copied = text;
  }

  async openUrl(): Promise<void> {}
}
