// Rows after lists and single changes, in whatever order they come.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KnownRows } from "../../../src/core/kube/knownRows.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";

function row(name: string, phase = "Active"): ObjectRow {
  const kind = kindNamed("Namespace");
  assert.ok(kind);
  return kind.project({ metadata: { name, uid: name }, status: { phase } });
}

describe("rows of a kind", () => {
  let known: KnownRows;
  const names = () => Array.from(known.rows.keys()).join();

  beforeEach(() => {
    known = new KnownRows();
    known.apply([
      { type: "relist" },
      { type: "page", rows: [row("a"), row("b")] },
      { type: "page", rows: [row("c")] },
      { type: "listed" },
    ]);
  });

  it("are complete after the last page, not before", () => {
    const half = new KnownRows();
    half.apply([{ type: "relist" }, { type: "page", rows: [row("a")] }]);
    assert.deepEqual([half.isComplete, half.isListing], [false, true]);
    assert.deepEqual([known.isComplete, known.isListing], [true, false]);
    assert.equal(names(), "a,b,c");
  });

  it("are told once each when they changed, with what they were", () => {
    const changed = known.apply([
      { type: "set", row: row("a", "Terminating") },
      { type: "gone", uid: "a" },
      { type: "set", row: row("d") },
      { type: "set", row: row("b") },
    ]);
    assert.equal(names(), "b,c,d");
    assert.deepEqual(
      changed.map(({ uid, before, after }) => [uid, before?.status, after?.name]),
      [
        ["a", "Active", undefined],
        ["d", undefined, "d"],
      ],
    );
  });

  it("are not told when they came and went at once", () => {
    assert.deepEqual(
      known.apply([
        { type: "set", row: row("d") },
        { type: "gone", uid: "d" },
      ]),
      [],
    );
  });

  it("are gone when a new list does not bring them, also when that list was begun twice", () => {
    const changed = known.apply([
      { type: "relist" },
      { type: "page", rows: [row("a"), row("b")] },
      { type: "relist" },
      { type: "page", rows: [row("b"), row("e")] },
      { type: "listed" },
    ]);
    assert.equal(names(), "b,e");
    assert.deepEqual(changed.map(({ uid }) => uid).sort(), ["a", "c", "e"]);
  });

  it("stay while a new list is under way", () => {
    known.apply([{ type: "relist" }, { type: "page", rows: [row("b")] }]);
    assert.equal(names(), "a,b,c");
    assert.equal(known.isComplete, true);
  });

  it("are the same things when nothing of them changes", () => {
    const before = Array.from(known.rows.values());
    assert.deepEqual(
      known.apply([
        { type: "set", row: row("a") },
        { type: "gone", uid: "nobody" },
      ]),
      [],
    );
    for (const [index, one] of Array.from(known.rows.values()).entries()) assert.equal(one, before[index]);
  });
});
