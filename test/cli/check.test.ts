// `slipway check` on real folders.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { rules } from "../../src/core/rules/index.gen.ts";
import { schemas } from "../schemas.ts";
import { root } from "../sources.ts";
import { slipway } from "./world.ts";

const good = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: x}\n";
const bad = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: x
      resources:
        requests:
          nvidia.com/gpu: 1
        limits:
          nvidia.com/gpu: 0.5
`;

describe("slipway check", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, text: string | Uint8Array) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const check = (...args: string[]) => slipway(["check", ...args], { workingDirectory: folder });
  const files = async (...args: string[]) => {
    const { out } = await check("--format", "json", ...args);
    const report = JSON.parse(out) as { findings: { file: string }[] };
    return Array.from(new Set(report.findings.map((finding) => finding.file)));
  };

  it("ends with 0 for clean files and 1 for findings", async () => {
    assert.deepEqual(await check(put("good.yaml", good)), {
      code: 0,
      out: "No findings in 1 file.\n",
      error: "",
    });
    const { code, error } = await check(put("bad.yaml", bad));
    assert.equal(code, 1);
    assert.equal(error, "");
  });

  it("checks beside the schemas, for the version that is asked for", async () => {
    const given = { workingDirectory: folder, schemas: () => schemas };
    const rulesOf = async (...args: string[]) => {
      const { out, code } = await slipway(["check", "--format", "json", ...args], given);
      assert.notEqual(code, 2);
      return (JSON.parse(out) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
    };
    const budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n";
    assert.deepEqual(await rulesOf(put("budget.yaml", budget)), ["KUB006"]);
    assert.deepEqual(await rulesOf("--kubernetes-version", "1.24", put("budget.yaml", budget)), ["KUB007"]);
    const { code, error } = await slipway(["check", "--kubernetes-version", "new", folder], given);
    assert.deepEqual(
      [code, error],
      [2, 'slipway: --kubernetes-version takes a version such as 1.33, not "new".\n'],
    );
  });

  it("takes resource definitions and patches of kustomize from all the files", async () => {
    const given = { workingDirectory: folder, schemas: () => schemas };
    put(
      "run.yaml",
      "apiVersion: ml.example.com/v1\nkind: Run\nmetadata: {name: a}\nspec: {image: a, epoch: 1}\n",
    );
    const definition = readFileSync(join(root, "test", "golden", "kubernetes", "devices.yaml"), "utf8");
    const { out: without } = await slipway(["check", folder], given);
    assert.equal(without, "No findings in 1 file.\n");
    put("z/definition.yaml", definition);
    const { out } = await slipway(["check", folder], given);
    assert.match(out, /run\.yaml[^]*There is no field spec\.epoch, and kubectl refuses the object\./);
    rmSync(join(folder, "run.yaml"));
    const autoscaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n";
    put("more.yaml", `${autoscaler}spec: {minReplicas: 2}\n`);
    assert.equal((await slipway(["check", folder], given)).code, 1);
    put("kustomization.yaml", "patches: [{path: more.yaml}]\n");
    assert.equal((await slipway(["check", folder], given)).code, 0);
  });

  it("shows each finding with its place, its line and its sentence", async () => {
    const { out } = await check(put("bad.yaml", bad));
    assert.equal(
      out,
      `bad.yaml:9:27 error GPU002
  The request must be equal to the nvidia.com/gpu limit of 0.5; the API server refuses anything else.
  9 |           nvidia.com/gpu: 1
    |                           ^
  see https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/

bad.yaml:11:27 error GPU003
  nvidia.com/gpu must be an integer: the API server refuses 0.5 of a device. To share a GPU, use a MIG profile (nvidia.com/mig-1g.10gb: 1), time-slicing or MPS in the device plugin, KAI's gpu-fraction annotation, or a DRA claim.
  11 |           nvidia.com/gpu: 0.5
     |                           ^^^
  see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#consuming-extended-resources

