// A log that comes faster than anyone reads: as fast as the node sends it, through the follower and the view.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import { followPods } from "../../../src/app/jobs/podLogs.ts";
import type {
  ClusterConnection,
  LogPlace,
  LogSink,
  LogStart,
  WatchSink,
} from "../../../src/app/stores/cluster/port.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/event.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { Signal } from "../../../src/base/signal.ts";
import { harmlessTerminalText } from "../../../src/base/terminalText.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import { Credentials } from "../../../src/io/kube/credentials.ts";
import { LogFollower } from "../../../src/io/kube/logs.ts";
import { Transport } from "../../../src/io/kube/transport.ts";
import { showLog } from "../../../src/ui/rows/kube/logView.ts";
import type { TextStream, Ui } from "../../../src/ui/ui.ts";
import { isWithin } from "../../support/cpuTime.ts";
import { longestTurn } from "../../support/longestTurn.ts";
import { targetOf } from "../../io/kube/watching.ts";

const MEBIBYTE = 1024 * 1024;

describe("a log at full rate", function () {
  this.timeout(180_000);
  let server: ChildProcess;
  let transport: Transport;
  afterEach(() => {
    transport.dispose();
    server.kill();
  });

  async function serve(bytes: number, longEach: number): Promise<void> {
    const program = fileURLToPath(new URL("./logFlood.ts", import.meta.url));
    server = spawn(process.execPath, [program, String(bytes), String(longEach)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const port = await new Promise<number>((resolve) => server.once("message", resolve));
    const url = `http://127.0.0.1:${port}`;
    transport = new Transport(url, new Credentials(targetOf(url), silentLog), systemClock);
  }

  async function flood(bytes: number, longEach: number) {
    await serve(bytes, longEach);
    const typed = new Emitter<string>();
    const closing = new AbortController();
    let shown = "";
    let look = () => {};
    const untilShown = (wanted: string) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (`${shown}${notes.at(-1) ?? ""}`.slice(-1_000).includes(wanted)) resolve();
        };
        look();
      });
    const notes: string[] = [];
    const stream: TextStream = {
      // As the terminal does it.
      append(text) {
        shown = (shown + harmlessTerminalText(text)).slice(-MEBIBYTE);
        look();
      },
      note(text) {
        notes.push(text);
        look();
      },
      clear() {},
      typed: typed.event,
      closed: closing.signal,
    };
    let saved = "";
    const ui = {
      stream: async () => stream,
      async save(_name: string, text: string) {
        saved = text;
        return true;
      },
    } as unknown as Ui;
    let turn: ReturnType<typeof longestTurn> | undefined;
    const before = heapBytes();
    await new Promise<void>((resolve, reject) => {
      const showing = showLog({ clock: systemClock } as App, ui, {
        name: "flood",
        isMerged: false,
        async follow(start, view, signal) {
          const sink = view.source("");
          turn = longestTurn();
          const place = { namespace: "ml", pod: "p", container: "c", previous: true };
          await new LogFollower(transport, systemClock, () => 0.5, place, sink).follow(start, signal);
          resolve();
        },
      });
      showing.catch(reject);
    });
    await untilShown("the last");
    typed.fire("s");
    await untilShown("saved");
    turn?.stop();
    const grownMiB = (heapBytes() - before) / MEBIBYTE;
    closing.abort();
    return { shown, notes, saved, grownMiB, turnMs: turn?.ms ?? Number.NaN };
  }

  it("is read to its end: 1 GiB, with lines of a mebibyte, in a ring, and no turn is longer than 50 ms", async () => {
    const { shown, notes, saved, grownMiB, turnMs } = await flood(1024 * MEBIBYTE, 100);
    console.log(`      longest turn ${turnMs.toFixed(0)} ms, ${grownMiB.toFixed(0)} MiB kept`);
    assert.ok(isWithin(turnMs, 50), `${turnMs} ms`);
    assert.ok(grownMiB <= 50, `${grownMiB} MiB`);
    assert.ok(/\d+ the last\n$/.test(saved));
    // oxlint-disable-next-line no-control-regex
    assert.ok(/\d+ LONG x+ \x1b\[2m… 1,048,\d+ characters/.test(shown));
    assert.match(notes.at(-1) ?? "", /^[\d,]+ lines saved\. Of earlier lines [\d,]+ lines had gone\.$/);
    assert.ok(notes.some((text) => /^[\d,]+ lines came too fast to be shown here$/.test(text)));
  });

  it("is made harmless and bounded where its lines are short and many", async () => {
    const { shown, saved, grownMiB, turnMs } = await flood(64 * MEBIBYTE, 0);
    console.log(`      longest turn ${turnMs.toFixed(0)} ms, ${grownMiB.toFixed(0)} MiB kept`);
    assert.ok(isWithin(turnMs, 50), `${turnMs} ms`);
    assert.ok(grownMiB <= 50, `${grownMiB} MiB`);
    const numbers = Array.from(saved.matchAll(/ (\d+) epoch red link/g), ([, number]) => Number(number));
    assert.ok(numbers.length >= 19_000);
    for (const [index, number] of numbers.entries()) assert.equal(number, (numbers[0] ?? 0) + index);
    // Colours are all that a terminal may obey.
    assert.ok(shown.includes("epoch \x1b[31mred\x1b[0m link \r progress \ufffd"));
    // oxlint-disable-next-line no-control-regex
    assert.ok(!/[\0\x07\x9b]|\x1b(?!\[[\d;]*m)/.test(shown));
  });

  it("of one container among 200 starves no other: 60 are followed, and each line of the quiet ones is shown", async () => {
    await serve(100 * 1024 * MEBIBYTE, 0);
    const closing = new AbortController();
    const lines = new Map<string, number[]>();
    const notes: string[] = [];
    let noisy = 0;
    let look = () => {};
    const stream: TextStream = {
      append(text) {
        // oxlint-disable-next-line no-control-regex
        for (const [, pod = "", number] of text.matchAll(/\x1b\[\d+m(quiet-\d+)\x1b\[0m quiet line (\d+)\n/g))
          lines.set(pod, [...(lines.get(pod) ?? []), Number(number)]);
        noisy += text.split("epoch").length - 1;
        look();
      },
      note: (text) => void notes.push(text),
      clear() {},
      typed: () => ({ dispose() {} }),
      closed: closing.signal,
    };
    const connection = {
      watch(_kind: unknown, _namespace: unknown, sink: WatchSink) {
        const rows = Array.from({ length: 200 }, (_, index) => ({
          uid: `u${index}`,
          name: index === 0 ? "noisy" : `quiet-${index}`,
          node: "n",
          toFollow: ["main"],
        }));
        sink.onEvents([{ type: "page", rows: rows as unknown as ObjectRow[] }, { type: "listed" }]);
        return { dispose() {} };
      },
      followLogs: (place: LogPlace, start: LogStart, sink: LogSink, signal: Signal) =>
        new LogFollower(transport, systemClock, () => 0.5, place, sink).follow(start, signal),
    } as unknown as ClusterConnection;
    const showing = showLog({ clock: systemClock } as App, { stream: async () => stream } as unknown as Ui, {
      name: "all",
      isMerged: true,
      follow: (start, view, signal) =>
        followPods(
          connection,
          { namespace: "ml", query: undefined, start },
          { source: (pod) => view.source(pod), note: (text) => view.note(text) },
          signal,
        ),
    });
    await new Promise<void>((resolve) => {
      look = () => {
        if (lines.size === 59 && Array.from(lines.values()).every(({ length }) => length >= 20)) resolve();
      };
    });
    closing.abort();
    await showing;
    for (const [pod, numbers] of lines)
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
        `all lines of ${pod}`,
      );
    assert.ok(noisy > 100, "the noisy one is shown too");
    assert.ok(notes.includes("140 more: 60 logs are followed at once, the next when one of them ends."));
    assert.ok(notes.some((text) => text.endsWith("came too fast to be shown here")));
  });
});

/** What is on the heap when the collector has been. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
