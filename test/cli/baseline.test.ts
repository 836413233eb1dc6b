// A baseline, and what `slipway check` ends with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { half, ownFolder, sound } from "./folder.ts";

describe("slipway check with a baseline", () => {
  const folder = ownFolder();
  const write = (...more: string[]) =>
    folder.check("--write-baseline", join(folder.path, "base.json"), ...more, folder.path);
  const compare = (...more: string[]) =>
    folder.check("--baseline", join(folder.path, "base.json"), ...more, folder.path);

  it("leaves out what was found then, and tells what is new", async () => {
    folder.put("a.yaml", half);
    const written = await write();
    assert.deepEqual(written, {
      code: 0,
      out: `Wrote 1 finding of 1 file to ${join(folder.path, "base.json")}.\n`,
      error: "",
    });
    const known = await compare();
    assert.equal(known.code, 0);
    assert.match(known.out, /^No findings in 1 file\.\n$/);
    assert.match(known.error, /1 finding known from .*base\.json, not shown/);
    folder.put("b.yaml", half);
    const { code, out } = await compare("--format=json");
    assert.equal(code, 1);
    assert.deepEqual(
      JSON.parse(out).findings.map(({ file }: { file: string }) => file),
      ["b.yaml"],
    );
  });

  it("knows a finding by what its line says, wherever that has moved", async () => {
    folder.put("a.yaml", half);
    await write();
    folder.put("a.yaml", `# a new comment\n\n${sound}---\n${half.replace("gpu: 0.5", "gpu:   0.5")}`);
    assert.equal((await compare()).code, 0);
    folder.put("a.yaml", half.replace("0.5", "0.25"));
    assert.equal((await compare()).code, 1, "another line is another finding");
  });

  it("counts: one more of the same is new", async () => {
    folder.put("a.yaml", `${half}---\n${half}`);
    await write();
    assert.equal((await compare()).code, 0);
    folder.put("a.yaml", `${half}---\n${half}---\n${half}`);
    assert.match((await compare()).out, /1 finding \(1 error\)/);
  });

  it("says what is gone, and is the same text for the same findings", async () => {
    folder.put("x/b.yaml", half);
    folder.put("a.yaml", half);
    await write();
    const text = readFileSync(join(folder.path, "base.json"), "utf8");
    assert.match(
      text,
      /^\{\n {2}"version": 1,\n {2}"files": \{\n {4}"a\.yaml": \{\n {6}"GPU003 [0-9a-f]{16}": 1\n/,
    );
    await write("--jobs=1");
    assert.equal(readFileSync(join(folder.path, "base.json"), "utf8"), text);
    folder.put("a.yaml", sound);
    assert.match((await compare()).error, /1 finding of .*base\.json gone; --write-baseline writes it anew/);
  });

  it("keeps nothing of a secret, not even its hash", async () => {
    const secret = (token: string) =>
      `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: x, env: [{name: HF_TOKEN, value: ${token}}]}\n`;
    folder.put("a.yaml", secret(`hf_${"a".repeat(34)}`));
    await write();
    const text = readFileSync(join(folder.path, "base.json"), "utf8");
    folder.put("a.yaml", secret(`hf_${"b".repeat(34)}`));
    await write();
    assert.equal(readFileSync(join(folder.path, "base.json"), "utf8"), text);
  });

  it("refuses what is no baseline, before it checks anything", async () => {
    folder.put("base.json", '{"version": 1, "files": {"a": {"b": "c"}}}');
    for (const wrong of [
      await compare(),
      await folder.check("--baseline", join(folder.path, "gone"), folder.path),
    ]) {
      assert.equal(wrong.code, 2);
      assert.equal(wrong.out, "");
    }
    assert.match(
      (await compare()).error,
      /base\.json is no baseline; `slipway check --write-baseline FILE` writes one/,
    );
  });
});

describe("what slipway check ends with", () => {
  const folder = ownFolder();
  const code = async (...args: string[]) => (await folder.check(...args, folder.path)).code;

  it("is decided by the worst finding and the number of warnings", async () => {
    folder.put("a.yaml", `${half}---\n${half}`);
    const level = ["--level=GPU003=warning"];
    assert.deepEqual(
      (await folder.findings(...level, folder.path)).map((finding) => finding.split(" ")[2]),
      ["warning", "warning"],
    );
    assert.equal(await code(...level), 1);
    assert.equal(await code(...level, "--fail-on=warning"), 1);
    assert.equal(await code(...level, "--fail-on=error"), 0);
    assert.equal(await code(...level, "--max-warnings=2"), 0);
    assert.equal(await code(...level, "--max-warnings=1"), 1);
    assert.equal(await code(...level, "--max-warnings=1", "--fail-on=error"), 1);
    const hints = ["--level=GPU003=information"];
    assert.equal(await code(...hints), 1);
    assert.equal(await code(...hints, "--fail-on=warning"), 0);
    assert.equal(await code(...hints, "--max-warnings=0"), 0);
    folder.put("b.yaml", "kind: Pod\na: [\n");
    assert.equal(await code(...level, "--max-warnings=9"), 1, "an error always counts");
    assert.equal(await code(...level, "--fail-on=error"), 1);
  });

  it("refuses what can't be meant", async () => {
    for (const [option, said] of [
      ["--fail-on=off", /--fail-on takes error, warning or information, not "off"/],
      ["--max-warnings=few", /--max-warnings takes a number from 0 on, not "few"/],
      ["--jobs=0", /--jobs takes a number from 1 on, not "0"/],
    ] as const) {
      const { code: ended, error } = await folder.check(option, folder.path);
      assert.equal(ended, 2);
      assert.match(error, said);
    }
  });
});
