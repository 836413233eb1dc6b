// Push and pull against a registry on loopback, through the real engine and command line.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { type MiniRegistry, startMiniRegistry } from "./miniRegistry.ts";
import { sharedDocker, type World, worldOn } from "./world.ts";

describe("a registry", function () {
  this.timeout(60_000);
  let world: World;
  let registry: MiniRegistry;
  before(async function () {
    world = worldOn(await sharedDocker(this));
    registry = await startMiniRegistry();
  });
  after(() => {
    world?.dispose();
    registry?.close();
  });

  it("takes an image and gives it back", async () => {
    const name = `${registry.address}/team/box:1`;
    const { engine } = world;
    await engine.tag("slipway.test/box:1", name, never());
    const pushed: string[] = [];
    await world.registry.push(name, (line) => pushed.push(line), never());
    assert.ok(
      pushed.some((line) => /digest: sha256:/.test(line)),
      pushed.join("\n"),
    );
    await engine.removeImage(name, never());
    assert.equal(await engine.image(name, never()), undefined);
    await world.registry.pull(name, () => {}, never());
    assert.ok(((await engine.image(name, never()))?.sizeBytes ?? 0) > 1_000_000);
    await engine.removeImage(name, never());
  });

  it("that has no such image says so", async () => {
    await assert.rejects(
      world.registry.pull(`${registry.address}/team/none:1`, () => {}, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "not-found"), String(error));
        assert.equal(
          error.text,
          `The registry has no image ${registry.address}/team/none:1. Check its name and tag.`,
        );
        return true;
      },
    );
  });

  it("that asks for a login says how", async () => {
    registry.locked = true;
    await assert.rejects(
      world.registry.pull(`${registry.address}/team/box:1`, () => {}, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "denied"), String(error));
        assert.match(error.text, new RegExp(`Sign in with docker login ${registry.address},`));
        return true;
      },
    );
    registry.locked = false;
  });
});
