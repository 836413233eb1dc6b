// `slipway check --fix` on real files: what it repairs, what it leaves, and how it writes.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { rules } from "../../src/core/rules/index.gen.ts";
import { readExample } from "../../src/core/rules/rule.ts";
import { half, ownFolder } from "./folder.ts";

/** Two errors of which the first can be repaired, and two warnings. */
const pod = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: x
      resources:
        requests:
          nvidia.com/gpu: 1
        limits:
          nvidia.com/gpu: 4
    - name: b
      image: vllm/vllm-openai:v1
      resources:
        requests: {nvidia.com/gpu: 2}
      env:
        - name: HF_TOKEN
          value: hf_notARealTokenButShapedLikeOne00000
`;

describe("slipway check --fix", () => {
  const folder = ownFolder();
  const read = (path: string) => readFileSync(path, "utf8");

  it("repairs what would be refused, says what, and reports the rest", async () => {
    const path = folder.put("x/a.yaml", pod);
    const { code, out, error } = await folder.check("--fix", path);
    assert.equal(code, 1);
    assert.equal(
      error,
      `fixed x/a.yaml:9:27 GPU002: Request 4, as the limit says
fixed x/a.yaml:15:20 GPU001: Add the limit nvidia.com/gpu: 2
`,
    );
    assert.equal(
      read(path),
      pod
        .replace("nvidia.com/gpu: 1\n", "nvidia.com/gpu: 4\n")
        .replace(
          "{nvidia.com/gpu: 2}\n",
          "{nvidia.com/gpu: 2}\n        limits:\n          nvidia.com/gpu: 2\n",
        ),
    );
    assert.match(out, /error SRV007/);
    assert.ok(!/GPU001|GPU002/.test(out));
    assert.match(out, /can be fixed with --fix-all, or in the editor\.\n$/);
  });

  it("leaves a secret, a warning and a choice to a person, until it is told otherwise", async () => {
    const path = folder.put("a.yaml", pod);
    await folder.check("--fix", path);
    assert.match(read(path), /value: hf_not/);
    const { error } = await folder.check("--fix-all", path);
    assert.match(error, /^fixed a\.yaml:\d+:\d+ SRV007: Take HF_TOKEN from the Secret "hf-token"$/m);
    assert.ok(!read(path).includes("hf_not"));
  });

  it("repairs every bad example as far as its rule can, and what it wrote is clean of it", async () => {
    for (const rule of rules) {
      const name =
        rule.appliesTo === "dockerfile"
          ? "Dockerfile"
          : rule.appliesTo === "devcontainer"
            ? "devcontainer.json"
            : rule.appliesTo === "compose"
              ? "compose.yaml"
              : "a.yaml";
      folder.put(`${rule.id}/${name}`, readExample(rule.bad).text);
    }
    const before = await folder.findings(folder.path);
    const { error } = await folder.check("--fix-all", folder.path);
    const repaired = new Set(Array.from(error.matchAll(/^fixed \S+ (\w+):/gm), (match) => match[1]));
    assert.ok(repaired.size > 10, `only ${[...repaired].join()}`);
    const after = await folder.findings(folder.path);
    assert.ok(after.length < before.length / 2);
    assert.ok(!after.some((finding) => finding.includes(" syntax ")));
    // A second run has nothing to do.
    assert.ok(!(await folder.check("--fix-all", folder.path)).error.includes("fixed"));
  });

  it("keeps line breaks, byte order mark, encoding and permissions", async () => {
    const windows = pod.replaceAll("\n", "\r\n");
    const fixed = async (bytes: Buffer) => {
      const path = folder.put("a.yaml", bytes);
      chmodSync(path, 0o640);
      await folder.check("--fix", path);
      assert.equal(statSync(path).mode & 0o777, 0o640);
      return readFileSync(path);
    };
    const crlf = await fixed(Buffer.from(`\uFEFF${windows}`));
    assert.deepEqual(crlf.subarray(0, 3), Buffer.from([0xef, 0xbb, 0xbf]));
    assert.match(crlf.toString(), /limits:\r\n {10}nvidia\.com\/gpu: 2\r\n/);
    assert.ok(!/[^\r]\n/.test(crlf.toString()));
    const wide = await fixed(Buffer.from(`\uFEFF${pod}`, "utf16le"));
    assert.match(wide.toString("utf16le"), /^\uFEFFapiVersion[\s\S]*limits:\n {10}nvidia\.com\/gpu: 2\n/);
    const swapped = await fixed(Buffer.from(`\uFEFF${pod}`, "utf16le").swap16());
    assert.match(swapped.swap16().toString("utf16le"), /^\uFEFFapiVersion[\s\S]*limits:\n {10}nvidia/);
    assert.deepEqual(readdirSync(folder.path), ["a.yaml"], "nothing is left beside it");
  });

  it("leaves a file that is not clean UTF-8 as it is", async () => {
    const bytes = Buffer.concat([Buffer.from(`# caf`), Buffer.from([0xe9]), Buffer.from(`\n${pod}`)]);
    const path = folder.put("a.yaml", bytes);
    const { code, error } = await folder.check("--fix", path);
    assert.equal(code, 2);
    assert.match(error, /a\.yaml is no clean UTF-8 and was left as it is\.\n/);
    assert.deepEqual(readFileSync(path), bytes);
  });

  it("never goes through a link", async () => {
    const outside = folder.put("outside/a.yaml", pod);
    folder.put("inside/b.yaml", pod);
    symlinkSync(outside, join(folder.path, "inside", "link.yaml"));
    const { error } = await folder.check("--fix", join(folder.path, "inside"));
    assert.match(error, /^slipway: inside\/link\.yaml is a link and was not changed\.$/m);
    assert.match(error, /^fixed inside\/b\.yaml/m);
    assert.equal(read(outside), pod);
  });

  it("leaves a configuration to a person, and refuses standard input", async () => {
    const path = folder.put(".slipway.yaml", "rule: {}\n");
    await folder.check("--fix-all", folder.path);
    assert.equal(read(path), "rule: {}\n");
    const { code, error } = await folder.run(["check", "--fix", "-"], { input: half });
    assert.deepEqual([code, error], [2, "slipway: --fix changes files; standard input is none.\n"]);
  });

  it("shows with --fix-dry-run a diff that git takes, and changes nothing", async () => {
    folder.git("init", "-q");
    const paths = [folder.put("x/a.yaml", pod), folder.put("b.yaml", `${pod}---\n${half}`)];
    const { code, out, error } = await folder.check("--fix-dry-run", folder.path);
    assert.deepEqual([code, error], [1, ""]);
    assert.match(out, /^--- a\/b\.yaml\n\+\+\+ b\/b\.yaml\n@@ -6,13 \+6,15 @@\n/);
    for (const path of paths) assert.ok(read(path).startsWith(pod));
    execFileSync("git", ["apply"], { cwd: folder.path, input: out });
    const applied = paths.map(read);
    folder.put("x/a.yaml", pod);
    folder.put("b.yaml", `${pod}---\n${half}`);
    await folder.check("--fix", folder.path);
    assert.deepEqual(paths.map(read), applied);
    assert.equal((await folder.check("--fix-dry-run", folder.path)).out, "");
  });

  it("leaves nothing half-written when it is interrupted", async function () {
    this.timeout(60_000);
    for (let index = 0; index < 300; index++) folder.put(`f${index}.yaml`, pod);
    const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const child = spawn(process.execPath, [program, "check", "--fix", "."], { cwd: folder.path });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await new Promise<void>((resolve) => child.stderr.once("data", () => resolve()));
    child.kill("SIGINT");
    assert.equal(await ended, 2);
    const texts = readdirSync(folder.path).map((name) => {
      assert.match(name, /^f\d+\.yaml$/);
      return read(join(folder.path, name));
    });
    const repaired = texts.filter((text) => text !== pod);
    assert.ok(repaired.length > 0 && repaired.length < 300, `${repaired.length} repaired`);
    assert.equal(new Set(repaired).size, 1);
  });
});
