// The cache of the engines: whole entries or none, and one build at a time.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { cached, cacheRoot, hasEntry } from "./cache.ts";

describe("engine cache", () => {
  const before = process.env["SLIPWAY_ENGINES_CACHE"];
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-cache-test-"));
    process.env["SLIPWAY_ENGINES_CACHE"] = folder;
  });

  afterEach(async () => {
    if (before === undefined) delete process.env["SLIPWAY_ENGINES_CACHE"];
    else process.env["SLIPWAY_ENGINES_CACHE"] = before;
    await rm(folder, { recursive: true, force: true });
  });

  it("lies outside the clone, where the environment says", () => {
    assert.equal(cacheRoot({ SLIPWAY_ENGINES_CACHE: "/a" }), "/a");
    assert.equal(cacheRoot({ XDG_CACHE_HOME: "/b" }), "/b/slipway-engines");
    assert.match(cacheRoot({}), /\.cache\/slipway-engines$/);
  });

  it("builds an entry once, also when two ask at the same time", async () => {
    let builds = 0;
    const build = async (building: string): Promise<void> => {
      builds += 1;
      await sleep(50);
      await writeFile(join(building, "file"), "content");
    };
    const [first, second] = await Promise.all([cached("tool", "1.0", build), cached("tool", "1.0", build)]);
    assert.equal(builds, 1);
    assert.equal(first, second);
    assert.equal(await readFile(join(first, "file"), "utf8"), "content");
    assert.deepEqual(await readdir(folder), ["tool-1.0"]);
  });

  it("keeps nothing of a build that failed", async () => {
    const failing = cached("tool", "2.0", async (building) => {
      await writeFile(join(building, "half"), "");
      throw new Error("no compiler");
    });
    await assert.rejects(failing, /no compiler/);
    assert.equal(hasEntry("tool", "2.0"), false);
    assert.deepEqual(await readdir(folder), []);
  });

  it("takes over from a run that died in the middle", async () => {
    // No process has this id: Linux ends at 4194304.
    await writeFile(join(folder, "tool-3.0.lock"), "99999999");
    await writeFile(join(folder, "tool-3.0.building-99999999"), "");
    await cached("tool", "3.0", () => Promise.resolve());
    assert.deepEqual(await readdir(folder), ["tool-3.0"]);
  });
});
