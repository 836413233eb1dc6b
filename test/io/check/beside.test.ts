// The files beside a Dockerfile, on a real disk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { filesBeside } from "../../../src/io/check/beside.ts";

describe("the files beside a Dockerfile", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-beside-"));
    mkdirSync(join(folder, ".git"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, text: string): void => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const beside = (name: string, text = "FROM a\n") => filesBeside(join(folder, name), text);

  it("are its own ignore file, or that of its folder", () => {
    put(".dockerignore", "all");
    put("b.Dockerfile.dockerignore", "own");
    assert.equal(beside("Dockerfile").dockerignore, "all");
    assert.equal(beside("b.Dockerfile").dockerignore, "own");
  });

  it("are known to be missing only where no folder above has one", () => {
    assert.equal(beside("docker/Dockerfile").dockerignore, undefined);
    put("docker/x", "");
    assert.equal(beside("docker/Dockerfile").dockerignore, null);
    put(".dockerignore", "all");
    assert.equal(beside("docker/Dockerfile").dockerignore, undefined);
  });

  it("are hadolint's settings of the nearest folder in the repository", () => {
    put(".hadolint.yaml", "top");
    put("a/b/x", "");
    assert.equal(beside("a/b/Dockerfile").hadolint, "top");
    put("a/.hadolint.yml", "nearer");
    assert.equal(beside("a/b/Dockerfile").hadolint, "nearer");
    mkdirSync(join(folder, "a/b/.git"));
    assert.equal(beside("a/b/Dockerfile").hadolint, undefined);
  });

  it("are none for other files, names without a folder, and what cannot be read", () => {
    put(".dockerignore", "all");
    assert.deepEqual(beside("pod.yaml", "kind: Pod\n"), {});
    assert.deepEqual(filesBeside("Dockerfile", "FROM a\n"), {});
    assert.deepEqual(filesBeside(join(folder, ".dockerignore", "Dockerfile"), "FROM a\n"), {
      dockerignore: undefined,
      hadolint: undefined,
    });
    mkdirSync(join(folder, "c/.dockerignore"), { recursive: true });
    assert.equal(beside("c/Dockerfile").dockerignore, undefined);
  });
});
