// `.slipway.yaml`: what it means for a file, and what is said of what it does not mean.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { CheckSettings } from "../../../src/core/rules/levels.ts";
import { check } from "../../../src/core/rules/check.ts";
import { checkConfiguration } from "../../../src/core/rules/checkConfiguration.ts";
import { isConfiguration, readConfiguration } from "../../../src/core/rules/configuration.ts";
import { settingsFor } from "../../../src/core/rules/configured.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { Rule } from "../../../src/core/rules/rule.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";
import { gpus, pod } from "./found.ts";
import { mutate, randomFrom } from "./mutate.ts";

const NAME = ".slipway.yaml";

function settings(text: string, path = "a.yaml", known: readonly Rule[] = rules): CheckSettings | undefined {
  const { configuration, problems } = readConfiguration(text, known);
  assert.deepEqual(problems, []);
  return settingsFor(configuration, path, known);
}

/** Each finding as its text in «», and what is said. */
function said(text: string): string[] {
  const lines = new Lines(text);
  return checkConfiguration(NAME, text, rules).map(({ range, message }) => {
    return `«${text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end))}» ${message}`;
  });
}

describe("a configuration", () => {
  it("is known by its name, and by the one that people write by mistake", () => {
    for (const path of [NAME, "/a/.slipway.yaml", "C:\\x\\.slipway.yml"]) assert.ok(isConfiguration(path));
    for (const path of ["slipway.yaml", "a.slipway.yaml", ".slipway.yaml.bak"])
      assert.ok(!isConfiguration(path));
    assert.match(checkConfiguration(".slipway.yml", "", rules)[0]?.message ?? "", /reads \.slipway\.yaml/);
  });

  it("sets levels, by whatever case", () => {
    assert.deepEqual(settings("rules:\n  GPU015: off\n  gpu003: warning\n  Syntax: information\n"), {
      levels: { GPU015: "off", GPU003: "warning", syntax: "information" },
    });
    for (const nothing of ["", "# only a comment\n", "rules:\n", "{}\n", "---\n", "\uFEFFpaths: []\n"])
      assert.deepEqual(settings(nothing), { levels: {} });
  });

  it("knows a rule by what other linters call it", () => {
    const [first] = rules;
    assert.ok(first);
    const known = [{ ...first, aliases: ["Made-Up", "GPU003"] }, ...rules.slice(1)] as Rule[];
    assert.deepEqual(settings("rules: {made-up: off, GPU003: error}", "a.yaml", known), {
      levels: { [first.id]: "off", GPU003: "error" },
    });
  });

  it("sets levels and leaves files alone by their path", () => {
    const text = `rules: {GPU003: warning, GPU001: off}
paths:
  - files: "test/"
    rules: {GPU003: off}
  - files: ["test/real/**", "*.prod.yaml", "!old.prod.yaml"]
    rules: {GPU003: error}
  - files: charts/*/templates
    ignore: true
`;
    const levels = (path: string) => settings(text, path)?.levels;
    assert.deepEqual(levels("a.yaml"), { GPU003: "warning", GPU001: "off" });
    assert.deepEqual(levels("x/test/a.yaml"), { GPU003: "off", GPU001: "off" });
    assert.deepEqual(levels("test/real/a.yaml"), { GPU003: "error", GPU001: "off" });
    assert.deepEqual(levels("x/a.prod.yaml"), { GPU003: "error", GPU001: "off" });
    assert.deepEqual(levels("x/old.prod.yaml"), { GPU003: "warning", GPU001: "off" });
    assert.equal(settings(text, "charts/a/templates/b/c.yaml"), undefined);
    assert.notEqual(settings(text, "charts/a/b.yaml"), undefined);
  });

  it("lies below what the editor or the command line says", () => {
    const { configuration } = readConfiguration("rules: {GPU003: off, GPU001: off}", rules);
    assert.deepEqual(settingsFor(configuration, "a.yaml", rules, { levels: { GPU003: "error" } })?.levels, {
      GPU003: "error",
      GPU001: "off",
    });
  });

  it("raises what a profile is about, and only that", () => {
    const job = `apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n${pod(
      `image: x\n${gpus(1)}`,
      "restartPolicy: Never",
    )
      .split("\n")
      .slice(3)
      .map((line) => `    ${line}`)
      .join("\n")}`;
    const severities = (profile: string) => {
      const given = settings(`profile: ${profile}`) ?? { levels: {} };
      return check({ path: "a.yaml", text: job, settings: given, rules }).map(
        ({ rule, severity }) => `${rule} ${severity}`,
      );
    };
    assert.deepEqual(severities("recommended"), ["TRN001 warning"]);
    assert.deepEqual(severities("serving"), ["TRN001 warning"]);
    assert.deepEqual(severities("training"), ["TRN001 error"]);
    assert.deepEqual(settings("profile: strict"), { levels: {}, profile: "strict" });
    assert.deepEqual(settings("profile: training\nrules: {TRN001: off}")?.levels, { TRN001: "off" });
  });

  it("runs the strict rules of a profile's own group, at their own level", () => {
    const [first] = rules;
    const known = [{ ...first, id: "SRV999", severity: "information", profile: "strict" }] as Rule[];
    assert.deepEqual(settings("profile: serving", "a.yaml", known)?.levels, { SRV999: "information" });
    assert.deepEqual(settings("profile: training", "a.yaml", known)?.levels, {});
  });

  it("names the cluster that manifests are for", () => {
    assert.deepEqual(settings('kubernetesVersion: "1.30"\npodSecurity: restricted\n'), {
      levels: {},
      kubernetesVersion: "1.30",
      podSecurity: { level: "restricted", version: "latest" },
    });
    const given = settings("kubernetesVersion: v1.31.4\npodSecurity: {level: baseline, version: 1.29}\n");
    assert.equal(given?.kubernetesVersion, "1.31");
    assert.deepEqual(given?.podSecurity, { level: "baseline", version: 29 });
  });

  it("says what is wrong at its place, and keeps the rest", () => {
    const text = `rule: {}
profile: trainign
rules:
  GPU03: off
  GPU001: loud
  GPU002:
  GPU003: off
paths:
  - fles: x
  - files: "a/{b,c}.yaml"
    ignore: maybe
    rules: {NOPE: off}
  - files: ""
  - ignore: true
kubernetesVersion: latest
podSecurity: {version: soon, level: strict}
`;
    assert.deepEqual(said(text), [
      '«rule» There is no setting "rule" here; did you mean rules?',
      '«trainign» "trainign" is no profile: it is recommended, strict, training or serving.',
      '«GPU03» There is no rule "GPU03"; did you mean GPU003?',
      '«loud» "loud" is no level: it is off, information, warning or error.',
      "«GPU002» Give GPU002 a level: off, information, warning or error.",
      '«fles» There is no setting "fles" here; did you mean files?',
      '«"a/{b,c}.yaml"» Braces have no meaning here, as in a .gitignore: write a list of patterns.',
      "«maybe» `ignore` is true or false.",
      '«NOPE» There is no rule "NOPE"; `slipway rules` lists them.',
      '«""» This is no pattern of files: write one as in a .gitignore, or a list of them.',
      '«ignore: true» Say which files are meant, such as `files: "test/**"`.',
      "«latest» A Kubernetes version is written as 1.30.",
      "«soon» A version of Pod Security is `latest`, or written as v1.30.",
      '«strict» "strict" is no Pod Security level: it is privileged, baseline or restricted.',
    ]);
    assert.deepEqual(readConfiguration(text, rules).configuration.levels, { GPU003: "off" });
  });

  it("says what is wrong with its whole shape", () => {
    assert.match(said("- a\n").join(), /«- a» A configuration is a map/);
    assert.match(said("rules: [GPU001]\n").join(), /«\[GPU001\]» `rules` is a map/);
    assert.match(said("paths: {files: x}\n").join(), /«\{files: x\}» `paths` is a list/);
    assert.match(said("rules: {}\nrules: {}\n").join(), /«rules» "rules" stands twice/);
    assert.match(said("profile: strict\n---\nrules: {}\n").join(), /«---» Only the first document/);
    assert.match(said("paths:\n  - files: **/a\n").join(), /Quote a pattern that starts with a \*/);
    assert.match(said("rules: {a\n").join(), /«.*»/);
    assert.match(said(`#${"x".repeat(200_000)}`).join(), /too large to read/);
  });

  it("offers what was meant as a fix", () => {
    const text = "rule: {}\nprofile: 'stric'\n";
    const fixes = checkConfiguration(NAME, text, rules).flatMap((finding) => finding.fixes);
    assert.deepEqual(
      fixes.map((fix) => [fix.title, applyFix(text, fix)]),
      [
        ["Change to rules", "rules: {}\nprofile: 'stric'\n"],
        ["Change to strict", "rule: {}\nprofile: 'strict'\n"],
      ],
    );
  });

  it("is read to the end whatever it holds", function () {
    this.timeout(30_000);
    const seed = `profile: serving
rules: {GPU001: off, GPU003: warning}
paths:
  - files: ["a/**", "!b"]
    rules: {GPU001: error}
    ignore: true
kubernetesVersion: 1.30
podSecurity: {level: baseline, version: v1.30}
`;
    for (let run = 1; run <= 500; run++) {
      const text = mutate(seed, randomFrom(run));
      const lines = new Lines(text);
      for (const { range, message } of checkConfiguration(NAME, text, rules)) {
        assert.ok(lines.offsetAt(range.start) <= lines.offsetAt(range.end), message);
        assert.match(message, /[.?]$/, message);
      }
      settingsFor(readConfiguration(text, rules).configuration, "a/b.yaml", rules);
    }
  });
});
