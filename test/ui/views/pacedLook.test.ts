// How often a tree is looked at again, and drawn with it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { PacedLook, type Wish } from "../../../src/ui/rows/kube/pacedLook.ts";
import { manualClock } from "../../manualClock.ts";

describe("a tree that changes all the time", () => {
  function looked() {
    const clock = manualClock();
    const looks: (Wish & { atMs: number })[] = [];
    const paced = new PacedLook(clock, (wish) => {
      looks.push({ ...wish, atMs: clock.elapsed() });
      return [][Symbol.iterator]();
    });
    return { clock, looks, paced };
  }

  it("is looked at at once, then at most four times in any second, at all that changed", () => {
    const { clock, looks, paced } = looked();
    for (let change = 0; change < 500; change++) {
      paced.again(new Set([`pod-${change}`, "node"]));
      if (change === 0) assert.deepEqual(Array.from(looks[0]?.touched ?? []), ["pod-0", "node"]);
      clock.advance(20);
    }
    clock.advance(1_000);
    for (const { atMs } of looks)
      assert.ok(looks.filter((one) => one.atMs >= atMs && one.atMs < atMs + 1_000).length <= 4);
    assert.ok(looks.length > 30, "and not seldom either");
    const all = new Set(looks.flatMap(({ touched }) => Array.from(touched ?? [])));
    assert.equal(all.size, 501, "no change is forgotten");
  });

  it("is drawn at most four times in any second also where the first look takes long", () => {
    const clock = manualClock();
    const drawnMs: number[] = [];
    const paced = new PacedLook(clock, () => {
      if (drawnMs.length === 0) clock.advance(100);
      drawnMs.push(clock.elapsed());
      return [][Symbol.iterator]();
    });
    for (let change = 0; change < 100; change++) {
      paced.again(new Set(["pod"]));
      clock.advance(20);
    }
    for (const atMs of drawnMs)
      assert.ok(drawnMs.filter((one) => one >= atMs && one < atMs + 1_000).length <= 4);
  });

  it("is looked at again after a look that takes several slices, at all that changed meanwhile", () => {
    const clock = manualClock();
    const looks: string[][] = [];
    const paced = new PacedLook(clock, function* ({ touched }) {
      looks.push(Array.from(touched ?? []));
      for (let step = 0; step < 5; step++) {
        clock.advance(20);
        yield;
      }
    });
    paced.again(new Set(["first"]));
    paced.again(new Set(["second"]));
    paced.again(new Set(["third"]));
    assert.deepEqual(looks, [["first"]]);
    clock.advance(2_000);
    assert.deepEqual(looks, [["first"], ["second", "third"]]);
  });

  it("is looked at as a whole when one change may be anywhere, and under rows when one of them asks for it", () => {
    const { clock, looks, paced } = looked();
    paced.again(new Set(["a"]), false);
    paced.again(new Set(["b"]), false);
    paced.again(undefined, true);
    paced.again(new Set(["c"]), false);
    clock.advance(1_000);
    paced.again(new Set(["d"]), false);
    assert.deepEqual(
      looks.map(({ touched, withChildren }) => [touched && Array.from(touched), withChildren]),
      [
        [["a"], false],
        [undefined, true],
        [["d"], false],
      ],
    );
  });
});
