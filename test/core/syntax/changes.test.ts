// Several changes to one tree, as edits that go together.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Change, editsFor } from "../../../src/core/syntax/changes.ts";
import {
  entryOf,
  type ListNode,
  type MapNode,
  nodeAt,
  type SyntaxNode,
} from "../../../src/core/syntax/node.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";

/** The text after the changes; undefined when they can't be made. */
function changed(text: string, changes: (root: MapNode) => Change[]): string | undefined {
  const root = parseYaml(text)[0]?.root;
  assert.ok(root?.kind === "map");
  const edits = editsFor(text, changes(root));
  if (!edits) return undefined;
  let [result, at] = ["", 0];
  for (const edit of edits) {
    assert.ok(edit.start >= at, "edits are in order and apart");
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

const set = (map: MapNode, path: string, value: string | number | boolean): Change => {
  return { kind: "set", map, path: path.split(".") as [string], value };
};
const remove = (node: SyntaxNode | undefined, key: string): Change => {
  const [map, entry] = [node as MapNode, entryOf(node, key)];
  assert.ok(entry);
  return { kind: "remove", map, entry };
};

describe("editsFor", () => {
  it("makes one new map for several settings", () => {
    assert.equal(
      changed("a: 1\n", (root) => [set(root, "b.c", true), set(root, "b.d.e", "x"), set(root, "b.d.f", 2)]),
      "a: 1\nb:\n  c: true\n  d:\n    e: x\n    f: 2\n",
    );
    assert.equal(
      changed("{a: 1}", (root) => [set(root, "b.c", true), set(root, "b.d", 2), set(root, "e", 3)]),
      "{a: 1, b: {c: true, d: 2}, e: 3}",
    );
  });

  it("replaces what is there, fills what is empty, and keeps quotes and comments", () => {
    assert.equal(
      changed("a:\n  b: no # why\n  c: 'x'\n  d:\n", (root) => [
        set(root, "a.b", true),
        set(root, "a.c", "y"),
        set(root, "a.d.e", 1),
      ]),
      "a:\n  b: true # why\n  c: 'y'\n  d:\n    e: 1\n",
    );
  });

  it("puts what comes after the same line into the inner map first", () => {
    assert.equal(
      changed("a:\n  b:\n    c: 1\n", (root) => [
        set(root, "x", 1),
        set(root, "a.w", 2),
        set(root, "a.b.z", 3),
      ]),
      "a:\n  b:\n    c: 1\n    z: 3\n  w: 2\nx: 1\n",
    );
  });

  it("adds to a list, or makes it", () => {
    const add = (root: MapNode): Change[] => [
      { kind: "add", map: root, path: ["a", "drop"], item: "ALL" },
      { kind: "add", map: root, path: ["a", "new"], item: "x" },
      { kind: "add", map: root, path: ["a", "new"], item: "z" },
    ];
    assert.equal(changed("a: {drop: [B]}\n", add), "a: {drop: [B, ALL], new: [x, z]}\n");
    assert.equal(changed("a:\n  drop:\n  - B\n", add), "a:\n  drop:\n  - B\n  - ALL\n  new:\n  - x\n  - z\n");
  });

  it("takes several neighbours out of braces and of lines", () => {
    const neighbours = (root: MapNode) => [
      remove(root, "a"),
      remove(root, "b"),
      remove(root, "d"),
      remove(root, "e"),
    ];
    assert.equal(changed("{a: 1, b: 2, c: 3, d: 4, e: 5}", neighbours), "{c: 3}");
    assert.equal(changed("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", neighbours), "c: 3\n");
  });

  it("writes what is new in the place of all that is taken out", () => {
    const swap = (root: MapNode) => [remove(nodeAt(root, "a"), "b"), set(root, "a.c", 1)];
    assert.equal(changed("a: {b: 1}\n", swap), "a: {c: 1}\n");
    assert.equal(changed("a:\n  b:\n    - 1\n    - 2\nd: 1\n", swap), "a:\n  c: 1\nd: 1\n");
    assert.equal(
      changed("a: {b: 1}\n", (root) => [remove(nodeAt(root, "a"), "b")]),
      "a: {}\n",
    );
  });

  it("takes items out of a list, but not all of them", () => {
    const items =
      (...indexes: number[]) =>
      (root: MapNode) =>
        indexes.map((index): Change => ({ kind: "removeItem", list: nodeAt(root, "a") as ListNode, index }));
    assert.equal(changed("a: [1, 2, 3, 4]\n", items(0, 1, 3)), "a: [3]\n");
    assert.equal(changed("a:\n- 1\n- 2\n- 3\n", items(1, 2)), "a:\n- 1\n");
    assert.equal(changed("a: [1, 2]\n", items(0, 1)), undefined);
  });

  it("refuses to change what a merge key brings in, or a value of another kind", () => {
    assert.equal(
      changed("x: &x {b: 1}\na:\n  <<: *x\n", (root) => [set(root, "a.b", 2)]),
      undefined,
    );
    assert.equal(
      changed("a: text\n", (root) => [set(root, "a.b", 2)]),
      undefined,
    );
    assert.equal(
      changed("a: [1]\n", (root) => [set(root, "a", 2)]),
      undefined,
    );
  });

  it("refuses edits of one text that don't go together, and makes the same one once", () => {
    assert.equal(
      changed("a: 1\n", (root) => [set(root, "a", 2), set(root, "a", 3)]),
      undefined,
    );
    assert.equal(
      changed("a: 1\n", (root) => [set(root, "a", 2), set(root, "a", 2)]),
      "a: 2\n",
    );
  });
});
