// `slipway check` with some rules alone, and with names that several rules have elsewhere.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ownFolder } from "./folder.ts";

const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: x}\n";
const gpus =
  `${pod}      resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 0.5}}\n`.replace(
    "{name: a, image: x}",
    "name: a\n      image: x",
  );

describe("slipway check of some rules", () => {
  const folder = ownFolder();

  it("knows two rules by the name that both have elsewhere", async () => {
    const path = folder.put("model.yaml", `${pod}    - {name: b, image: "vllm/vllm-openai:latest"}\n`);
    const { out } = await folder.check("--only=latest-tag", "--level=latest-tag=error", path);
    assert.deepEqual(out.match(/(?<= )error \w+/g), ["error LNT013", "error SRV013"]);
    assert.equal((await folder.check("--only=latest-tag", "--level=latest-tag=off", path)).code, 0);
    const explained = (await folder.run(["explain", "latest-tag"])).out;
    assert.match(explained, /^LNT013 /m);
    assert.match(explained, /^SRV013 /m);
  });

  it("runs the rules alone that are named, by name or group", async () => {
    const path = folder.put("bad.yaml", gpus);
    const rulesOf = async (...args: string[]) =>
      (await folder.check(...args, path)).out.match(/(?<=^bad\.yaml:\S+ \w+ )\w+/gm);
    assert.deepEqual(await rulesOf("--only", "gpu003"), ["GPU003"]);
    assert.deepEqual(await rulesOf("--only=GPU"), ["GPU002", "GPU003"]);
    assert.equal(await rulesOf("--only=SRV,KUB"), null);
    assert.deepEqual(await rulesOf("--only=latest-tag"), ["LNT013"]);
  });
});
