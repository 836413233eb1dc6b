// What other programs read: SARIF by its own schema, a test report as XML, GitHub's workflow commands.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "mocha";
import { rules } from "../../src/core/rules/index.gen.ts";
import type { Finding } from "../../src/core/syntax/finding.ts";
import type { Report } from "../../src/cli/formats/format.ts";
import { github } from "../../src/cli/formats/github.ts";
import { junit } from "../../src/cli/formats/junit.ts";
import { sarif } from "../../src/cli/formats/sarif.ts";
import { schemas } from "../schemas.ts";
import { findSarifJudge } from "../support/sarif.ts";
import { half, ownFolder, sound } from "./folder.ts";

const at = (line: number, column: number) => ({ line, column });
const finding = (given: Partial<Finding>): Finding => ({
  rule: "GPU003",
  severity: "error",
  range: { start: at(4, 2), end: at(4, 7) },
  message: "It is wrong.",
  fixes: [],
  ...given,
});
const report = (path: string, ...findings: Finding[]): Report => ({
  files: [{ path, text: "a\nb\nc\nd\n  efghij\nk\n", findings }],
  rules,
  version: "1.2.3",
  colour: false,
});
const nasty = 'a & b <c> "d" \u0000\u001b[31m\uFFFE 100%\r\n::error::x,y]]>';

describe("--format sarif", () => {
  const folder = ownFolder();

  it("is what the schema of SARIF 2.1.0 asks for", async function () {
    this.timeout(120_000);
    const judge = await findSarifJudge();
    if (!judge.available) this.skip();
    const judged = (text: string) => {
      assert.ok(!text.includes("null"));
      const run = spawnSync(judge.program, [folder.put("x.sarif", text)], { encoding: "utf8" });
      return `${run.status}${run.stdout}`;
    };
    // Every rule's bad example: all that can be found, with its fixes.
    for (const rule of rules) {
      const name = { dockerfile: "Dockerfile", devcontainer: "devcontainer.json", compose: "compose.yaml" };
      const kind = rule.appliesTo;
      const path = kind in name ? name[kind as keyof typeof name] : "a.yaml";
      // Others have an autoscaler for a server of that name, which may be this one's.
      const bad = rule.id === "SRV011" ? rule.bad.replaceAll("name: llm", "name: alone") : rule.bad;
      folder.put(`${rule.id}/${path}`, bad.replaceAll(/[«»]/g, ""));
      if (kind === "dockerfile" && rule.dockerignore !== undefined)
        folder.put(`${rule.id}/.dockerignore`, rule.dockerignore);
    }
    folder.put(".slipway.yaml", "profile: strict\n");
    folder.put("a b%.yaml", half);
    folder.put("broken.yaml", "kind: Pod\na: [\n");
    const { out } = await folder.run(["check", "--format=sarif", folder.path], { schemas: () => schemas });
    for (const { id, appliesTo } of rules) {
      // Without a cluster nothing is found of one.
      if (appliesTo === "cluster") continue;
      if (out.includes(`"ruleId": "${id}"`)) continue;
      // Another rule's example has what this one's lacks.
      const alone = await folder.run(["check", "--format=sarif", join(folder.path, id)], {
        schemas: () => schemas,
      });
      assert.ok(alone.out.includes(`"ruleId": "${id}"`), id);
      assert.equal(judged(alone.out), "0");
    }
    assert.equal(judged(out), "0");
    assert.equal(judged(sarif({ ...report("x"), files: [] })), "0");
    assert.equal(judged(sarif(report("x", finding({ message: nasty })))), "0");
    // It would notice.
    assert.match(judged(out.replace('"startLine": ', '"startLine": -')), /startLine: Must be greater/);
    assert.match(judged(out.replace('"deletedRegion"', '"removedRegion"')), /unknown field/);
  });

  it("names files so that another machine finds them", () => {
    const uri = (path: string) =>
      JSON.parse(sarif(report(path, finding({})))).runs[0].results[0].locations[0].physicalLocation
        .artifactLocation.uri;
    assert.equal(uri("x/a b#c.yaml"), "x/a%20b%23c.yaml");
    assert.equal(uri("x\\y.yaml"), "x/y.yaml");
    assert.equal(uri("/x/ä.yaml"), "file:///x/%C3%A4.yaml");
    assert.equal(uri("C:\\x\\y.yaml"), "file:///C:/x/y.yaml");
  });
});

