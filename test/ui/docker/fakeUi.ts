// A window that a test answers for: it keeps what was shown, and gives the prepared answers in order.
import { never } from "../../../src/base/signal.ts";
import type { Ui } from "../../../src/ui/ui.ts";

export interface FakeUi extends Ui {
  /** Everything that was asked or shown, a line each. */
  shown: string[];
  /** Texts of the streams, by name. */
  streams: Map<string, string>;
}

/**
 * @param answers for each question in order: the label of a choice, a text, an action, true or false.
 */
export function fakeUi(
  answers: (string | boolean | undefined)[] = [],
  files: string[] = [],
  active?: string,
): FakeUi {
  const shown: string[] = [];
  const streams = new Map<string, string>();
  const next = (): string | boolean | undefined => answers.shift();
  return {
    shown,
    streams,
    async pick(title, choices) {
      const all = await choices;
      shown.push(`pick ${title} [${all.map((choice) => choice.label).join(" | ")}]`);
      const answer = next();
      return all.find((choice) => choice.label === answer)?.value;
    },
    async input(options) {
      const { title, value } = options;
      const answer = next();
      const text = answer === true ? value : (answer as string | undefined);
      const problem = text === undefined ? undefined : options.check?.(text);
      shown.push(
        `input ${title} (${value ?? ""}) -> ${text ?? "dismissed"}${problem === undefined ? "" : ` ! ${problem}`}`,
      );
      return problem === undefined ? text : undefined;
    },
    async confirm(text, detail, action) {
      shown.push(`confirm ${text} ${detail} [${action}]`);
      return next() === true;
    },
    async say(kind, text, ...actions) {
      shown.push(`${kind} ${text}${actions.length > 0 ? ` [${actions.join(" | ")}]` : ""}`);
      return actions.length > 0 ? (next() as string | undefined) : undefined;
    },
    async progress(title, work) {
      shown.push(`progress ${title}`);
      try {
        return await work({ report() {} }, never());
      } catch (error) {
        shown.push(`trouble ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    },
    async choosePath(what, title) {
      shown.push(`${what} ${title}`);
      return next() as string | undefined;
    },
    async document(name) {
      shown.push(`document ${name}`);
    },
    async stream(name, kind) {
      shown.push(`stream ${kind} ${name}`);
      streams.set(name, "");
      const add = (text: string) => void streams.set(name, (streams.get(name) ?? "") + text);
      return {
        append: add,
        note: (text) => add(`-- ${text} --\n`),
        clear() {},
        typed: () => ({ dispose() {} }),
        closed: never(),
      };
    },
    terminal(name, argv) {
      shown.push(`terminal ${name}: ${JSON.stringify(argv)}`);
    },
    console: () => Promise.reject(new Error("no terminal here")),
    activeFile: () => active,
    textOf: async () => undefined,
    findFiles: async () => files,
    save: async () => false,
    edit: async () => {},
    compare: async () => {},
    async showView(id) {
      shown.push(`show ${id}`);
    },
    reveal: async () => true,
    pickMany: async () => undefined,
    async copy(text) {
      shown.push(`copy ${text}`);
    },
    async openUrl(url) {
      shown.push(`open ${url}`);
    },
  };
}
