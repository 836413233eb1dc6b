// The tools of the trade: events, disposables, cancellation, coalescing, troubles.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { sleep } from "../../src/base/clock.ts";
import { coalesce } from "../../src/base/coalesce.ts";
import { Disposables } from "../../src/base/disposables.ts";
import { Emitter } from "../../src/base/event.ts";
import { lazy } from "../../src/base/lazy.ts";
import { causeText } from "../../src/base/log.ts";
import { isAbort } from "../../src/base/signal.ts";
import { harmlessTerminalText } from "../../src/base/terminalText.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { manualClock } from "../manualClock.ts";

describe("Emitter", () => {
  it("tells every listener, also when one throws, and says who failed", () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    const heard: number[] = [];
    emitter.event(() => {
      throw new Error("first");
    });
    emitter.event((value) => heard.push(value));
    emitter.fire(7);
    assert.deepEqual(heard, [7]);
    assert.match(String(errors[0]), /first/);
  });

  it("lets a listener take itself away while it is called", () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const registration = emitter.event(() => {
      calls += 1;
      registration.dispose();
    });
    emitter.event(() => (calls += 1));
    emitter.fire();
    emitter.fire();
    assert.equal(calls, 3);
  });

  it("counts one function registered twice as two listeners", () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const listener = () => void (calls += 1);
    emitter.event(listener).dispose();
    emitter.event(listener);
    emitter.fire();
    assert.equal(calls, 1);
  });
});

describe("Disposables", () => {
  it("ends things in the reverse order of their making", () => {
    const ended: string[] = [];
    const all = new Disposables();
    all.add({ dispose: () => ended.push("a") });
    all.add({ dispose: () => ended.push("b") });
    all.dispose();
    all.dispose();
    assert.deepEqual(ended, ["b", "a"]);
  });

  it("ends at once what comes too late", () => {
    const all = new Disposables();
    all.dispose();
    let ended = false;
    all.add({ dispose: () => (ended = true) });
    assert.ok(ended);
  });
});

describe("coalesce", () => {
  it("runs once for many triggers, and again for later ones", () => {
    const clock = manualClock();
    let runs = 0;
    const coalesced = coalesce(clock, 150, () => (runs += 1));
    for (let i = 0; i < 10; i++) coalesced.trigger();
    clock.advance(149);
    assert.equal(runs, 0);
    clock.advance(1);
    assert.equal(runs, 1);
    coalesced.trigger();
    coalesced.flush();
    assert.equal(runs, 2);
    coalesced.trigger();
    coalesced.dispose();
    clock.advance(1000);
    assert.equal(runs, 2);
  });
});

describe("sleep", () => {
  it("ends early with an AbortError and leaves no timer", async () => {
    const clock = manualClock();
    const cancel = new AbortController();
    const slept = sleep(clock, 1000, cancel.signal);
    cancel.abort();
    await assert.rejects(slept, (error) => isAbort(error));
    assert.deepEqual(clock.waiting(), []);
  });

  it("wakes on time", async () => {
    const clock = manualClock();
    const slept = sleep(clock, 1000, new AbortController().signal);
    clock.advance(1000);
    await slept;
  });
});

describe("Trouble", () => {
  it("is known by its name, so that bundles need not share a class", () => {
    const foreign = Object.assign(new Error("text"), { name: "Trouble", kind: "denied" });
    assert.ok(Trouble.is(foreign));
    assert.ok(Trouble.is(foreign, "denied"));
    assert.ok(!Trouble.is(foreign, "timeout"));
    assert.ok(!Trouble.is(new Error("x")));
  });

  it("gives the first cause of a connection tried on several addresses", () => {
    assert.equal(
      causeText(new AggregateError([new Error("refused on ::1"), new Error("b")])),
      "refused on ::1",
    );
    assert.equal(causeText(undefined), "");
  });
});

describe("lazy", () => {
  class Adder {
    readonly #base = 40;
    async add(value: number): Promise<number> {
      return this.#base + value;
    }
  }

  it("loads at the first call, once", async () => {
    let loads = 0;
    const adder = lazy(async () => {
      loads += 1;
      return new Adder();
    });
    assert.equal(loads, 0);
    assert.deepEqual(await Promise.all([adder.add(1), adder.add(2)]), [41, 42]);
    assert.equal(loads, 1);
    assert.equal(await Promise.resolve(adder), adder);
  });

  it("fails the call when the code can't be loaded, and tries again", async () => {
    let loads = 0;
    const adder = lazy(async () => {
      loads += 1;
      if (loads === 1) throw new Error("no file");
      return new Adder();
    });
    await assert.rejects(adder.add(1), /no file/);
    assert.equal(await adder.add(1), 41);
  });
});

describe("foreign text in a terminal", () => {
  it("keeps colours and lines", () => {
    const text = "\x1b[1;31mred\x1b[0m\tand\r\nmore";
    assert.equal(harmlessTerminalText(text), text);
  });

  it("drops what moves the cursor, sets the title, copies to the clipboard or asks the terminal", () => {
    const hostile =
      "a\x1b[2Jb\x1b]0;title\x07c\x1b]52;c;aGk=\x1b\\d\x1b[6ne\x1bcf\x07g\x9b31mh\x1bP1$q\x1b\\i";
    assert.equal(harmlessTerminalText(hostile), "abcdefg31mhi");
  });
});
