// A log in a terminal: a bounded ring of lines, and keys that change how it is shown.
import type { App } from "../../../app/app.ts";
import type { LogSink, LogStart } from "../../../app/stores/cluster/port.ts";
import { sleep } from "../../../base/clock.ts";
import { coalesce } from "../../../base/coalesce.ts";
import { never, type Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { count } from "../../../base/words.ts";
import { LogBacklog } from "../../../core/kube/logBacklog.ts";
import {
  colourOf,
  type LogFormat,
  type LogLine,
  LogRing,
  type LogSource,
  passes,
  savedLine,
  shownLine,
} from "../../../core/kube/logRing.ts";
import type { Ui } from "../../ui.ts";

/** Lines that arrive together are shown together; those of several logs in the order of their times. */
const PAUSE_MS = 40;
const MERGE_MS = 250;
/** So many lines do not wait for others, nor so much text. */
const MOST_WAITING = 1_000;
const MOST_WAITING_CHARACTERS = 1024 * 1024;
/** What is made ready for a file in one turn. */
const SAVED_AT_ONCE = 512 * 1024;

const RANGES: readonly [label: string, start: LogStart][] = [
  ["Last 1,000 lines", { tailLines: 1_000 }],
  ["Last 100 lines", { tailLines: 100 }],
  ["Last 10 minutes", { sinceSeconds: 600 }],
  ["Last hour", { sinceSeconds: 3_600 }],
  ["Last day", { sinceSeconds: 86_400 }],
  ["All that is kept", {}],
];
const KEYS = "t: times · f: filter · r: range · s: save";

export interface LogWish {
  /** The terminal's name. */
  name: string;
  /** Several logs: each line says whose it is. */
  isMerged: boolean;
  /** Follows until `signal` fires or there is no more. `source` gives a sink for one more log. */
  follow(start: LogStart, view: LogTarget, signal: Signal): Promise<void>;
}

export interface LogTarget {
  source(label: string): LogSink;
  note(text: string): void;
}

/** Shows it until the person closes the terminal. */
export async function showLog(app: App, ui: Ui, wish: LogWish): Promise<void> {
  const stream = await ui.stream(wish.name, "terminal");
  const ring = new LogRing();
  const format: LogFormat = { timestamps: false, filter: "" };
  const backlog = new LogBacklog();
  let waiting: LogLine[] = [];
  let waitingCharacters = 0;
  const write = (lines: readonly LogLine[]) => {
    let shown = "";
    const flush = () => {
      if (shown !== "") stream.append(shown);
      shown = "";
    };
    for (const line of lines) {
      if (line.source === undefined) {
        flush();
        stream.note(line.text);
      } else shown += `${shownLine(line, line.source, format)}\n`;
    }
    flush();
  };
  const toShow = (lines: readonly LogLine[]) =>
    backlog.add(lines.filter((line) => line.source === undefined || passes(line, format)));
  const collect = () => {
    const lines = waiting;
    waiting = [];
    waitingCharacters = 0;
    toShow(ring.add(lines));
  };
  const show = coalesce(app.clock, wish.isMerged ? MERGE_MS : PAUSE_MS, () => {
    collect();
    next();
  });
  const more = coalesce(app.clock, PAUSE_MS, () => next());
  /** The rest of it comes in turns: a terminal that gets all at once stands still. */
  const next = () => {
    const { passed, lines } = backlog.take();
    if (passed > 0) stream.note(`${count(passed, "line")} came too fast to be shown here`);
    write(lines);
    if (!backlog.isEmpty) more.trigger();
  };
  const add = (line: LogLine) => {
    waiting.push(line);
    waitingCharacters += line.text.length;
    show.trigger();
    if (waiting.length > MOST_WAITING || waitingCharacters > MOST_WAITING_CHARACTERS) collect();
  };
  const note = (text: string) => {
    add({ source: undefined, stamp: undefined, text });
    show.flush();
  };
  const redraw = () => {
    collect();
    stream.clear();
    backlog.clear();
    if (format.filter !== "") stream.note(`Only lines with "${format.filter}"; f changes it`);
    toShow(ring.lines);
    next();
  };
  const target = targetOf(add, note);

  let start: LogStart = { tailLines: 1_000 };
  let again = new AbortController();
  const save = async () => {
    show.flush();
    const gone = ring.dropped === 0 ? "" : ` Of earlier lines ${count(ring.dropped, "line")} had gone.`;
    const lines = Array.from(ring.lines);
    const saved = await ui.save(`${wish.name.replaceAll(/[^\w.-]+/g, "-")}.log`, await savedText(app, lines));
    if (saved) note(`${count(lines.length, "line")} saved.${gone}`);
  };
  const key = async (pressed: string) => {
    if (pressed === "t") {
      format.timestamps = !format.timestamps;
      redraw();
    } else if (pressed === "f") {
      const typed = await ui.input({
        title: "Only lines with…",
        value: format.filter,
        prompt: "Empty shows all.",
      });
      if (typed === undefined) return;
      format.filter = typed.toLowerCase();
      redraw();
    } else if (pressed === "r") {
      const picked = await ui.pick(
        "From when on?",
        RANGES.map(([label, value]) => ({ label, value })),
      );
      if (!picked) return;
      start = picked;
      again.abort();
    } else if (pressed === "s") await save();
  };
  const keys = stream.typed((pressed) => {
    key(pressed).catch((error: unknown) => note(Trouble.is(error) ? error.text : String(error)));
  });
  stream.note(KEYS);
  while (!stream.closed.aborted) {
    const mine = again;
    try {
      await wish.follow(start, target, AbortSignal.any([stream.closed, mine.signal]));
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      note(error.text);
    }
    show.flush();
    // Ended by itself: the person may still look at it, save it, or ask for another range.
    await fired(stream.closed, mine.signal);
    if (stream.closed.aborted) break;
    again = new AbortController();
    ring.clear();
    backlog.clear();
    stream.clear();
    stream.note(KEYS);
  }
  keys.dispose();
  show.dispose();
  more.dispose();
}

/** In slices that leave others their turn. */
async function savedText({ clock }: App, lines: readonly LogLine[]): Promise<string> {
  const parts: string[] = [];
  let characters = 0;
  for (const line of lines) {
    parts.push(savedLine(line));
    characters += line.text.length;
    if (characters < SAVED_AT_ONCE) continue;
    characters = 0;
    await sleep(clock, 0, never());
  }
  return parts.join("");
}

function targetOf(add: (line: LogLine) => void, note: (text: string) => void): LogTarget {
  let sources = 0;
  return {
    note,
    source(label) {
      const source: LogSource = { label, colour: colourOf(sources++) };
      return {
        line: (text, stamp) => add({ source, stamp, text }),
        note: (text) => note(label === "" ? text : `${label}: ${text}`),
      };
    },
  };
}

function fired(...signals: readonly Signal[]): Promise<void> {
  const either = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (either.aborted) resolve();
    else either.addEventListener("abort", () => resolve(), { once: true });
  });
}
