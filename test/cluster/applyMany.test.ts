// Folders of manifests applied to a real API server, and deleted again.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../src/base/trouble.ts";
import { applyManifest } from "../../src/ui/commands/applyManifest.ts";
import { deleteManifest } from "../../src/ui/commands/deleteManifest.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const space = "apply-many";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.slipway.test}
spec:
  group: slipway.test
  scope: Namespaced
  names: {kind: Boat, plural: boats, singular: boat}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
const config = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${space}}\ndata: {value: "${value}"}\n`;

describe("applying and deleting folders", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;
  let folder: string;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
    await cluster?.kubectl("delete", "crd", "boats.slipway.test", "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
    folder = mkdtempSync(join(tmpdir(), "slipway-apply-"));
  });
  afterEach(() => {
    world.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function put(name: string, text: string): string {
    const path = join(folder, "deploy", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  function all(): string {
    put(
      "a-boat.yaml",
      `apiVersion: slipway.test/v1\nkind: Boat\nmetadata: {name: one, namespace: ${space}}\nspec: {masts: 2}\n`,
    );
    put("b/config.yaml", config("one", "1"));
    put("y-definition.yaml", definition);
    put("z-namespace.yaml", `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${space}}\n`);
    put("values.yaml", "replicas: 1\n");
    return join(folder, "deploy");
  }

  const detail = () => world.ui.confirmed.at(-1)?.detail ?? "";

  it("makes namespaces and kinds before what is of them, and names what it leaves out", async () => {
    await applyManifest.run(world.app, world.ui, all());
    assert.equal(world.ui.confirmed[0]?.text, "Apply 4 objects of deploy?");
    assert.equal(
      detail(),
      [
        `Context: ${cluster.context}`,
        "",
        `Namespace ${space}: new`,
        "CustomResourceDefinition boats.slipway.test: new",
        `ConfigMap one in namespace ${space}: can be tried only once its namespace or kind is there`,
        `Boat one in namespace ${space}: can be tried only once its namespace or kind is there`,
        "",
        "Files that are left out, as they are no manifests:",
        "values.yaml: The object at line 1 has no kind: it is no Kubernetes object.",
      ].join("\n"),
    );
    assert.deepEqual(world.ui.said, [`Applied 4 objects to context ${cluster.context}: 4 created.`]);
    assert.equal(await cluster.kubectl(`-n=${space}`, "get", "boat/one", "-o=jsonpath={.spec.masts}"), "2");
  });

  it("sums up which fields change, of a ConfigMap too, and what stays", async () => {
    const path = all();
    put("b/config.yaml", config("one", "2"));
    world.ui.sure = false;
    await applyManifest.run(world.app, world.ui, path);
    assert.match(
      detail(),
      new RegExp(
        `ConfigMap one in namespace ${space}: changes data.value\nBoat one in namespace ${space}: stays as it is\n`,
      ),
    );
    assert.equal(await cluster.kubectl(`-n=${space}`, "get", "cm/one", "-o=jsonpath={.data.value}"), "1");
  });

  it("says how many were applied before one is refused", async () => {
    const files = [
      put("one.yaml", config("two", "1")),
      put(
        "two.yaml",
        `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ${space}}\nspec: {containers: [{name: a, image: a}]}\n`,
      ),
    ];
    const progress = world.ui.progress.bind(world.ui);
    world.ui.progress = async (title, work) => {
      if (title.startsWith("Applying"))
        await cluster.kubectl("label", "namespace", space, "pod-security.kubernetes.io/enforce=restricted");
      return progress(title, work);
    };
    await assert.rejects(
      Promise.resolve(applyManifest.run(world.app, world.ui, files)),
      /The cluster refused to apply Pod p: .*violates PodSecurity.* Before it 1 of 2 objects was applied\.$/,
    );
    assert.equal(world.ui.confirmed[0]?.text, "Apply 2 objects of 2 files?");
  });

  it("deletes what is there, the last first, and only the objects that were shown", async () => {
    const path = all();
    put("b/more.yaml", config("nowhere", "1"));
    const [, uid] = [
      await applyManifest.run(world.app, world.ui, path),
      await cluster.kubectl(`-n=${space}`, "get", "cm/one", "-o=jsonpath={.metadata.uid}"),
    ];
    assert.ok(uid);
    await cluster.kubectl(`-n=${space}`, "delete", "cm/nowhere");
    const progress = world.ui.progress.bind(world.ui);
    world.ui.progress = async (title, work) => {
      // Another of the same name by the time it is deleted.
      if (title.startsWith("Deleting"))
        await cluster.kubectl(`-n=${space}`, "replace", "--force", "-f", join(path, "b", "config.yaml"));
      return progress(title, work);
    };
    await assert.rejects(
      Promise.resolve(deleteManifest.run(world.app, world.ui, path)),
      (error) =>
        Trouble.is(error, "conflict") &&
        /ConfigMap one: .* Before it 1 of 4 objects was deleted\.$/.test(error.text),
    );
    assert.equal(world.ui.confirmed.at(-1)?.text, "Delete 4 objects of deploy?");
    assert.equal(
      detail().split("\nFiles")[0],
      [
        `Context: ${cluster.context}`,
        `Namespaces: ${space}`,
        "Kinds: 1 Namespace, 1 CustomResourceDefinition, 1 ConfigMap, 1 Boat",
        "",
        `Namespace ${space}`,
        "CustomResourceDefinition boats.slipway.test",
        `ConfigMap one in namespace ${space}`,
        `Boat one in namespace ${space}`,
        "",
        "1 object of deploy is not there.",
        "",
        "Everything in a namespace is deleted with it.",
        "All objects of a kind are deleted with its definition.",
        "",
      ].join("\n"),
    );
    world.ui.progress = progress;
    world.ui.reported.length = 0;
    await deleteManifest.run(world.app, world.ui, path);
    assert.match(
      world.ui.said.at(-1) ?? "",
      /^Deleted 3 objects of deploy from context .*: 1 Namespace, 1 CustomResourceDefinition, 1 ConfigMap\.$/,
    );
    await cluster.kubectl("wait", "--for=delete", `namespace/${space}`, "--timeout=40s");
  });

  it("says that there is nothing to delete", async () => {
    const path = put("none.yaml", config("never", "1"));
    await assert.rejects(
      Promise.resolve(
        deleteManifest.run(world.app, world.ui, [path, put("also.yaml", config("never2", "1"))]),
      ),
      /Context .* has none of the objects of 2 files\./,
    );
    assert.deepEqual(world.ui.confirmed, []);
  });
});
