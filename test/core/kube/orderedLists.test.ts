// Lists that are put in order when they are looked at.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { OrderedLists } from "../../../src/core/kube/orderedLists.ts";

describe("lists in order", () => {
  it("are sorted when they are asked for, and again after something came", () => {
    let compared = 0;
    const lists = new OrderedLists<number>((one, other) => {
      compared++;
      return one - other;
    });
    for (const number of [3, 1, 2]) lists.add("odd", number);
    lists.add("other", 5);
    assert.equal(compared, 0, "sorted before anybody looked");
    assert.deepEqual(lists.get("odd"), [1, 2, 3]);
    const once = compared;
    lists.get("odd");
    assert.equal(compared, once, "sorted twice");
    lists.add("odd", 0);
    assert.deepEqual(Array.from(lists), [
      ["odd", [0, 1, 2, 3]],
      ["other", [5]],
    ]);
    assert.equal(lists.has("none"), false);
    assert.equal(lists.get("none"), undefined);
  });
});