2 findings (2 errors) in 1 file. 1 can be fixed with --fix or in the editor.
`,
    );
  });

  it("holds all pods against the level of Pod Security that is asked for", async () => {
    const path = put("good.yaml", good);
    const { code, out } = await check("--pod-security", "restricted", path);
    assert.equal(code, 1);
    assert.match(
      out,
      /^good\.yaml:5:14 error PSA001\n  Container "a" must set allowPrivilegeEscalation: false/,
    );
    assert.match(
      out,
      /4 findings \(4 errors\) in 1 file\. 4 can be fixed with --fix-all, or in the editor\./,
    );
    assert.equal((await check("--pod-security=restricted:1.7", path)).out.match(/PSA\d+/g)?.join(), "PSA013");
    assert.equal((await check("--pod-security=restricted:v1.7", "--level=PSA013=off", path)).code, 0);
    for (const level of ["privileged", "baseline", "baseline:latest"])
      assert.equal((await check("--pod-security", level, path)).code, 0, level);
  });

  it("refuses a level of Pod Security that there is not", async () => {
    assert.deepEqual(await check("--pod-security", "strict", put("good.yaml", good)), {
      code: 2,
      out: "",
      error:
        'slipway: --pod-security takes privileged, baseline or restricted, with a version if you like (restricted:v1.30), not "strict".\n',
    });
  });

  it("holds pods against the labels of their Namespace, wherever among the files it stands", async () => {
    const labels = "{pod-security.kubernetes.io/enforce: restricted}";
    put("z/namespace.yaml", `apiVersion: v1\nkind: Namespace\nmetadata: {name: ml, labels: ${labels}}\n`);
    put("a/pod.yaml", good.replace("kind: Pod\n", "kind: Pod\nmetadata: {name: a, namespace: ml}\n"));
    put("a/other.yaml", good.replace("kind: Pod\n", "kind: Pod\nmetadata: {name: a, namespace: web}\n"));
    assert.deepEqual(await files(folder), [join("a", "pod.yaml")]);
    assert.deepEqual(await files(join(folder, "a")), []);
  });

  it("writes one object of stable shape as json", async () => {
    const { code, out } = await check("--format=json", put("bad.yaml", bad));
    assert.equal(code, 1);
    const report = JSON.parse(out) as { findings: Record<string, unknown>[] };
    assert.deepEqual(Object.keys(report), ["findings"]);
    assert.deepEqual(report.findings[0], {
      file: "bad.yaml",
      line: 9,
      column: 27,
      endLine: 9,
      endColumn: 28,
      rule: "GPU002",
      severity: "error",
      message:
        "The request must be equal to the nvidia.com/gpu limit of 0.5; the API server refuses anything else.",
      fixable: true,
    });
    assert.deepEqual(JSON.parse((await check("--format=json", put("good.yaml", good))).out), {
      findings: [],
    });
  });

  it("walks folders: only files of ours, not those of others, no loops", async () => {
    for (const name of ["a.yaml", "deep/er/b.yml", ".hidden/c.yaml"]) put(name, bad);
    put("Dockerfile", "FRM x\n");
    put(".devcontainer/devcontainer.json", "{");
    for (const name of ["node_modules/x/d.yaml", ".git/e.yaml", "notes.md", "f.json"]) put(name, bad);
    put("values.yaml", "image: x\n");
    put("binary.yaml", new Uint8Array([0x6b, 0x69, 0x6e, 0x64, 0x3a, 0, 1, 2]));
    symlinkSync(folder, join(folder, "loop"));
    symlinkSync(join(folder, "gone.yaml"), join(folder, "dangling.yaml"));
    symlinkSync(join(folder, "a.yaml"), join(folder, "link.yaml"));
    const expected = [
      "a.yaml",
      "Dockerfile",
      "link.yaml",
      ".devcontainer/devcontainer.json",
      ".hidden/c.yaml",
      "deep/er/b.yml",
    ];
    assert.deepEqual((await files(folder)).toSorted(), expected.toSorted());
    assert.equal((await check(folder)).error, "");
  });

  it("says what it could not read in one sentence, checks the rest, and ends with 2", async () => {
    const gone = join(folder, "gone.yaml");
    const { code, out, error } = await check(gone, put("bad.yaml", bad));
    assert.equal(code, 2);
    assert.equal(error, `slipway: ${gone} is not there; check the path.\n`);
    assert.match(out, /GPU003/);
  });

  it("says which file may not be read", async function () {
    if (process.getuid?.() === 0) this.skip();
    const secret = put("secret.yaml", bad);
    chmodSync(secret, 0);
    const { code, error } = await check(folder);
    assert.equal(code, 2);
    assert.match(error, /secret\.yaml may not be read; check its permissions\.\n$/);
  });

  it("does not wait for a pipe", async function () {
    const pipe = join(folder, "pipe.yaml");
    if (spawnSync("mkfifo", [pipe]).status !== 0) this.skip();
    const { code, error } = await check(pipe);
    assert.equal(code, 2);
    assert.match(error, /is neither a file nor a folder/);
  });

  it("reports a file too large to check, and does not read a huge one", async () => {
    const large = put("large.yaml", `kind: Pod\n${"# x\n".repeat(800_000)}`);
    const huge = put("huge.yaml", new Uint8Array(9 * 1024 * 1024).fill(0x20));
    const { code, out } = await check(large, huge);
    assert.equal(code, 1);
    assert.equal(out.match(/This file is too large to check/g)?.length, 2);
  });

  it("leaves a named file out that is none of ours, and says so", async () => {
    const { code, error } = await check(put("notes.md", "# x\n"));
    assert.equal(code, 0);
    assert.match(error, /notes\.md is none of the files Slipway checks; it was left out\.\n$/);
  });

  it("reads UTF-16 and a byte order mark, and counts columns as editors do", async () => {
    const utf16 = put("utf16.yaml", Buffer.from(`\uFEFF${bad}`, "utf16le"));
    const utf8 = put("utf8.yaml", `\uFEFF${bad}`);
    const { out } = await check("--format=json", utf16, utf8);
    const columns = (JSON.parse(out) as { findings: { column: number }[] }).findings.map(
      (finding) => finding.column,
    );
    assert.deepEqual(columns, [27, 27, 27, 27]);
  });

  it("checks standard input under the name it is given", async () => {
    const named = await slipway(["check", "-", "--stdin-path", "x/Dockerfile"], { input: "FRM x\n" });
    assert.match(named.out, /^x\/Dockerfile:1:1 error syntax\n {2}FRM is no Dockerfile instruction/);
    const unnamed = await slipway(["check", "-"], { input: bad });
    assert.match(unnamed.out, /^stdin\.yaml:9:27 error GPU002/);
  });

  it("sets levels by rule", async () => {
    const path = put("bad.yaml", bad);
    const { out } = await check("--level", "GPU003=warning", "--level=gpu002=off", path);
    assert.match(out, /^bad\.yaml:11:27 warning GPU003/);
    assert.match(out, /1 finding \(1 warning\) in 1 file\./);
    const off = await check("--level=GPU003=off", "--level=GPU002=off", path);
    assert.equal(off.code, 0);
  });

  it("answers wrong options in one sentence, with 2", async () => {
    const wrong: [string[], RegExp][] = [
      [[], /Name a file or folder to check/],
      [["--format", "xml", "."], /There is no format "xml"; use text, json, sarif, junit or github/],
      [["--format", "constructor", "."], /There is no format "constructor"/],
      [["--level", "GPU999=off", "."], /There is no rule "GPU999"/],
      [["--only", "GPU001,GP", "."], /--only: there is no rule "GP"/],
      [["--level", "GPU001=loud", "."], /--level takes RULE=LEVEL/],
      [["--colour", "."], /Unknown option '--colour'.*--help/],
      [["--format"], /--format.*--help/],
    ];
    for (const [args, sentence] of wrong) {
      const { code, out, error } = await check(...args);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(error, sentence);
      assert.equal(error.trimEnd().split("\n").length, 1);
    }
  });

  it("colours only where asked, and lets no file drive the terminal or show its secrets", async () => {
    const path = put(
      "a.yaml",
      `${good}      env: [{name: HF_TOKEN, value: "hf_${"s".repeat(34)}"}] # \u001b[31mred\n`.replace(
        "{name: a, image: x}\n     ",
        "name: a\n      image: x\n     ",
      ),
    );
    const { out } = await slipway(["check", path], { workingDirectory: folder, colour: true });
    assert.ok(out.includes("\u001b[31merror\u001b[0m"));
    assert.ok(!out.includes("\u001b[31mred"), "control characters are replaced");
    assert.ok(!out.includes("hf_sss"), "the token is not shown");
    assert.match(out, /value: •+\}/);
    const plain = await slipway(["check", path], { workingDirectory: folder });
    assert.ok(!plain.out.includes("\u001b"));
    for (const format of ["json", "sarif"])
      assert.ok(!(await check("--format", format, path)).out.includes("hf_sss"));
  });

  it("writes SARIF with the rules, places and fixes", async () => {
    const { out } = await check("--format", "sarif", put("a b.yaml", bad));
    const log = JSON.parse(out);
    assert.equal(log.version, "2.1.0");
    const [run] = log.runs;
    assert.equal(run.tool.driver.name, "Slipway");
    assert.equal(run.tool.driver.semanticVersion, "1.2.3");
    assert.equal(run.columnKind, "utf16CodeUnits");
    for (const result of run.results) {
      assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
      assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, "a%20b.yaml");
    }
    assert.deepEqual(run.results[0].locations[0].physicalLocation.region, {
      startLine: 9,
      startColumn: 27,
      endLine: 9,
      endColumn: 28,
    });
    assert.deepEqual(run.results[0].fixes[0].artifactChanges[0].replacements, [
      {
        deletedRegion: { startLine: 9, startColumn: 27, endLine: 9, endColumn: 28 },
        insertedContent: { text: "0.5" },
      },
    ]);
  });
});

