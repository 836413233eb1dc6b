// Names of images: what engines and registries allow, and a sentence for the rest.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseReference, tagForFolder, tagProblem } from "../../../src/core/image/reference.ts";

describe("the name of an image", () => {
  const good: [text: string, registry: string | undefined, path: string, tag: string | undefined][] = [
    ["busybox", undefined, "busybox", undefined],
    ["me/model:1.0-gpu", undefined, "me/model", "1.0-gpu"],
    ["localhost:5000/a__b/c--d:X_1", "localhost:5000", "a__b/c--d", "X_1"],
    ["nvcr.io/nvidia/pytorch:25.01-py3", "nvcr.io", "nvidia/pytorch", "25.01-py3"],
    ["[::1]:5000/x", "[::1]:5000", "x", undefined],
  ];
  for (const [text, registry, path, tag] of good) {
    it(`${text} is one`, () =>
      assert.deepEqual(parseReference(text), { registry, path, tag, digest: undefined }));
  }

  const bad: [text: string, says: RegExp][] = [
    ["", /needs a name/],
    ["Model:1", /write it in lower case/],
    ["-t", /lower-case letters and digits/],
    ["a//b", /can't be part of/],
    ["a..b", /can't be part of/],
    ["a:-x", /can't be a tag/],
    [`a:${"x".repeat(129)}`, /at most 128/],
    ["a b", /can't be part of/],
    ["$(id)", /can't be part of/],
    ["exa_mple.com:80/x", /can't be a registry/],
    [`${"a".repeat(64)}`, /that is an id/],
    [`${"x".repeat(300)}`, /at most 255/],
    ["a@sha256:12", /is not a digest/],
    ["a\u0000b\u202e", /"a\?b\?" can't be part/],
  ];
  for (const [text, says] of bad) {
    it(`${JSON.stringify(text.slice(0, 20))} is none`, () => assert.match(tagProblem(text) ?? "", says));
  }

  it("of a new image has no digest", () => {
    assert.match(tagProblem(`a@sha256:${"0".repeat(64)}`) ?? "", /can't be given a digest/);
  });
});

describe("the name offered for a folder", () => {
  for (const [folder, tag] of [
    ["my-model", "my-model:latest"],
    ["My Model!", "my-model:latest"],
    ["_.weird..name__-", "weird_name:latest"],
    ["模型", "image:latest"],
    ["-rf", "rf:latest"],
    ["", "image:latest"],
    ["a.-b", "a-b:latest"],
    ["x".repeat(300), `${"x".repeat(128)}:latest`],
  ] as const) {
    it(`${folder.slice(0, 20)}: ${tag.slice(0, 20)}`, () => {
      assert.equal(tagForFolder(folder), tag);
      assert.equal(tagProblem(tag), undefined);
    });
  }
});
