// A window that is loaded again: what stood open stands open, and nothing is asked before it is seen.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import type { Tree } from "../../../src/ui/view.ts";
import { closeCluster } from "../../../src/ui/commands/closeCluster.ts";
import { fakePod } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { memory, type TreeWorld, treeWorld } from "./treeWorld.ts";

describe("a tree of clusters in a window that is loaded again", function () {
  this.timeout(20_000);
  const [here, everywhere] = [memory(), memory()];
  let world: TreeWorld;
  let tree: ClusterTree;

  beforeEach(async () => {
    world = await treeWorld();
    for (const name of ["ml", "web"]) {
      world.server.put({ kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
      world.server.put(fakePod(`in-${name}`, name));
    }
    here.write({});
    tree = reloaded();
  });
  afterEach(async () => {
    tree.dispose();
    await world.stop();
  });

  /** A tree with the same memory and nothing else. */
  function reloaded(): ClusterTree {
    const opened = Array.from(world.app.clusters.opened, ({ entry }) => entry.name);
    for (const name of opened) world.app.clusters.close(name);
    return new ClusterTree({ ...world.app, looks: new ClusterLooks(here, everywhere) });
  }

  /** What a window shows of it: only what is open. */
  const shown = (of: Tree<ClusterNode>) => treeText(of, ({ collapsible }) => collapsible === "expanded");

  async function node(...labels: string[]): Promise<ClusterNode> {
    let found: ClusterNode | undefined;
    for (const label of ["dev", ...labels]) {
      const children = await tree.children(found);
      found = children.find((child) => tree.row(child).label === label);
    }
    assert.ok(found);
    return found;
  }

  async function open(...labels: string[]): Promise<void> {
    const one = await node(...labels);
    tree.setExpanded(one, true);
    await tree.children(one);
  }

  const asked = () => world.server.requests.length;

  function reload(): void {
    tree.dispose();
    tree = reloaded();
  }

  it("opens contexts and namespaces again that were open, when it is seen", async () => {
    assert.equal(await shown(tree), "dev | current");
    await open();
    await open("ml");
    assert.match(await shown(tree), /^dev \| current$/, "what is open already is the view's own affair");
    reload();
    const before = asked();
    tree.row((await tree.children(undefined))[0] as ClusterNode);
    assert.equal(asked(), before, "its roots are there and the server was not asked");
    assert.match(
      await shown(tree),
      /^dev \| current\n {2}Nodes\n {2}Resources\n {2}ml\n {4}in-ml .*\n {2}web$/,
    );
  });

  it("leaves closed what was closed since", async () => {
    await open();
    await open("ml");
    await open("web");
    tree.setExpanded(await node("ml"), false);
    reload();
    assert.match(await shown(tree), /Resources\n {2}ml\n {2}web\n {4}in-web [^\n]*$/);
    tree.setExpanded(await node("web"), false);
    assert.match(await shown(tree), /Resources\n {2}ml\n {2}web$/, "in the tree that restored it, too");
    tree.setExpanded(await node(), false);
    reload();
    assert.equal(await shown(tree), "dev | current");
  });

  it("has nothing to open of a context whose connections were ended", async () => {
    await open();
    await closeCluster.run(world.app, world.ui, await node());
    reload();
    assert.equal(await shown(tree), "dev | current");
  });
});
