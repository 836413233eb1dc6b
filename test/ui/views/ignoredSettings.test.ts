// A workspace that is not trusted and brings settings along: they are ignored, and the view says which.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ignoredSentence, restrictedIn } from "../../../src/ui/rows/kube/ignoredSettings.ts";
import { treeWorld, untilTree } from "./treeWorld.ts";

describe("settings that a workspace brings along", function () {
  this.timeout(20_000);

  it("are found in its files, with comments, broken, or nested without end", () => {
    const file = `{
  // what a hostile repository brings along
  "slipway.kubernetes.kubeconfig": ["/tmp/evil"],
  "slipway.check.enabled": false,
  "editor.tabSize": 2,
  "slipway.docker.path": "/tmp/evil",
}`;
    const both = ["slipway.kubernetes.kubeconfig", "slipway.docker.path"];
    assert.deepEqual(restrictedIn(file), both);
    assert.deepEqual(restrictedIn(`{ "folders": [], "settings": ${file} }`, "settings"), both);
    assert.deepEqual(restrictedIn(file.slice(0, 120)), ["slipway.kubernetes.kubeconfig"]);
    assert.deepEqual(restrictedIn(""), []);
    assert.deepEqual(restrictedIn("[".repeat(100_000)), []);
  });

  it("are named where they are ignored, with the way to trust it, until it is trusted", async () => {
    const world = await treeWorld();
    try {
      let ignored = ["slipway.kubernetes.kubeconfig", "slipway.docker.path"];
      world.app.ignoredSettings = async () => ignored;
      const roots = async () => (await world.tree.children(undefined)).map((node) => world.tree.row(node));
      const [first, ...others] = await roots();
      assert.equal(
        first?.label,
        "This workspace is not trusted, so its settings slipway.kubernetes.kubeconfig and slipway.docker.path are ignored: trust it only if you know who wrote it.",
      );
      assert.equal(first.command?.id, "workbench.trust.manage");
      assert.deepEqual(
        others.map(({ label }) => label),
        ["dev"],
        "the person's own contexts are there",
      );
      ignored = [];
      let left: string[] = [];
      const told = untilTree(world.tree, async () => {
        left = (await roots()).map(({ label }) => label);
        return left.length === 1;
      });
      await world.app.clusters.refreshIfRead();
      await told;
      assert.deepEqual(left, ["dev"]);
      assert.match(ignoredSentence(["slipway.docker.host"]), /its setting slipway\.docker\.host is ignored/);
    } finally {
      await world.stop();
    }
  });
});
