// Forwarding a port of what a manifest names: it is looked for where a context is open.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { chooseObject } from "../../src/ui/rows/kube/choose.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

describe("an object as a manifest names it", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;
  before(async function () {
    cluster = await sharedCluster(this);
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world?.dispose());
  after(() => world?.dispose());

  it("is found in the cluster, with its identity", async () => {
    const written = { type: "written", kind: "Deployment", name: "model-server", namespace: "ml" };
    const target = await chooseObject(world.app, world.ui, written, "Forward a port of what?");
    const uid = await cluster.kubectl(
      "-n=ml",
      "get",
      "deployment/model-server",
      "-o=jsonpath={.metadata.uid}",
    );
    assert.deepEqual(target, {
      context: cluster.context,
      kind: "Deployment",
      name: "model-server",
      namespace: "ml",
      uid,
    });
  });

  it("that is not there is said to be to be applied first", async () => {
    const written = { type: "written", kind: "Service", name: "lost", namespace: undefined };
    await assert.rejects(
      chooseObject(world.app, world.ui, written, "?"),
      /Context slipway-test has no Service lost in namespace default: apply the manifest first\./,
    );
  });
});
