// A window for tests: remembers what it was asked and shown, and answers as the test says.
import { never, type Signal } from "../../../src/base/signal.ts";
import type { Choice, Progress, TextStream, Ui } from "../../../src/ui/ui.ts";

export class FakeUi implements Ui {
  readonly documents: { name: string; language: string; text: string }[] = [];
  readonly confirmed: { text: string; detail: string; action: string }[] = [];
  readonly picked: { title: string; labels: string[] }[] = [];
  readonly said: string[] = [];
  readonly streams: { name: string; text: string; close: () => void }[] = [];
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

  async input(): Promise<string | undefined> {
    return undefined;
  }

  async confirm(text: string, detail: string, action: string): Promise<boolean> {
    this.confirmed.push({ text, detail, action });
    return this.sure;
  }

  async say(_kind: string, text: string): Promise<undefined> {
    this.said.push(text);
  }

  progress<T>(
    _title: string,
    work: (progress: Progress, signal: Signal) => Promise<T>,
  ): Promise<T | undefined> {
    return work({ report() {} }, never());
  }

  async document(name: string, language: string, text: string): Promise<void> {
    this.documents.push({ name, language, text });
  }

  async stream(name: string): Promise<TextStream> {
    const closing = new AbortController();
    const shown = { name, text: "", close: () => closing.abort() };
    this.streams.push(shown);
    const add = (text: string) => {
      shown.text += text;
      this.onStreamText();
    };
    return { append: add, note: (text) => add(`-- ${text} --\n`), closed: closing.signal };
  }

  terminal(): void {}

  activeFile(): string | undefined {
    return undefined;
  }

  /** The text of the active editor. */
  active: { name: string; text: string } | undefined;

  async textOf(): Promise<{ name: string; text: string } | undefined> {
    return this.active;
  }

  async findFiles(): Promise<string[]> {
    return [];
  }

  async showView(id: string): Promise<void> {
    this.said.push(`show ${id}`);
  }
  async copy(text: string): Promise<void> {
    this.copied = text;
  }

  async openUrl(): Promise<void> {}
}
