// `slipway check` of Dockerfiles: profile, names of other tools, and the files beside them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ownFolder } from "./folder.ts";

describe("slipway check of a Dockerfile", () => {
  const folder = ownFolder();

  it("takes the profile, and names of other tools", async () => {
    const path = folder.put("Dockerfile", "# not its name\nARG MODEL=a\nFROM python:3.12-slim\n");
    assert.equal((await folder.check(path)).code, 0);
    assert.match((await folder.check("--profile", "strict", path)).out, /BKC020/);
    assert.match(
      (await folder.check("--level", "invaliddefinitiondescription=error", path)).out,
      /error.*BKC020/s,
    );
    assert.deepEqual(await folder.check("--profile", "loose", path), {
      code: 2,
      out: "",
      error: 'slipway: There is no profile "loose"; use recommended, strict, training or serving.\n',
    });
    assert.match(
      (await folder.run(["explain", "dl4003"])).out,
      /^BKC012 [^]*Elsewhere it is called .*DL4003/,
    );
  });

  it("heeds what lies beside a Dockerfile", async () => {
    folder.git("init");
    const path = folder.put("Dockerfile", "FROM python:3.12-slim\nWORKDIR a\nCOPY data /data\n");
    assert.doesNotMatch((await folder.check(path)).out, /BKC019/);
    folder.put(".dockerignore", "data\n");
    folder.put(".hadolint.yaml", "ignored: [DL3000]\n");
    const { out } = await folder.check(path);
    assert.match(out, /BKC019/);
    assert.doesNotMatch(out, /BKC010/);
  });

  it("lies over the profile of a configuration, and a name of one case over the level of its rule", async () => {
    const text = "FROM python:3.12-slim\nCMD a\nCMD b\nENTRYPOINT c\nENTRYPOINT d\n";
    const path = folder.put("Dockerfile", text);
    const severities = async (...args: string[]) =>
      (await folder.findings(...args, path)).filter((one) => one.includes("BKC012"));
    const [warning, error] = ["Dockerfile BKC012 warning", "Dockerfile BKC012 error"];
    assert.deepEqual(await severities(), [warning, warning]);
    folder.put(".slipway.yaml", "profile: strict\nrules: {BKC012: error}\n");
    assert.deepEqual(await severities("--level", "dl4003=off"), [error]);
    const labelled = folder.put("x/Dockerfile", "# not its name\nARG MODEL=a\nFROM python:3.12-slim\n");
    assert.match((await folder.check(labelled)).out, /BKC020/);
    assert.doesNotMatch((await folder.check("--profile", "recommended", labelled)).out, /BKC020/);
  });
});
