// What the tree of clusters keeps of objects ends with them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import { forgetGone } from "../../../src/ui/rows/kube/treeIds.ts";

describe("objects that are gone", () => {
  it("leave nothing behind in any of their places, and what only changed stays", () => {
    const row = (uid: string) => ({ uid }) as ObjectRow;
    const ids = ["gone", "changed", "new"].flatMap((uid) =>
      ["", "/held", "/listed"].map((place) => `dev/${uid}${place}`),
    );
    const kept = [new Map(ids.map((id) => [id, "face"])), new Set([...ids, "other/gone"])] as const;
    forgetGone(
      "dev",
      [
        { uid: "gone", before: row("gone") },
        { uid: "changed", before: row("changed"), after: row("changed") },
        { uid: "new", after: row("new") },
      ],
      ...kept,
    );
    const left = ids.filter((id) => !id.startsWith("dev/gone"));
    assert.deepEqual(Array.from(kept[0].keys()), left);
    assert.deepEqual(Array.from(kept[1]), [...left, "other/gone"]);
  });
});
