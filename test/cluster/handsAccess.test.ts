// What a user of few rights is offered on a real control plane, and that the server agrees.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { Trouble } from "../../src/base/trouble.ts";
import { deleteObject } from "../../src/ui/commands/deleteObject.ts";
import { scaleWorkload } from "../../src/ui/commands/scaleWorkload.ts";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import { untilTree } from "../ui/views/treeWorld.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeOf, sharedCluster, shellDeployment, restingPod, type World, worldOn } from "./world.ts";

const space = "hands-access";

describe("a user of few rights", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
    const named = (kind: string, more: object) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      metadata: { name: space, namespace: space },
      ...more,
    });
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    await cluster.apply(
      restingPod("mine", space),
      restingPod("theirs", space),
      shellDeployment("web", space, "true", 0),
      named("Role", {
        rules: [
          { apiGroups: ["", "apps", "batch"], resources: ["*"], verbs: ["get", "list", "watch"] },
          { apiGroups: [""], resources: ["pods"], verbs: ["delete"], resourceNames: ["mine"] },
          { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch", "update"] },
        ],
      }),
      named("RoleBinding", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: space },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "visitor" }],
      }),
    );
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  afterEach(() => world.dispose());

  async function shown(name: string): Promise<ClusterNode> {
    let found: ClusterNode | undefined;
    await untilTree(world.tree, async () => {
      const [root] = await world.tree.children(undefined);
      const spaces = await world.tree.children(root);
      const place = spaces.find((one) => world.tree.row(one).label === space);
      if (!place) return false;
      found = (await world.tree.children(place)).find((one) => world.tree.row(one).label === name);
      return found !== undefined;
    });
    assert.ok(found);
    return found;
  }

  const has = (node: ClusterNode, word: string) => (world.tree.row(node).words ?? []).includes(word);

  it("is offered what the server lets it do, and nothing else", async () => {
    world = worldOn(cluster.restrictedKubeconfigPath, [space]);
    const mine = await shown("mine");
    const theirs = await shown("theirs");
    const web = await shown("web");
    await untilTree(world.tree, () => !has(theirs, "deletable"));
    // Whether it waits for something is of the moment.
    const offers = (node: ClusterNode) =>
      (world.tree.row(node).words ?? []).filter((word) => word !== "waiting").join(" ");
    assert.equal(offers(mine), "object pod deletable loggable forwardable executable copyable");
    assert.equal(offers(theirs), "object pod loggable forwardable executable copyable");
    assert.equal(offers(web), "object deployment workload forwardable scalable");
    // The server agrees.
    const may = (...what: string[]) =>
      cluster
        .kubectl("auth", "can-i", ...what, `-n=${space}`, "--as=visitor")
        .catch((error: Error) => error.message);
    assert.match(await may("delete", "pod/mine"), /yes/);
    assert.match(await may("delete", "pod/theirs"), /no/);
    assert.match(await may("patch", "deployments", "--subresource=scale"), /yes/);
    assert.match(await may("patch", "deployments"), /no/);
  });

  it("picks among what it may change, and is told by one sentence where it tries more", async () => {
    world = worldOn(cluster.restrictedKubeconfigPath, [space]);
    await world.store.open(cluster.context);
    world.ui.answers = ["Pod"];
    world.ui.sure = false;
    await deleteObject.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.picked.at(-1)?.labels, ["mine"]);
    world.ui.answers = ["Deployment"];
    world.ui.typed = "0";
    await scaleWorkload.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.picked.at(-1)?.labels, ["web"]);
    world.ui.sure = true;
    const theirs = await nodeOf(cluster, "Pod", "theirs", space);
    await assert.rejects(
      Promise.resolve(deleteObject.run(world.app, world.ui, theirs)),
      (error) =>
        Trouble.is(error, "denied") &&
        /may not delete Pod theirs .*the right to delete pods\./.test(error.text),
    );
  });

  it("is offered everything when it may do everything", async () => {
    world = worldOn(cluster.kubeconfigPath);
    const mine = await shown("mine");
    await (await world.store.open(cluster.context)).access.decided(space, [], undefined);
    assert.ok(has(mine, "deletable") && has(mine, "editable") && has(mine, "executable"));
  });
});
