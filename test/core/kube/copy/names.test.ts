// Which names and links of an archive stay inside of the folder that was asked for.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { podPath } from "../../../../src/core/kube/copy/commands.ts";
import { isPlainOnWindows, partsBelow, staysInside } from "../../../../src/core/kube/copy/names.ts";

describe("names in an archive from a container", () => {
  it("are parts below what was asked for", () => {
    assert.deepEqual(partsBelow("./model", "model"), []);
    assert.deepEqual(partsBelow("model/", "model"), []);
    assert.deepEqual(partsBelow("./model/a//./b", "model"), ["a", "b"]);
    // As a ConfigMap has them in its volume.
    assert.deepEqual(partsBelow("./config/..data/key", "config"), ["..data", "key"]);
  });

  for (const name of [
    "/model/a",
    "../model/a",
    "model/../../a",
    "model/..",
    "other/a",
    "",
    ".",
    "..",
    "model/a\0b",
  ])
    it(`are refused when they lead elsewhere: ${JSON.stringify(name)}`, () => {
      assert.equal(partsBelow(name, "model"), undefined);
    });
});

describe("a link in an archive from a container", () => {
  for (const [parts, target] of [
    ["a", "b"],
    ["a", "./b/c"],
    ["a/b", ".."],
    ["a/b", "../c/..data"],
    ["a/b/c", "../../d"],
    ["a", "."],
  ] as const)
    it(`is kept when it leads inside: ${parts} -> ${target}`, () => {
      assert.equal(staysInside(parts.split("/"), target), true);
    });

  for (const [parts, target] of [
    ["a", "/etc/passwd"],
    ["a", ".."],
    ["a", "../b"],
    ["a/b", "../.."],
    // Where b is a link itself, this leads out.
    ["a", "b/.."],
    ["a", "b/../../c"],
    ["a/b", "../c/../d"],
    ["a", ""],
    ["a", "b\0c"],
  ] as const)
    it(`is left out when it leads out, or might: ${parts} -> ${JSON.stringify(target)}`, () => {
      assert.equal(staysInside(parts.split("/"), target), false);
    });
});

describe("a name on Windows", () => {
  for (const name of ["model", "a.b", "..data", "console", "com10", "nul1"])
    it(`is one like any other: ${name}`, () => assert.equal(isPlainOnWindows(name), true));

  for (const name of [
    "a\\b",
    "c:",
    "a:stream",
    "nul",
    "NUL.txt",
    "com1",
    "LPT9.log",
    "a.",
    "a ",
    "a*",
    "\x01",
  ])
    it(`means something else: ${JSON.stringify(name)}`, () => assert.equal(isPlainOnWindows(name), false));
});

describe("a path in a container", () => {
  it("is taken apart", () => {
    assert.deepEqual(podPath("/work/model/"), { parent: "/work", name: "model" });
    assert.deepEqual(podPath("/model"), { parent: "/", name: "model" });
    assert.deepEqual(podPath("model"), { parent: ".", name: "model" });
    assert.deepEqual(podPath("a/-x"), { parent: "a", name: "-x" });
  });

  for (const path of ["", "/", "//", ".", "a/..", "/work/.", "a\0"])
    it(`names nothing: ${JSON.stringify(path)}`, () => assert.equal(podPath(path), undefined));
});
