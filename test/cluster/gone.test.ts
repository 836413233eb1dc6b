// What is taken away on a real API server while somebody looks at it: a namespace, and the definition of a kind.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, describe, it } from "mocha";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import { type HttpFaults, startHttpFaults } from "../support/httpFaults.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { ShownTree } from "../ui/views/shownTree.ts";
import { untilTree } from "../ui/views/treeWorld.ts";
import { restingPod, sharedCluster, type World, worldOn } from "./world.ts";

const GROUP = "gone.slipway.test";

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `gadgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { kind: "Gadget", plural: "gadgets", singular: "gadget" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

describe("what is taken away while somebody looks", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let between: HttpFaults | undefined;
  let world: World;
  let shown: ShownTree<ClusterNode>;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  afterEach(async () => {
    shown?.dispose();
    world?.dispose();
    await between?.stop();
  });
  after(async () => {
    await cluster?.kubectl("delete", "crd", `gadgets.${GROUP}`, "--ignore-not-found", "--wait=false");
  });

  /** The explorer through a proxy that counts what is asked. */
  async function opened(): Promise<HttpFaults> {
    const config = JSON.parse(await readFile(cluster.kubeconfigPath, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
      users: { user: Record<string, string> }[];
    };
    const data = (text: string | undefined) => Buffer.from(text ?? "", "base64");
    const upstream = {
      ca: data(config.clusters[0]?.cluster["certificate-authority-data"]),
      cert: data(config.users[0]?.user["client-certificate-data"]),
      key: data(config.users[0]?.user["client-key-data"]),
    };
    between = await startHttpFaults({ target: config.clusters[0]?.cluster["server"] ?? "", upstream });
    world = worldOn(await cluster.kubeconfigVia(between.url));
    shown = new ShownTree(world.tree);
    await shown.expand(cluster.context);
    return between;
  }

  const until = (done: () => boolean | Promise<boolean>) => untilTree(world.tree as never, done);

  it("a namespace that is deleted while it is open goes with all in it, and nothing is asked for it any more", async () => {
    const requests = (await opened()).requests;
    await cluster.kubectl("create", "namespace", "going");
    await cluster.apply(restingPod("in-it", "going"));
    await until(async () => (await shown.text()).includes("going"));
    await shown.expand(cluster.context, "going");
    await until(async () => (await shown.text()).includes("in-it"));
    await shown.select(cluster.context, "going", "in-it");
    await cluster.kubectl("delete", "namespace", "going");
    await until(async () => !(await shown.text()).split("\n").includes("going"));
    assert.ok(!(await shown.text()).includes("in-it"));
    assert.equal(shown.selected, undefined);
    assert.deepEqual(shown.lost, []);
    const open = world.store.get(cluster.context);
    assert.equal(open?.worst().state, "live");
    const before = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    assert.deepEqual(
      requests.slice(before).filter((one) => one.includes("going")),
      [],
    );
    assert.ok(requests.length - before <= 2, requests.slice(before).join("\n"));
  });

  it("a kind whose definition is deleted while it is watched says that it is gone, and is asked for no more", async () => {
    await cluster.apply(definition);
    await cluster.kubectl("wait", "--for=condition=Established", `crd/gadgets.${GROUP}`);
    const requests = (await opened()).requests;
    await cluster.apply({
      apiVersion: `${GROUP}/v1`,
      kind: "Gadget",
      metadata: { name: "one", namespace: "default" },
    });
    await shown.expand(cluster.context, "Resources");
    await shown.expand(cluster.context, "Resources", GROUP);
    await shown.expand(cluster.context, "Resources", GROUP, "Gadget");
    await until(async () => (await shown.text()).includes("Gadget\ndefault"));
    await shown.expand(cluster.context, "Resources", GROUP, "Gadget", "default");
    assert.match(await shown.text(), /Gadget\ndefault\none/);
    const key = `Gadget.${GROUP}`;
    const open = world.store.get(cluster.context);
    assert.ok(open);
    await cluster.kubectl("delete", "crd", `gadgets.${GROUP}`);
    await until(() => open.condition(key as never).state === "blocked");
    const text = await shown.text();
    assert.match(text, /Gadget\nCould not list gadgets in all namespaces: it is not there any more\./);
    assert.ok(!text.split("\n").includes("one"));
    assert.equal(open.condition("Namespace").state, "live", "others are as they were");
    const asked = () => requests.filter((one) => one.includes("/gadgets"));
    const before = asked().length;
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    assert.equal(asked().length, before, asked().slice(before).join("\n"));
    console.log(`      ${before} requests for it in all`);
    assert.ok(before <= 8, asked().join("\n"));
    // Who refreshes sees what there is now.
    await world.store.refresh();
    await until(async () => !(await shown.text()).includes("Gadget"));
    assert.ok(asked().length <= before + 2, asked().slice(before).join("\n"));
  });
});
