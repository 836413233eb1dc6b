// YAML as Kubernetes reads it: places, scalars of YAML 1.1, anchors, and errors at their place.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  booleanOf,
  entriesOf,
  isNull,
  nodeAt,
  numberOf,
  textOf,
  textsOf,
} from "../../../src/core/syntax/node.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";
import { yamlSlices } from "../../../src/core/syntax/yamlSlices.ts";

const root = (text: string) => parseYaml(text)[0]?.root;

/** `message @ the text it points at`, of every problem. */
function problems(text: string): string[] {
  return parseYaml(text).flatMap((document) =>
    document.problems.map(
      ({ at, message }) => `${message} @ ${JSON.stringify(text.slice(at.start, at.end))}`,
    ),
  );
}

describe("parseYaml", () => {
  it("gives every key and value its exact place", () => {
    const text = "a:\n  b: [x, 'y', \"z\"]\n  c: |\n    text\n  d: {e: f}\n# end\n";
    const tree = root(text);
    const part = (...path: (string | number)[]) => {
      const node = nodeAt(tree, ...path);
      return node && text.slice(node.start, node.end);
    };
    assert.equal(part("a", "b"), "[x, 'y', \"z\"]");
    assert.equal(part("a", "b", 1), "'y'");
    assert.equal(part("a", "d", "e"), "f");
    assert.equal(part("a", "c"), "|\n    text\n");
    assert.equal(part("a"), text.slice(5, text.indexOf("\n# end")));
    assert.deepEqual(textsOf(nodeAt(tree, "a", "b")), ["x", "y", "z"]);
    assert.deepEqual(
      entriesOf(nodeAt(tree, "a")).map(({ key }) => text.slice(key.start, key.end)),
      ["b", "c", "d"],
    );
  });

  it("reads scalars as YAML 1.1 has them", () => {
    const tree = root("a: yes\nb: 'yes'\nc: off\nd: ~\ne:\nf: 0755\ng: 1_000\nh: !!str 5\ni: \"\"\n");
    assert.equal(booleanOf(nodeAt(tree, "a")), true);
    assert.equal(booleanOf(nodeAt(tree, "b")), undefined);
    assert.equal(booleanOf(nodeAt(tree, "c")), false);
    assert.ok(isNull(nodeAt(tree, "d")) && isNull(nodeAt(tree, "e")) && isNull(nodeAt(tree, "none")));
    assert.equal(textOf(nodeAt(tree, "f")), "0755");
    assert.equal(numberOf(nodeAt(tree, "g")), 1000);
    assert.equal(numberOf(nodeAt(tree, "h")), undefined);
    assert.equal(textOf(nodeAt(tree, "i")), "");
  });

  it("follows aliases and merge keys; what a map says itself wins", () => {
    const tree = root("base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nall:\n  <<: [*b, *m]\n  y: 5\nalso: *b\n");
    assert.equal(textOf(nodeAt(tree, "all", "x")), "1");
    assert.equal(textOf(nodeAt(tree, "all", "y")), "5");
    assert.equal(textOf(nodeAt(tree, "all", "z")), "3");
    assert.equal(textOf(nodeAt(tree, "also", "y")), "2");
  });

  it("accepts quoted text that continues with too little indentation, as kubectl does", () => {
    for (const text of [
      'a:\n  b: "one\n two"\n  c: d\n',
      "a:\n  b: 'one\ntwo'\n  c: d\n",
      'a:\n  b: "one\r\ntwo \\\r\nthree"\r\n  c: d\r\n',
      "a:\n  b: [\n  one,\n two # ]\n ]\n  c: d\n",
      'a:\n  b: {\nx: "}#",\n  y: 2 }\n  c: d\n',
      'a:\n  - x: "one\ntwo"\n    y: "three\n four"\n  - c\n',
    ]) {
      assert.deepEqual(problems(text), []);
      assert.ok(root(text));
    }
    const text = 'a:\n  b: "one\n two"\n  c: d\n';
    const c = nodeAt(root(text), "a", "c");
    assert.equal(c && text.slice(c.start, c.end), "d");
  });

  it("still reports a quote that is never closed where it is open", () => {
    assert.match(problems('a: "one\nb: two\n')[0] ?? "", /^Missing closing "quote/);
    assert.match(problems('a: "one\nb: "two"\n')[0] ?? "", /^Missing closing "quote/);
    assert.match(problems("a:\n  b: [1, 2\n  c: 3\n")[0] ?? "", /^Flow sequence .* must .* end with a \]/);
  });

  it("reports errors in words, at their place", () => {
    assert.deepEqual(problems("a:\n\tb: c\n"), [
      'YAML is indented with spaces; a tab is not allowed here. @ "\\t"',
    ]);
    assert.match(problems("a: b: c\n")[0] ?? "", /^A second "key: value" on this line/);
    assert.deepEqual(problems("a: *x\n"), ['There is no anchor &x before this alias. @ "*x"']);
    assert.deepEqual(problems("a: &x [*x]\n"), ['The anchor &x holds an alias of itself. @ "*x"']);
    assert.equal(problems("a: [1\n").length, 1);
  });

  it("warns of a key that stands twice, and lets the last one count", () => {
    const text = "a: 1\nb: 2\na: 3\n";
    assert.deepEqual(problems(text), ['"a" stands twice in this map; only the last one counts. @ "a"']);
    assert.equal(parseYaml(text)[0]?.problems[0]?.severity, "warning");
    assert.equal(textOf(nodeAt(root(text), "a")), "3");
  });
});

describe("yamlSlices", () => {
  const slices = (text: string) => yamlSlices(text).map(({ start, end }) => text.slice(start, end));

  it("cuts at the markers and loses nothing", () => {
    assert.deepEqual(slices("a\n---\nb\n--- # c\nd\n---"), ["a\n", "---\nb\n", "--- # c\nd\n", "---"]);
    assert.deepEqual(slices("---\na\r\n---\r\nb"), ["---\na\r\n", "---\r\nb"]);
    assert.deepEqual(slices(""), [""]);
  });

  it("cuts at nothing else", () => {
    for (const text of ["a: ---\n", "a: |\n  ---\n", "----\n", "---x\n"])
      assert.deepEqual(slices(text), [text]);
  });

  it("keeps directives with their document", () => {
    assert.deepEqual(slices("# top\n%YAML 1.1\n---\na\n---\nb\n"), [
      "# top\n%YAML 1.1\n---\na\n",
      "---\nb\n",
    ]);
  });

  it("leaves a byte order mark out", () => {
    assert.deepEqual(slices("\uFEFFa\n"), ["a\n"]);
  });
});
