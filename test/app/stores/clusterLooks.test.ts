// How the person wants to see contexts, over windows and over what somebody else wrote there.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ClusterLooks, plainLook } from "../../../src/app/stores/clusterLooks.ts";
import { memory } from "../../ui/views/treeWorld.ts";

describe("how contexts are to be seen", () => {
  it("outlives the window, each context by itself", () => {
    const [here, everywhere] = [memory(), memory()];
    const first = new ClusterLooks(here, everywhere);
    const told: string[] = [];
    first.changed((context) => told.push(context));
    first.showNamespaces("dev", ["b", "a"]);
    first.setFavourites("prod", ["x", "y"], true);
    first.setFavourites("prod", ["x"], false);
    assert.deepEqual(told, ["dev", "prod", "prod"]);
    const next = new ClusterLooks(here, everywhere);
    assert.deepEqual(next.of("dev"), { ...plainLook, namespaces: ["b", "a"] });
    assert.deepEqual(next.of("prod"), { ...plainLook, favourites: ["y"] });
    assert.deepEqual(next.of("constructor"), plainLook);
    next.showNamespaces("dev", []);
    assert.deepEqual(here.read(), {});
  });

  it("has favourites in all windows: one does not take away what another added", () => {
    const everywhere = memory();
    const [one, other] = [new ClusterLooks(memory(), everywhere), new ClusterLooks(memory(), everywhere)];
    assert.deepEqual(other.of("dev").favourites, []);
    one.setFavourites("dev", ["a"], true);
    other.setFavourites("dev", ["b"], true);
    assert.deepEqual(other.of("dev").favourites, ["a", "b"]);
  });

  it("is plain where what was kept is of another shape", () => {
    for (const kept of [null, 7, [], { dev: 1 }, { dev: { namespaces: "a", favourites: [1, {}] } }]) {
      const broken = memory();
      broken.write(kept);
      assert.deepEqual(new ClusterLooks(broken, broken).of("dev"), plainLook);
    }
  });
});
