// The examples of the README for CI: their commands, run as a runner runs them, with the package that is made for it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { readConfiguration } from "../../src/core/rules/configuration.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { packCli } from "../../scripts/packCli.ts";
import { root } from "../sources.ts";
import { build } from "../suites.ts";
import { half, ownFolder, sound } from "./folder.ts";

interface Workflow {
  jobs: Record<string, { steps: { run?: string }[] }>;
}

/** The example whose first line names that file. */
function example(name: string): unknown {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const found = Array.from(readme.matchAll(/```yaml\n([\s\S]*?)```/g), ([, text = ""]) => text).find((text) =>
    text.startsWith(`# ${name}\n`),
  );
  return parse(found ?? assert.fail(`the README has no ${name}`));
}

/** Whole objects: here the schemas are there, as for a person. */
const named = (pod: string) => pod.replace("kind: Pod\n", "kind: Pod\nmetadata: {name: a}\n");

describe("the README's examples for CI", () => {
  const folder = ownFolder();
  let made = "";
  before(function () {
    this.timeout(120_000);
    const [program = "", ...args] = build;
    if (!existsSync(join(root, "dist", "batchWorker.js")))
      assert.equal(spawnSync(program, args, { cwd: root }).status, 0);
    made = packCli(mkdtempSync(join(tmpdir(), "slipway-package-")));
  });
  after(() => rmSync(join(made, ".."), { recursive: true, force: true }));

  function run(command: string) {
    mkdirSync(join(folder.path, "tools"), { recursive: true });
    copyFileSync(made, join(folder.path, "tools", basename(made)));
    const home = { npm_config_cache: join(folder.path, "node_modules", ".npm") };
    return spawnSync("bash", ["-e", "-c", command], {
      cwd: folder.path,
      encoding: "utf8",
      // Nothing but the file itself is asked for.
      env: { ...process.env, ...home, npm_config_offline: "true" },
    });
  }

  it("marks lines on GitHub", async function () {
    this.timeout(60_000);
    folder.put("k8s/a.yaml", named(half));
    folder.put("k8s/b.yaml", named(sound));
    const { jobs } = example(".github/workflows/slipway.yaml") as Workflow;
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.run ?? []));
    assert.equal(commands.length, 1);
    const { status, stdout, stderr } = run(commands[0] ?? "");
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^::error file=k8s\/a\.yaml,line=10,endLine=10,col=27/);
    assert.match(stdout, /1 finding \(1 error\) in \d files\.\n$/);
  });

  it("writes the report that GitLab reads", async function () {
    this.timeout(60_000);
    folder.put("k8s/b.yaml", named(sound));
    const { slipway } = example(".gitlab-ci.yml") as {
      slipway: { script: string[]; artifacts: { reports: { junit: string } } };
    };
    const clean = run(slipway.script.join("\n"));
    assert.equal(clean.status, 0, clean.stderr);
    folder.put("k8s/a.yaml", named(half));
    assert.equal(run(slipway.script.join("\n")).status, 1);
    const report = readFileSync(join(folder.path, slipway.artifacts.reports.junit), "utf8");
    assert.match(report, /<testcase name="GPU003 at 10:27" classname="k8s\/a\.yaml"/);
  });
});

describe("the configurations that are shown", () => {
  for (const name of ["README.md", "docs/checking.md"])
    it(`say in ${name} only what is meant`, () => {
      const text = readFileSync(join(root, name), "utf8");
      const shown = Array.from(
        text.matchAll(/```yaml\n(profile:[\s\S]*?)```/g),
        ([, example = ""]) => example,
      );
      assert.equal(shown.length, 1);
      assert.deepEqual(readConfiguration(shown[0] ?? "", rules).problems, []);
    });
});
