// The 15 minutes of a device: gaps stay gaps, old seconds go, and nothing grows.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { History, historySeconds } from "../../../src/core/gpu/history.ts";

const at = (utilisation: number | undefined) => ({ utilisation });
const known = (values: Float32Array) => Array.from(values).filter((value) => !Number.isNaN(value));

describe("the history of a device", () => {
  it("has the newest second last, and NaN where nothing was read", () => {
    const history = new History();
    history.write(1_000, at(1));
    history.write(1_003, at(4));
    const values = history.read("utilisation", 1_003);
    assert.equal(values.length, historySeconds);
    assert.deepEqual(Array.from(values.slice(-4)), [1, Number.NaN, Number.NaN, 4]);
    assert.deepEqual(known(values), [1, 4]);
  });

  it("keeps unknown apart from 0", () => {
    const history = new History();
    history.write(1, at(0));
    history.write(2, at(undefined));
    assert.deepEqual(Array.from(history.read("utilisation", 2).slice(-2)), [0, Number.NaN]);
    assert.deepEqual(known(history.read("powerWatts", 2)), []);
  });

  it("forgets after 15 minutes, also over a pause and over its own length", () => {
    const history = new History();
    for (let second = 1; second <= 2_000; second++) history.write(second, at(second % 100));
    assert.equal(known(history.read("utilisation", 2_000)).length, historySeconds);
    history.write(2_000 + 600, at(7));
    assert.equal(known(history.read("utilisation", 2_600)).length, historySeconds - 600 + 1);
    history.write(10_000, at(8));
    assert.deepEqual(known(history.read("utilisation", 10_000)), [8]);
    assert.deepEqual(known(history.read("utilisation", 10_500)), [8]);
    assert.deepEqual(known(history.read("utilisation", 20_000)), []);
  });

  it("takes nothing from before its last second, as after a clock that was set back", () => {
    const history = new History();
    history.write(10_000, at(1));
    history.write(9_950, at(2));
    assert.deepEqual(known(history.read("utilisation", 10_000)), [1]);
    assert.equal(history.lastSecond, 10_000);
    history.write(10_000 - 3_600, at(3));
    assert.deepEqual(known(history.read("utilisation", 10_000 - 3_600)), [3]);
  });
});
