// Every snippet, expanded as a person who only presses Tab has it: it parses, our rules find nothing in it, and
// each of its fields is one that the API has, as extracts of the projects' own schemas say.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { describe, it } from "mocha";
import { check } from "../src/core/rules/check.ts";
import { fileKind } from "../src/core/rules/fileKind.ts";
import { rules } from "../src/core/rules/index.gen.ts";
import { areas } from "../src/manifest/snippets.ts";
import { root } from "./sources.ts";
import { expand } from "./support/snippets/expand.ts";
import { type FieldFacts, type Fields, misfits } from "./support/snippets/fields.ts";
import { fileNameOf, objectsOf, type Snippet, snippets } from "./support/snippets/kinds.ts";

const all = snippets();
const extracts = join(root, "test", "golden", "fields");
const facts = new Map<string, Fields>(
  readdirSync(extracts).flatMap((name) =>
    Object.entries((JSON.parse(readFileSync(join(extracts, name), "utf8")) as FieldFacts).kinds),
  ),
);

/** Files of others, in which our rules look for nothing. */
const foreign = [".github/workflows/deploy.yaml", ".gitlab-ci.yml"];

/** RDMA needs IPC_LOCK, which the level baseline refuses, and which has no effect for a user who is not root. */
const pinsMemory = ["slipway-rdma-job", "slipway-rdma-sriov"];
/** Their images run as root: vLLM's keeps the weights in root's home. */
const asRoot = [...pinsMemory, "slipway-model-server", "slipway-linkerd", "slipway-lws"];

function findingsIn({ text }: { text: string }, path: string): string[] {
  const findings = check({ path, text, settings: { levels: {} }, rules });
  return findings.map((one) => `${one.range.start.line + 1}: ${one.rule} ${one.message}`);
}

describe("snippets", () => {
  for (const snippet of all) {
    describe(`${snippet.prefix} (${snippet.language})`, () => {
      it("says what it is", () => {
        assert.equal(snippet.siblings, 1, "one snippet in a file");
        assert.match(snippet.prefix, /^slipway-[a-z0-9]+(?:-[a-z0-9]+)*$/);
        assert.match(snippet.title, /^(?:[A-Z]|vLLM ).*[^.]$/);
        assert.match(snippet.description, /^(?:[A-Z]|vLLM\b).*\.$/);
        assert.ok(areas.includes(snippet.area), `no area named ${snippet.area}`);
        assert.ok(snippet.isFileTemplate, "VS Code's Fill File with Snippet offers what says it is a file");
      });
      it("has tab stops from 1 on without a gap, in the order of the text, and ends at the end", () => {
        const first = snippet.stops.filter((stop, index) => snippet.stops.indexOf(stop) === index);
        const count = first.length - 1;
        const expected = [...Array.from({ length: count }, (_, index) => index + 1), 0];
        assert.deepEqual(first, expected);
        assert.ok(snippet.body.endsWith("\n$0"));
      });
      it("parses, and our rules find nothing", () => {
        const path = fileNameOf(snippet);
        assert.ok(path, `no file name for ${snippet.language}`);
        if (!foreign.includes(path))
          assert.ok(fileKind(path, snippet.text), "the rules do not know the file");
        assert.deepEqual(findingsIn(snippet, path), []);
      });
      if (snippet.language === "yaml")
        it("has pods that Pod Security takes, as far as their images and devices let them", () => {
          const level = asRoot.includes(snippet.prefix) ? "baseline" : "restricted";
          const podSecurity = { level, version: "latest" } as const;
          const path = fileNameOf(snippet);
          const findings = check({ path, text: snippet.text, settings: { levels: {}, podSecurity }, rules });
          const refused = findings.map((one) => `${one.rule}`);
          assert.deepEqual(refused, pinsMemory.includes(snippet.prefix) ? ["PSA003"] : []);
        });
      if (snippet.language !== "dockerfile")
        it("uses fields that there are", () => {
          const objects = objectsOf(snippet);
          assert.ok(objects.length > 0);
          for (const { kind, value } of objects) {
            const fields = facts.get(kind);
            assert.ok(fields, `no extract for ${kind}: npm run fields`);
            assert.deepEqual(misfits(value, fields), [], kind);
          }
        });
      for (const [stop, choice] of otherChoices(snippet))
        it(`stays right with ${choice} chosen at ${stop}`, () => {
          const other = expand(chosen(snippet.body, stop, choice));
          const path = fileNameOf(snippet);
          assert.deepEqual(findingsIn(other, path), []);
          for (const { kind, value } of objectsOf({ ...snippet, ...other }))
            assert.deepEqual(misfits(value, facts.get(kind) ?? { open: true }), [], kind);
        });
    });
  }

  it("of YAML stay out of files that are something else", () => {
    const files = ["compose.gpu.yaml", ".gitlab-ci.yml", ".github/workflows/build.yaml", "job.yaml"];
    const offered = files.map((file) =>
      all.filter(
        ({ language, exclude }) => language === "yaml" && !exclude.some((one) => matchesGlob(file, one)),
      ),
    );
    assert.deepEqual(offered[0], []);
    assert.deepEqual(
      offered.slice(1, 3).map((those) => those.map(({ prefix }) => prefix)),
      [["slipway-gitlab-ci"], ["slipway-github-actions"]],
    );
    assert.equal(offered[3]?.length, all.filter(({ language }) => language === "yaml").length);
  });
  it("have prefixes of their own", () => {
    const prefixes = all.map((snippet) => snippet.prefix);
    assert.deepEqual(
      prefixes.filter((prefix, index) => prefixes.indexOf(prefix) !== index),
      [],
    );
  });
});

