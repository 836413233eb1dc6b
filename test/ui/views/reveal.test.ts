// From a manifest to the row of its object, and from a row to a kubectl command.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../../src/base/trouble.ts";
import { copyKubectlCommand } from "../../../src/ui/commands/copyKubectlCommand.ts";
import { goToResource } from "../../../src/ui/commands/goToResource.ts";
import { revealInClusters } from "../../../src/ui/commands/revealInClusters.ts";
import type { ObjectTarget } from "../../../src/ui/rows/kube/choose.ts";
import { fakePod } from "../../io/kube/fakeApiServer.ts";
import { type TreeWorld, treeWorld } from "./treeWorld.ts";

describe("an object of a manifest in the view Clusters", function () {
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    const { server, ui } = world;
    server.kinds.push({ kind: "ConfigMap", group: "", version: "v1", plural: "configmaps" });
    for (const name of ["ml", "web"])
      server.put({ kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
    server.put(fakePod("llm", "ml"));
    server.put({ kind: "ConfigMap", metadata: { name: "settings", namespace: "web" } });
    // As a window: what the tree can't find is not there.
    ui.has = async (target) => (await world.tree.find(target)) !== undefined;
  });
  afterEach(() => world.stop());

  const manifest = (kind: string, name: string, namespace?: string) => {
    const place = namespace === undefined ? "" : `\n  namespace: ${namespace}`;
    world.ui.active = {
      name: "m.yaml",
      text: `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}${place}\n`,
      offset: 20,
    };
  };
  const reveal = () => Promise.resolve(revealInClusters.run(world.app, world.ui, undefined));
  const revealed = () =>
    (world.ui.revealed as ObjectTarget[]).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

  it("is shown where it stands, in the context's namespace when none is written", async () => {
    manifest("Pod", "llm");
    await reveal();
    assert.deepEqual(revealed(), ["Pod ml/llm"]);
  });

  it("is shown under Resources when it is of no kind that a namespace lists", async () => {
    manifest("ConfigMap", "settings", "web");
    await reveal();
    assert.deepEqual(revealed(), ["ConfigMap.core web/settings"]);
    const node = await world.tree.find(world.ui.revealed[0]);
    const path: string[] = [];
    for (let one = node; one; one = world.tree.parent(one)) path.unshift(world.tree.row(one).label);
    assert.deepEqual(path, ["dev", "Resources", "Configuration", "ConfigMap", "web", "settings"]);
  });

  it("is said not to be there, or not to be an object", async () => {
    manifest("Pod", "gone", "web");
    await assert.rejects(reveal, /Context dev has no Pod gone in namespace web: apply the manifest first/);
    manifest("Unheard", "x");
    await assert.rejects(reveal, /Context dev has no Unheard x/);
    world.ui.active = { name: "m.yaml", text: "a: 1\n", offset: 0 };
    await assert.rejects(reveal, (error) => Trouble.is(error, "bad-input"));
    world.ui.active = undefined;
    await assert.rejects(reveal, /Open a manifest/);
  });

  it("says what hides it, and shows it when that is taken away", async () => {
    manifest("Pod", "llm", "ml");
    world.app.looks.showNamespaces("dev", ["web"]);
    world.app.looks.setFilter("dev", "status:pending");
    await reveal();
    assert.deepEqual(world.ui.said, ["Namespace ml is not among those that are shown of context dev."]);
    assert.deepEqual(revealed(), []);
    world.ui.chosenAction = "Show All Namespaces";
    await reveal();
    assert.equal(
      world.ui.said.at(-1),
      "The filter of context dev (status:pending) hides Pod llm in namespace ml of context dev.",
    );
    world.ui.chosenAction = "Clear Filter";
    await reveal();
    assert.deepEqual(revealed(), ["Pod ml/llm"]);
  });

  it("is found behind hundreds of namespaces, and by Go to Resource", async () => {
    for (let index = 0; index < 320; index++)
      world.server.put({ kind: "Namespace", metadata: { name: `a${index}` }, status: { phase: "Active" } });
    world.ui.answers = ["llm"];
    await world.open();
    await goToResource.run(world.app, world.ui, undefined);
    assert.deepEqual(revealed(), ["Pod ml/llm"]);
  });

  it("is copied as a kubectl command", async () => {
    await copyKubectlCommand.run(world.app, world.ui, await world.open("ml", "llm"));
    assert.equal(world.ui.copied, "kubectl --context dev get pods/llm -n ml");
    await copyKubectlCommand.run(world.app, world.ui, await world.open("web"));
    assert.equal(world.ui.copied, "kubectl --context dev get namespaces/web");
    const map = await world.open("Resources", "Configuration", "ConfigMap", "web", "settings");
    await copyKubectlCommand.run(world.app, world.ui, map);
    assert.equal(world.ui.copied, "kubectl --context dev get configmaps/settings -n web");
  });
});