describe("slipway", () => {
  it("shows its help, its version, and help for each command", async () => {
    const help = await slipway(["--help"]);
    assert.equal(help.code, 0);
    for (const name of ["check", "explain", "rules"]) {
      assert.match(help.out, new RegExp(`^ {2}${name} `, "m"));
      assert.match((await slipway([name, "--help"])).out, new RegExp(`^Usage: slipway ${name}`));
    }
    assert.deepEqual(await slipway(["--version"]), { code: 0, out: "slipway 1.2.3\n", error: "" });
    assert.equal((await slipway([])).code, 2);
  });

  it("lists and explains the rules", async () => {
    const list = await slipway(["rules"]);
    assert.match(list.out, /^GPU003 {2}error {8}A GPU quantity must be a whole number$/m);
    assert.equal(list.out.trimEnd().split("\n").length, rules.length);
    const { code, out } = await slipway(["explain", "gpu003"]);
    assert.equal(code, 0);
    assert.match(out, /^GPU003 \(error\): A GPU quantity must be a whole number\.\n/);
    assert.match(out, /Bad:\n\n {4}apiVersion/);
    assert.ok(!out.includes("«"));
    assert.match(
      (await slipway(["explain", "GPU03"])).error,
      /There is no rule "GPU03"\. Did you mean GPU003\?/,
    );
    assert.equal((await slipway(["explain"])).code, 2);
  });

  it("explains a rule by what others call it, and what is no rule", async () => {
    const [first] = rules;
    assert.ok(first);
    const world = {
      rules: [{ ...first, id: "XYZ001", aliases: ["latest-tag", "DL3007"], profile: "strict" } as const],
    };
    const { out } = await slipway(["explain", "dl3007"], world);
    assert.match(
      out,
      /^XYZ001 \(.*Elsewhere it is called latest-tag, DL3007\.\nIt runs in the strict profile/s,
    );
    assert.match((await slipway(["explain", "latest-tags"], world)).error, /Did you mean latest-tag\?/);
    assert.match((await slipway(["rules"], world)).out, /^XYZ001 .* \(strict\)\n$/);
    assert.match(
      (await slipway(["explain", "syntax"])).out,
      /^syntax: The file can be read\.\n\nA file that/,
    );
  });

  it("says which command was meant", async () => {
    assert.deepEqual(await slipway(["chekc"]), {
      code: 2,
      out: "",
      error: 'slipway: There is no command "chekc"; did you mean check?\n',
    });
  });

  it("calls a bug a bug", async () => {
    const readInput = () => Promise.reject(new Error("broken on purpose"));
    const { code, error } = await slipway(["check", "-"], { readInput });
    assert.equal(code, 70);
    assert.match(error, /This is a bug in Slipway.*\n.*broken on purpose/);
  });

  it("runs as a program", () => {
    const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const run = (args: string[], input = "") =>
      spawnSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
    const version = run(["--version"]);
    assert.match(version.stdout, /^slipway \d+\.\d+\.\d+\n$/);
    const found = run(["check", "-"], bad);
    assert.equal(found.status, 1);
    assert.match(found.stdout, /GPU003/);
  }).timeout(20_000);
});
