// Manifests as they are sent to a cluster: which objects there are, and why a text can't be sent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readManifest } from "../../../src/core/kube/manifest.ts";

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

function names(source: string): string[] {
  const found = readManifest(source);
  return "problem" in found ? [found.problem] : found.objects.map(({ kind, name }) => `${kind} ${name}`);
}

describe("a manifest", () => {
  it("has the objects of its documents in their order, empty ones passed over", () => {
    assert.deepEqual(names(`---\n# a comment\n---\n${pod("a")}---\n---\n${pod("b")}...\n`), [
      "Pod a",
      "Pod b",
    ]);
  });

  it("may be a list, JSON, with a byte order mark and Windows' line ends", () => {
    assert.deepEqual(
      names(
        `\ufeff${JSON.stringify({
          apiVersion: "v1",
          kind: "List",
          items: [
            { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } },
            { apiVersion: "v1", kind: "Service", metadata: { name: "b", namespace: "ml" } },
          ],
        })}`,
      ),
      ["Pod a", "Service b"],
    );
    assert.deepEqual(names(pod("a").replaceAll("\n", "\r\n")), ["Pod a"]);
  });

  it("is read as Kubernetes reads YAML: 1.1, with merges", () => {
    const found = readManifest(
      `${pod("a")}spec:\n  base: &base {hostNetwork: yes}\n  more:\n    <<: *base\n    mode: 0755\n`,
    );
    assert.ok(!("problem" in found));
    assert.deepEqual(found.objects[0]?.object["spec"], {
      base: { hostNetwork: true },
      more: { hostNetwork: true, mode: 0o755 },
    });
  });

  for (const [source, problem] of [
    ["", "There is no Kubernetes object in it."],
    [
      `${pod("a")}---\nmetadata:\n  name: b\n`,
      "The object at line 6 has no kind: it is no Kubernetes object.",
    ],
    [
      "kind: Pod\nmetadata: {name: b}\n",
      "The object at line 1 has no apiVersion: it is no Kubernetes object.",
    ],
    ["apiVersion: v1\nkind: Pod\n", "The object at line 1 (Pod) has no name: give it metadata.name."],
    [
      "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n",
      "The object at line 1 (Pod) has only generateName, which can't be applied twice: give it metadata.name.",
    ],
    ["- a\n- b\n", "The object at line 1 has no kind: it is no Kubernetes object."],
  ] as const) {
    it(`can't be sent: ${problem}`, () => assert.deepEqual(names(source), [problem]));
  }

  it("says at which line it is no YAML, as of a Helm template", () => {
    const [problem = ""] = names(`${pod("a")}spec:\n  replicas: {{ .Values.replicas }}\n  x: [\n`);
    assert.match(problem, /^Line \d+ is no YAML: /);
  });

  it("is not held up by an alias bomb", () => {
    const rows = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let index = 1; index < 9; index++) {
      const [name, before] = [String.fromCharCode(97 + index), String.fromCharCode(96 + index)];
      rows.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`);
    }
    assert.deepEqual(names(rows.join("\n")), [
      "The object at line 1 has too many aliases: write out what they stand for.",
    ]);
  });

  it("never makes it throw, whatever the text is", () => {
    const pieces = [
      "apiVersion: v1\n",
      "kind: List\n",
      "items:\n",
      "- ",
      "  ",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "<<: ",
      "---\n",
      "\t",
      '"',
      ": ",
      "\u0000",
      "é",
      "? ",
    ];
    let seed = 7;
    const next = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
    for (let round = 0; round < 2_000; round++) {
      const source = Array.from({ length: 1 + next(20) }, () => pieces[next(pieces.length)]).join("");
      readManifest(source);
    }
  });
});
