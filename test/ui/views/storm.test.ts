// A cluster whose every answer is a server error, as a person sees it: said once, not once for each thing that is watched.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { KindName } from "../../../src/app/stores/cluster/cluster.ts";
import type { Row } from "../../../src/ui/view.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { fakePod, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { settledText, type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("a storm of server errors, as the tree shows it", function () {
  this.timeout(20_000);
  let world: TreeWorld;
  let isIll: boolean;

  beforeEach(async () => {
    isIll = false;
    world = await treeWorld();
    for (const namespace of ["ml", "web", "batch"]) {
      world.server.put({ kind: "Namespace", metadata: { name: namespace }, status: { phase: "Active" } });
      world.server.put(fakePod("one", namespace));
    }
    world.server.fault = (_, answer) => {
      if (isIll) sendStatus(answer, 503, "ServiceUnavailable", "etcdserver: no leader");
      return isIll;
    };
  });
  afterEach(() => world.stop());

  /** Every row that is shown, those under it too. */
  async function rows(node?: ClusterNode): Promise<Row[]> {
    const found: Row[] = [];
    for (const child of await world.tree.children(node)) {
      const row = world.tree.row(child);
      found.push(row);
      if (row.collapsible !== "none" && row.label !== "Resources") found.push(...(await rows(child)));
    }
    return found;
  }

  const sentences = (all: readonly Row[]) =>
    all.flatMap(({ label, description, tooltip }) =>
      [label, description ?? "", tooltip ?? ""].filter((text) => text.includes("no leader")),
    );

  it("says why once, at the context, while all that was known stays", async () => {
    const before = await settledText(world.tree, world.app.clusters);
    assert.equal(before.match(/one/g)?.length, 3, before);
    const context = await world.open();
    isIll = true;
    world.server.resetWatches();
    const cluster = world.app.clusters.get("dev");
    const isTold = (kind: KindName) => {
      const condition = cluster?.condition(kind);
      return condition?.state === "stale" && condition.trouble.text.includes("no leader");
    };
    await untilTree(world.tree, () =>
      (["Namespace", "Pod", "Deployment", "Job", "Node"] as const).every(isTold),
    );
    const all = await rows();
    const said = sentences(all);
    assert.equal(said.length, 1, said.join("\n"));
    const { description, tooltip } = world.tree.row(context);
    assert.match(description ?? "", /^current · stale \d+ s$/);
    assert.match(tooltip ?? "", /could not list .+: etcdserver: no leader$/);
    assert.deepEqual(
      all.filter(({ icon }) => icon?.id === "error"),
      [],
    );
    const after = await settledText(world.tree, world.app.clusters);
    assert.equal(after.replaceAll(/ · stale \d+ s| \| stale \d+ s/g, ""), before);
    isIll = false;
    await untilTree(world.tree, () => cluster?.worst().state === "live");
    assert.deepEqual(sentences(await rows()), []);
    assert.equal(await settledText(world.tree, world.app.clusters), before);
  });

  it("says why once where nothing was known, and shows what is there when it is well", async () => {
    isIll = true;
    const [context] = await world.tree.children(undefined);
    assert.ok(context);
    const children = (await world.tree.children(context)).map((child) => world.tree.row(child).label);
    assert.equal(children.length, 1, children.join("\n"));
    assert.match(children[0] ?? "", /could not list namespaces: etcdserver: no leader$/);
    isIll = false;
    await untilTree(world.tree, async () => (await world.tree.children(context)).length > 1);
    assert.deepEqual(sentences(await rows()), []);
  });
});
