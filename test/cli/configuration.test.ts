// `.slipway.yaml` on the command line: which one holds, what it does, and what is said of a faulty one.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { half, ownFolder } from "./folder.ts";

describe("slipway check with a configuration", () => {
  const folder = ownFolder();

  it("takes the nearest one upwards", async () => {
    folder.put("a.yaml", half);
    folder.put("x/a.yaml", half);
    folder.put("x/y/a.yaml", half);
    folder.put(".slipway.yaml", "rules: {GPU003: warning}\n");
    folder.put("x/.slipway.yaml", "rules: {GPU003: information}\n");
    assert.deepEqual(await folder.findings(folder.path), [
      "a.yaml GPU003 warning",
      "x/a.yaml GPU003 information",
      "x/y/a.yaml GPU003 information",
    ]);
  });

  it("goes up to the repository's root, and not beyond", async () => {
    folder.put(".slipway.yaml", "rules: {GPU003: off}\n");
    const inside = folder.put("repository/deep/a.yaml", half);
    const cwd = join(folder.path, "repository", "deep");
    const check = async () => (await folder.run(["check", inside], { workingDirectory: cwd })).code;
    assert.equal(await check(), 1, "what lies above the folder one stands in is somebody else's");
    mkdirSync(join(folder.path, "repository", ".git"));
    assert.equal(await check(), 1, "the repository has none");
    folder.put("repository/.slipway.yaml", "rules: {GPU003: off}\n");
    assert.equal(await check(), 0);
  });

  it("goes on to where one stands when that is above the repository", async () => {
    folder.put(".slipway.yaml", "rules: {GPU003: off}\n");
    mkdirSync(join(folder.path, "repository", ".git"), { recursive: true });
    assert.equal((await folder.check(folder.put("repository/a.yaml", half))).code, 0);
  });

  it("lies below --level", async () => {
    folder.put(".slipway.yaml", "rules: {GPU003: off}\npaths: [{files: b.yaml, rules: {GPU003: off}}]\n");
    for (const name of ["a.yaml", "b.yaml"])
      assert.deepEqual(await folder.findings("--level=gpu003=warning", folder.put(name, half)), [
        `${name} GPU003 warning`,
      ]);
  });

  it("leaves files alone, and says so of a file that was named", async () => {
    folder.put(".slipway.yaml", "paths:\n  - files: [old/, '*.bad.yaml']\n    ignore: true\n");
    const old = folder.put("old/x/a.yaml", half);
    folder.put("b.bad.yaml", half);
    folder.put("c.yaml", half);
    assert.deepEqual(await folder.files(folder.path), ["c.yaml"]);
    assert.deepEqual(await folder.check(old), {
      code: 0,
      out: "No files to check were found.\n",
      error: "slipway: old/x/a.yaml is left alone by .slipway.yaml.\n",
    });
  });

  it("holds for standard input by its path", async () => {
    folder.put("x/.slipway.yaml", "rules: {GPU003: warning}\n");
    const { out } = await folder.run(["check", "-", "--stdin-path", "x/a.yaml"], { input: half });
    assert.match(out, /^x\/a\.yaml:9:27 warning GPU003/);
    assert.match((await folder.run(["check", "-"], { input: half })).out, /^stdin\.yaml:9:27 error GPU003/);
  });

  it("tells of a faulty one at its place, once, and keeps the rest of it", async () => {
    folder.put(".slipway.yaml", "rules:\n  GPU003: warning\n  GPU01: off\n");
    folder.put("x/a.yaml", half);
    folder.put("x/b.yaml", half);
    const { code, out } = await folder.check(join(folder.path, "x"));
    assert.equal(code, 1);
    assert.match(
      out,
      /^\.slipway\.yaml:3:3 error configuration\n {2}There is no rule "GPU01"; did you mean GPU001\?/m,
    );
    assert.equal(out.match(/error configuration/g)?.length, 1);
    assert.match(out, /x\/a\.yaml:9:27 warning GPU003/);
    const whole = (await folder.check(folder.path)).out;
    assert.equal(whole.match(/error configuration/g)?.length, 1);
  });

  it("is heard about when it bears the wrong name, or can't be read", async () => {
    folder.put(".slipway.yml", "rules: {GPU003: off}\n");
    folder.put("a.yaml", half);
    assert.deepEqual(await folder.findings(folder.path), [
      ".slipway.yml configuration error",
      "a.yaml GPU003 error",
    ]);
    folder.put("x/.slipway.yaml", "rules: [\n");
    folder.put("x/a.yaml", half);
    assert.deepEqual(await folder.findings(join(folder.path, "x")), [
      "x/.slipway.yaml configuration error",
      "x/a.yaml GPU003 error",
    ]);
  });
});