/** Each option of a choice but the first, which is the default. */
function otherChoices({ body }: Snippet): [stop: string, option: string][] {
  return [...body.matchAll(/\$\{(\d+)\|([^|]*)\|\}/g)].flatMap(([, stop = "", options = ""]) =>
    options
      .split(",")
      .slice(1)
      .map((option): [string, string] => [stop, option]),
  );
}

function chosen(body: string, stop: string, option: string): string {
  return body.replaceAll(new RegExp(`\\$\\{${stop}\\|[^|]*\\|\\}`, "g"), `\${${stop}|${option}|}`);
}

describe("snippets, broken on purpose", () => {
  const broken = (prefix: string, from: string, to: string): string[] => {
    const snippet = all.find((one) => one.prefix === prefix);
    assert.ok(snippet);
    assert.ok(snippet.text.includes(from), `${prefix} has no ${from}`);
    const objects = objectsOf({ ...snippet, text: snippet.text.replaceAll(from, to) });
    return objects.flatMap(({ kind, value }) => misfits(value, facts.get(kind) ?? {}));
  };

  it("notice a field that is spelt wrongly", () =>
    assert.deepEqual(broken("slipway-raycluster", "rayVersion", "rayVersoin"), [
      "spec.rayVersoin: no such field",
    ]));
  it("notice a field in a pod template", () =>
    assert.deepEqual(broken("slipway-jobset", "mountPath: /dev/shm", "path: /dev/shm"), [
      "spec.replicatedJobs[0].template.spec.template.spec.containers[0].volumeMounts[1]: mountPath is missing",
      "spec.replicatedJobs[0].template.spec.template.spec.containers[0].volumeMounts[1].path: no such field",
    ]));
  it("notice a value that the API does not have", () =>
    assert.deepEqual(broken("slipway-istio-mtls", "mode: STRICT", "mode: STRONG"), [
      "spec.mtls.mode: STRONG is none of UNSET, DISABLE, PERMISSIVE, STRICT",
    ]));
  it("notice a number where a text is due", () =>
    assert.deepEqual(broken("slipway-pytorchjob", 'nprocPerNode: "4"', "nprocPerNode: 4"), [
      "spec.nprocPerNode: integer where string is due",
    ]));
  it("notice a mistake in a configuration that stands in a text", () =>
    assert.deepEqual(broken("slipway-time-slicing", "replicas:", "replica:"), [
      "sharing.timeSlicing.resources[0]: replicas is missing",
      "sharing.timeSlicing.resources[0].replica: no such field",
    ]));
  it("notice a mistake in the object of a trial", () =>
    assert.deepEqual(broken("slipway-katib", "backoffLimit", "backofLimit"), [
      "spec.backofLimit: no such field",
    ]));
  it("notice a dollar that VS Code would take for a variable", () =>
    assert.throws(() => expand("echo $HOME"), /not escaped/));
  it("notice two defaults of one tab stop", () =>
    assert.throws(() => expand("${1:a} ${1:b}"), /two defaults: a and b/));
});

describe("expanding a snippet", () => {
  it("gives defaults, first choices, mirrors before and after, and escaped signs", () =>
    assert.deepEqual(expand("$1 ${2|x\\,y,z|} ${1:a\\}b} ${2} \\${HOME} \\\\ a\\b $0"), {
      text: "a}b x,y a}b x,y ${HOME} \\ a\\b ",
      stops: [1, 2, 1, 2, 0],
    }));
});
