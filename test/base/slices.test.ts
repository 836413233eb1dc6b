// Long work that leaves the thread to others in between.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { systemClock } from "../../src/base/clock.ts";
import { inSlices } from "../../src/base/slices.ts";

describe("work in slices", () => {
  function* steps(count: number, stepMs: number, done: number[]): Generator<void> {
    for (let step = 0; step < count; step++) {
      const endMs = performance.now() + stepMs;
      while (performance.now() < endMs);
      done.push(step);
      yield;
    }
  }

  it("is done before the call returns when it is short", () => {
    let isDone = false;
    inSlices(systemClock, steps(3, 0, []), () => (isDone = true));
    assert.equal(isDone, true);
  });

  it("lets others in between when it is long, and does all of it in its order", async () => {
    const done: number[] = [];
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await new Promise<void>((resolve) => inSlices(systemClock, steps(12, 4, done), resolve));
    isOver = true;
    assert.deepEqual(done, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it("says that it is over when it fails, with the error", () => {
    let isDone = false;
    const failing = (function* (): Generator<void> {
      yield;
      throw new Error("no more");
    })();
    assert.throws(() => inSlices(systemClock, failing, () => (isDone = true)), /no more/);
    assert.equal(isDone, true);
  });

  it("ends where it is when it is disposed", async () => {
    const done: number[] = [];
    let isDone = false;
    inSlices(systemClock, steps(100, 4, done), () => (isDone = true)).dispose();
    const before = done.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(done.length, before);
    assert.equal(isDone, false);
  });
});
