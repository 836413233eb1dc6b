// Rows after lists and single changes, in whatever order they come.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import {
  applyEvents,
  emptySnapshot,
  type Snapshot,
  type WatchEvent,
} from "../../../src/core/kube/snapshot.ts";

function row(name: string, phase = "Active"): ObjectRow {
  const kind = kindNamed("Namespace");
  assert.ok(kind);
  return kind.project({ metadata: { name, uid: name }, status: { phase } });
}

const after = (snapshot: Snapshot, ...events: WatchEvent[]) => applyEvents(snapshot, events);
const names = ({ rows }: Snapshot) => Array.from(rows.keys()).join();

describe("a snapshot", () => {
  const { snapshot: listed } = after(
    emptySnapshot,
    { type: "relist" },
    { type: "page", rows: [row("a"), row("b")] },
    { type: "page", rows: [row("c")] },
    { type: "listed" },
  );

  it("is complete after the last page, not before", () => {
    const half = after(emptySnapshot, { type: "relist" }, { type: "page", rows: [row("a")] }).snapshot;
    assert.equal(half.complete, false);
    assert.equal(listed.complete, true);
    assert.equal(names(listed), "a,b,c");
  });

  it("gives each row that changed once, with what it was", () => {
    const { snapshot, changed } = after(
      listed,
      { type: "set", row: row("a", "Terminating") },
      { type: "gone", uid: "a" },
      { type: "set", row: row("d") },
      { type: "set", row: row("b") },
    );
    assert.equal(names(snapshot), "b,c,d");
    assert.deepEqual(
      changed.map(({ uid, before, after: is }) => [uid, before?.name, is?.name]),
      [
        ["a", "a", undefined],
        ["d", undefined, "d"],
      ],
    );
  });

  it("takes away what a new list does not bring, also when that list was begun twice", () => {
    const { snapshot, changed } = after(
      listed,
      { type: "relist" },
      { type: "page", rows: [row("a"), row("b")] },
      { type: "relist" },
      { type: "page", rows: [row("b"), row("e")] },
      { type: "listed" },
    );
    assert.equal(names(snapshot), "b,e");
    assert.deepEqual(changed.map(({ uid }) => uid).sort(), ["a", "c", "e"]);
  });

  it("keeps its rows while a new list is under way", () => {
    const { snapshot } = after(listed, { type: "relist" }, { type: "page", rows: [row("b")] });
    assert.equal(names(snapshot), "a,b,c");
    assert.equal(snapshot.complete, true);
  });

  it("is not touched by what is applied to it, and hands on its rows when nothing changes", () => {
    const same = after(listed, { type: "set", row: row("a") }, { type: "gone", uid: "nobody" });
    assert.deepEqual(same.changed, []);
    assert.equal(same.snapshot.rows, listed.rows);
    after(listed, { type: "gone", uid: "a" });
    assert.equal(names(listed), "a,b,c");
  });
});