describe("--format junit", () => {
  const folder = ownFolder();

  it("has a suite for each file, and a failure for each finding", async () => {
    folder.put("a.yaml", half);
    folder.put("b.yaml", sound);
    const { out, code } = await folder.check("--format=junit", folder.path);
    assert.equal(code, 1);
    const tags = readXml(out);
    assert.deepEqual(
      tags.map(({ name, attributes }) => [name, ...Object.values(attributes).slice(0, 2)].join(" ")),
      [
        "testsuites Slipway 2",
        "testsuite a.yaml 1",
        "testcase GPU003 at 9:27 a.yaml",
        `failure error ${tags[3]?.attributes["message"]}`,
        "testsuite b.yaml 1",
        "testcase no findings b.yaml",
      ],
    );
    assert.deepEqual(tags[2]?.attributes, {
      name: "GPU003 at 9:27",
      classname: "a.yaml",
      file: "a.yaml",
      line: "9",
    });
    assert.match(
      tags[3]?.text ?? "",
      /^a\.yaml:9:27 error GPU003\nnvidia\.com\/gpu must be an integer.*\nsee https:/,
    );
  });

  it("stays XML whatever a file or a message holds", () => {
    const [, , one, failure] = readXml(junit(report(nasty, finding({ message: nasty }))));
    const shown = nasty.replaceAll(/(?![\n\r])\p{Cc}|\uFFFE/gu, "\uFFFD");
    assert.equal(one?.attributes["file"], shown);
    assert.equal(failure?.attributes["message"], shown);
    assert.ok(failure?.text.includes(shown));
    assert.equal(readXml(junit({ ...report("x"), files: [] })).length, 1);
  });
});

describe("--format github", () => {
  const folder = ownFolder();

  it("marks each finding at its place", async () => {
    folder.put("x/a.yaml", half);
    const { out, code } = await folder.check("--format=github", folder.path);
    assert.equal(code, 1);
    const [line, summary] = out.split("\n");
    assert.match(
      line ?? "",
      /^::error file=x\/a\.yaml,line=9,endLine=9,col=27,endColumn=29,title=GPU003::nvidia\.com\/gpu must be an integer.*%0Asee https:\/\/kubernetes\.io\//,
    );
    assert.equal(summary, "1 finding (1 error) in 1 file.");
  });

  it("lets no file and no message end a command or begin another", () => {
    const severe = [
      finding({ severity: "warning", message: nasty }),
      finding({ severity: "information", range: { start: at(0, 1), end: at(2, 0) } }),
    ];
    const lines = github(report("a,b:c%\n.yaml", ...severe)).split("\n");
    assert.equal(lines.length, 4);
    assert.match(
      lines[0] ?? "",
      /^::warning file=a%2Cb%3Ac%25%0A\.yaml,line=5,endLine=5,col=3,endColumn=7,title=GPU003::.* 100%25%0D%0A::error::x,y\]\]>$/,
    );
    assert.equal(lines[1], "::notice file=a%2Cb%3Ac%25%0A.yaml,line=1,endLine=3,title=GPU003::It is wrong.");
  });
});

interface Tag {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Reads XML as strictly as a parser does; throws at anything that none would take. */
function readXml(xml: string): Tag[] {
  const tags: Tag[] = [];
  const open: Tag[] = [];
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  assert.ok(rest.length < xml.length);
  assert.ok(!/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/u.test(rest), "a character that XML has not");
  while (rest !== "") {
    const tag = /^<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>/.exec(rest);
    const text = tag ? undefined : /^[^<]+/.exec(rest);
    assert.ok(tag ?? text, `at ${rest.slice(0, 60)}`);
    rest = rest.slice((tag ?? text)?.[0].length);
    if (text) {
      const last = open.at(-1);
      if (last) last.text += unescaped(text[0]);
      else assert.equal(text[0].trim(), "");
      continue;
    }
    const [, closing, name = "", written = "", empty] = tag ?? [];
    if (closing) {
      assert.equal(open.pop()?.name, name);
      continue;
    }
    const attributes = Array.from(written.matchAll(/(\w+)="([^"]*)"/g), ([, key = "", value = ""]) => {
      assert.ok(!/[\n\r\t]/.test(value), "a parser would make a space of it");
      return [key, unescaped(value)];
    });
    const made = { name, attributes: Object.fromEntries(attributes) as Record<string, string>, text: "" };
    tags.push(made);
    if (!empty) open.push(made);
  }
  assert.equal(open.length, 0);
  return tags;
}

function unescaped(text: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  assert.ok(!text.includes("]]>") && !/\r/.test(text));
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : names[name];
    assert.ok(character !== undefined && whole.endsWith(";"), `the entity ${whole}`);
    return character;
  });
}
