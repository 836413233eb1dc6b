// The quick reader of YAML against the full parser: where it answers, both must say the same.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { parse, stringify } from "yaml";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample } from "../../../src/core/rules/rule.ts";
import { parseAnyYaml } from "../../../src/core/syntax/yaml.ts";
import { parseSimpleYaml } from "../../../src/core/syntax/yamlSimple.ts";
import { yamlSlices } from "../../../src/core/syntax/yamlSlices.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";

/** Mutations of each text; SLIPWAY_FUZZ sets another number. */
const RUNS = Number(process.env["SLIPWAY_FUZZ"] ?? 1500);

const examples = rules
  .filter((rule) => rule.appliesTo === "pod")
  .flatMap((rule) => [readExample(rule.bad).text, rule.good]);

const odd = [
  "a: 1\nb:\n- x\n- y: 1\n  z: 2\n-  w: 3\nc:\n  - [a, 'b', \"c\"]\n  - {d: e, f: [g, {h: i}]}\n",
  "---\n# top\na: b # c\n\n  # odd\nd: 'e'  # f\ng: http://h/i#j\nk: --l=m\n",
  "a:\nb: c\nd: # e\nf:\n  # g\n  h: i\n",
  '- a\n- "b: c"\n- d: e\n  f:\n  - g\n',
  "a: {}\nb: []\nc: {d: {}}\n\"e\": f\n'g h': i\n",
  "a: b: c\n",
  "a: - b\n",
  "a: -\n",
  "a: [b, c: d, {e}, {f: }]\n",
  "a: 'b''c'\nd: \"e\\n\"\n",
  "a:\n    b: 1\n  c: 2\n",
  "a: b\n  c\n",
  "a:\n - b\n - c\n -d\n",
  "a : b\n",
  "a:b\n",
  "? a\n: b\n",
  "a: [1,2,3]\nb: {c: 1,d: 2}\n",
  "a: x y, z] }\n",
  "a: b\r\nc:\r\n  - d\r\n  - e: f\r\n",
];

/** Texts with `|` that are read, and those that are left to the full parser. */
const literals = [
  "a: |\n  b\n  # c\n    d: e\n\n  f\n\n\ng: h\n",
  "a: |-\n    b\n    c\n",
  "a:\n  b: |\n    c\n  # no part of it\n  d: e\n",
  "- |\n b\n- c: |-\n    d\n    - e\n  f: g\n",
  "a:\n- |\n  b\n-  |\n  c\n",
  "a: |\n  b\n# c\n  # d\n",
  "a: |\n  b  \n  c:\n",
  'a: |\n  {{ b }}\n  "c\n',
];
const leftAlone = [
  "a: |\n\n  b\n",
  "a: |+\n  b\n\n",
  "a: |2\n  b\n",
  "a: | # c\n  b\n",
  "a: >\n  b\n  c\n",
  "a: |\n  b",
  "a: |\n  b\n     \n  c\n",
  "a: |\nb: c\n",
  "a: |\n    b\n  c\n",
  "a: |\r\n  b\r\n",
];

function agrees(text: string): boolean {
  const simple = parseSimpleYaml(text);
  if (!simple) return false;
  assert.deepEqual(parseAnyYaml(text), [{ root: simple, problems: [] }]);
  return true;
}

describe("parseSimpleYaml", () => {
  it("reads the examples of the rules, and agrees with the full parser", () => {
    const read = examples.filter((text) => agrees(text));
    assert.equal(read.length, examples.length);
  });

  it("agrees on manifests in other styles", () => {
    const folder = fileURLToPath(new URL("../../../media/demo/manifests/", import.meta.url));
    const files = readdirSync(folder).map((name) => readFileSync(`${folder}${name}`, "utf8"));
    const slices = files.flatMap((text) => yamlSlices(text).map(({ start, end }) => text.slice(start, end)));
    assert.ok(slices.filter((text) => agrees(text)).length > 0);
    for (const text of examples) {
      for (const options of [{ indentSeq: false }, { indent: 4 }, { collectionStyle: "flow" as const }])
        agrees(stringify(parse(text), options));
    }
  });

  for (const text of literals) it(`reads ${JSON.stringify(text)}`, () => assert.ok(agrees(text)));
  for (const text of leftAlone)
    it(`leaves ${JSON.stringify(text)} alone`, () => assert.equal(parseSimpleYaml(text), undefined));
  for (const text of odd) it(`agrees on ${JSON.stringify(text)}`, () => void agrees(text));

  it(`agrees on ${RUNS} mutated texts, and answers for many of them`, function () {
    this.timeout(0);
    const seeds = [...examples, ...odd, ...literals, ...literals, ...leftAlone];
    let answered = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = randomFrom(seed);
      const text = mutate(seeds[random(seeds.length)] ?? "", random);
      for (const { start, end } of yamlSlices(text)) {
        const slice = text.slice(start, end);
        try {
          if (agrees(slice)) answered++;
        } catch (error) {
          throw new Error(`seed ${seed}: ${JSON.stringify(slice)}`, { cause: error });
        }
      }
    }
    assert.ok(answered > RUNS / 10, `${answered} answers`);
  });
});
