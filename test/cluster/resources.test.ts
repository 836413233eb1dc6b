// Every kind of a real API server under *Resources*: what its own tables say, live, and no Secret's value.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const NAMESPACE = "every-kind";
const CANARY = "hunter2-the-canary";

describe("every kind of a real cluster", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
    world = worldOn(cluster.kubeconfigPath);
    await cluster.kubectl("create", "namespace", NAMESPACE);
    await cluster.kubectl("-n", NAMESPACE, "create", "configmap", "settings", "--from-literal=one=1");
    await cluster.kubectl(
      "-n",
      NAMESPACE,
      "create",
      "secret",
      "generic",
      "login",
      `--from-literal=password=${CANARY}`,
    );
  });
  after(async () => {
    world?.dispose();
    await cluster?.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
  });

  /** The node under a path of labels. */
  async function open(...labels: string[]): Promise<ClusterNode> {
    let node: ClusterNode | undefined;
    for (const label of [cluster.context, "Resources", ...labels]) {
      const children: ClusterNode[] = await world.tree.children(node);
      node = children.find((child) => world.tree.row(child).label === label);
      assert.ok(node, `${label} among ${children.map((child) => world.tree.row(child).label).join(", ")}`);
    }
    assert.ok(node);
    return node;
  }

  async function rowsUnder(...labels: string[]): Promise<string[]> {
    const children = await world.tree.children(await open(...labels));
    return children.map((child) => {
      const { label, description } = world.tree.row(child);
      return `${label} | ${description ?? ""}`;
    });
  }

  async function changed(): Promise<void> {
    await new Promise<void>((resolve) => {
      const listener = world.tree.changed(() => {
        listener.dispose();
        resolve();
      });
    });
  }

  it("has all kinds that kubectl can list", async () => {
    const names = await cluster.kubectl("api-resources", "--verbs=list", "--no-headers", "-o", "name");
    const wanted = names.split("\n").filter((name) => name !== "" && name !== "events.events.k8s.io");
    await world.tree.children(await open());
    const served = world.store.get(cluster.context)?.served;
    assert.ok(served);
    const got = served.kinds.map(({ kind: { plural, group } }) =>
      group === "" ? plural : `${plural}.${group}`,
    );
    assert.deepEqual(got.sort(), wanted.sort());
  });

  it("opens every one of them without a failure", async () => {
    const failed: string[] = [];
    let count = 0;
    for (const group of await world.tree.children(await open())) {
      for (const kind of await world.tree.children(group)) {
        count++;
        for (const child of await world.tree.children(kind))
          if (child.type === "message" && child.icon !== "info") failed.push(child.text);
      }
    }
    assert.deepEqual(failed, []);
    assert.ok(count > 40, `${count} kinds`);
  });

  it("prints objects as the server does, and follows them", async () => {
    const settings = () => rowsUnder("Configuration", "ConfigMap", NAMESPACE);
    assert.ok(
      (await settings()).some((row) => /^settings \| Data 1 · \d+ s$/.test(row)),
      (await settings()).join("\n"),
    );
    await cluster.kubectl("-n", NAMESPACE, "patch", "configmap", "settings", "-p", '{"data":{"two":"2"}}');
    while (!(await settings()).some((row) => row.startsWith("settings | Data 2 · "))) await changed();
    await cluster.kubectl("-n", NAMESPACE, "delete", "configmap", "settings");
    while ((await settings()).some((row) => row.startsWith("settings"))) await changed();
  });

  it("follows a kind of which there was nothing yet, with its columns", async () => {
    const widgets = () => rowsUnder("Configuration", "PriorityClass");
    await widgets();
    await cluster.kubectl("create", "priorityclass", "every-kind-high", "--value=1000");
    while (!(await widgets()).some((row) => row.startsWith("every-kind-high | Value 1000 · ")))
      await changed();
    await cluster.kubectl("delete", "priorityclass", "every-kind-high");
  });

  it("never gets a Secret's value for its rows", async () => {
    assert.deepEqual(
      (await rowsUnder("Configuration", "Secret", NAMESPACE)).map((row) => row.replace(/\d+ s$/, "")),
      ["login | Opaque · Data 1 · "],
    );
    const rows = world.store.get(cluster.context)?.rows("Secret.core");
    assert.ok(rows && rows.length > 0);
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(`${CANARY}|${btoa(CANARY)}`));
  });
});
