// Live YAML of a real cluster's objects: tried, shown, asked for, sent; and what happens when somebody was faster.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../src/base/trouble.ts";
import { editYaml } from "../../src/ui/commands/editYaml.ts";
import type { LiveDocument } from "../../src/ui/ui.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeOf, sharedCluster, type World, worldOn } from "./world.ts";

const space = "hands-edit";

const rested = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: space, annotations: { "example.com/on": "yes", "example.com/mode": "0777" } },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: "main", image: "example/main:1", env: [{ name: "DAY", value: "2026-01-01" }] }],
      },
    },
  },
});

describe("live YAML", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(async () => {
    world = worldOn(cluster.kubeconfigPath);
    await cluster.apply(rested("web"));
  });
  afterEach(async () => {
    world.dispose();
    await cluster.kubectl(`-n=${space}`, "delete", "deployment/web", "--ignore-not-found");
  });

  const value = (path: string) =>
    cluster.kubectl(`-n=${space}`, "get", "deployment/web", `-o=jsonpath={${path}}`);
  const image = () => value(".spec.template.spec.containers[0].image");
  const theirs = () =>
    cluster.kubectl(`-n=${space}`, "set", "image", "deployment/web", "main=example/theirs:9");

  async function opened(): Promise<LiveDocument> {
    await editYaml.run(world.app, world.ui, await nodeOf(cluster, "Deployment", "web", space));
    const [document] = world.ui.edited;
    assert.ok(document);
    return document;
  }
  const changed = (text: string) => text.replace("example/main:1", "example/mine:2");

  it("is shown without what the server keeps for itself, tried, shown as a difference, and saved", async () => {
    const document = await opened();
    assert.deepEqual(document.path, [cluster.context, space, "Deployment", "web.yaml"]);
    assert.doesNotMatch(document.text, /^status:|resourceVersion|managedFields|uid:|last-applied/m);
    const saved = await document.save(changed(document.text));
    assert.equal(saved, changed(document.text));
    assert.deepEqual(
      world.ui.compared.map(({ title, before, after }) => [title, before === document.text, after === saved]),
      [["Deployment web: in the cluster ↔ as it will be", true, true]],
    );
    assert.equal(world.ui.confirmed[0]?.text, "Change Deployment web as shown?");
    assert.equal(await image(), "example/mine:2");
    // Texts that YAML could take for something else are still what they were.
    assert.equal(await value(".metadata.annotations.example\\.com/on"), "yes");
    assert.equal(await value(".metadata.annotations.example\\.com/mode"), "0777");
    assert.equal(await value(".spec.template.spec.containers[0].env[0].value"), "2026-01-01");
    assert.match(await value(".metadata.annotations"), /last-applied-configuration/);
    // A second save of the same document goes on from there.
    await document.save(saved?.replace("mine:2", "mine:3") ?? "");
    assert.equal(await image(), "example/mine:3");
  });

  it("changes nothing without a yes, and asks nothing where nothing changes", async () => {
    const document = await opened();
    world.ui.sure = false;
    assert.equal(await document.save(changed(document.text)), undefined);
    assert.equal(await image(), "example/main:1");
    assert.equal(await document.save(`# a remark\n${document.text}`), document.text);
    assert.equal(world.ui.confirmed.length, 1);
  });

  it("says what the server does not take, before it asks", async () => {
    const document = await opened();
    for (const [text, says] of [
      [document.text.replace("  replicas: 0", "  replica: 0"), /unknown field "spec\.replica"/],
      [document.text.replace("replicas: 0", "replicas: many"), /replicas/],
      [document.text.replace("name: web", "name: bew"), /^metadata\.name was web and can't be changed/],
      ["a: [", /is no YAML/],
    ] as const) {
      await assert.rejects(
        document.save(text),
        (error) => Trouble.is(error, "bad-input") && says.test(error.text),
      );
    }
    assert.deepEqual(world.ui.confirmed, []);
  });

  it("goes on over a change of status alone", async () => {
    const document = await opened();
    await cluster.kubectl(
      `-n=${space}`,
      "patch",
      "deployment/web",
      "--subresource=status",
      "--type=merge",
      "-p",
      '{"status":{"collisionCount":7}}',
    );
    assert.ok(await document.save(changed(document.text)));
    assert.equal(world.ui.picked.length, 0);
    assert.equal(await image(), "example/mine:2");
  });

  it("lets the person compare and then overwrite what somebody else changed", async () => {
    const document = await opened();
    await theirs();
    world.ui.answers = ["Compare", "Overwrite with Mine"];
    assert.ok(await document.save(changed(document.text)));
    assert.deepEqual(world.ui.picked[0]?.labels, ["Compare", "Overwrite with Mine", "Reload"]);
    assert.match(world.ui.compared[0]?.before ?? "", /example\/theirs:9/);
    assert.match(world.ui.compared[0]?.after ?? "", /example\/mine:2/);
    // What is lost is seen before it is sent.
    assert.match(world.ui.compared[1]?.before ?? "", /example\/theirs:9/);
    assert.equal(await image(), "example/mine:2");
  });

  it("lets the person reload, or leave it", async () => {
    const document = await opened();
    await theirs();
    world.ui.answers = ["(dismissed)"];
    assert.equal(await document.save(changed(document.text)), undefined);
    world.ui.answers = ["Reload"];
    assert.match((await document.save(changed(document.text))) ?? "", /example\/theirs:9/);
    assert.equal(await image(), "example/theirs:9");
    assert.deepEqual(world.ui.confirmed, []);
  });

  it("never overwrites an object that was made anew", async () => {
    const document = await opened();
    await cluster.kubectl(`-n=${space}`, "delete", "deployment/web", "--wait=true");
    await cluster.apply(rested("web"));
    await assert.rejects(
      document.save(changed(document.text)),
      /was deleted and made anew: nothing was saved/,
    );
    assert.equal(await image(), "example/main:1");
  });
});
