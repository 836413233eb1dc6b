// Lists that are put in order when they are looked at.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { OrderedLists } from "../../../src/core/kube/orderedLists.ts";

const row = (uid: string, text = "") => ({ uid, text });
type Row = ReturnType<typeof row>;

function compare(one: Row, other: Row): number {
  return one.uid < other.uid ? -1 : one.uid > other.uid ? 1 : 0;
}

const uids = (rows: readonly Row[] | undefined) => rows?.map(({ uid }) => uid).join();

describe("lists in order", () => {
  it("are sorted when they are asked for, and kept so when something comes", () => {
    let compared = 0;
    const lists = new OrderedLists<Row>((one, other) => {
      compared++;
      return compare(one, other);
    });
    for (const uid of ["3", "1", "2"]) lists.add("odd", row(uid));
    lists.add("other", row("5"));
    assert.equal(compared, 0, "sorted before anybody looked");
    assert.equal(uids(lists.get("odd")), "1,2,3");
    const once = compared;
    lists.get("odd");
    assert.equal(compared, once, "sorted twice");
    lists.add("odd", row("0"));
    assert.deepEqual(
      Array.from(lists, ([key, rows]) => `${key}: ${uids(rows)}`),
      ["odd: 0,1,2,3", "other: 5"],
    );
    assert.equal(lists.has("none"), false);
    assert.equal(lists.get("none"), undefined);
  });

  it("lose a row by its uid, looked at or not, and are gone with their last", () => {
    const lists = new OrderedLists<Row>(compare);
    for (const uid of ["3", "1", "2"]) lists.add("odd", row(uid));
    lists.delete("odd", row("1", "as it was before"));
    assert.equal(uids(lists.get("odd")), "2,3");
    for (const uid of ["4", "3", "3"]) lists.delete("odd", row(uid));
    assert.equal(uids(lists.get("odd")), "2");
    lists.delete("none", row("2"));
    lists.delete("odd", row("2"));
    assert.deepEqual(Array.from(lists), []);
    assert.equal(lists.has("odd"), false);
  });

  it("that somebody was given stay as they are", () => {
    const lists = new OrderedLists<Row>(compare);
    for (const uid of ["3", "1"]) lists.add("odd", row(uid));
    const given = lists.get("odd");
    lists.add("odd", row("2"));
    lists.delete("odd", row("3"));
    assert.equal(uids(given), "1,3");
    assert.equal(uids(lists.get("odd")), "1,2");
  });
});
