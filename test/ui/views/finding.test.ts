// Finding one's way in a big cluster: which namespaces are shown, what is filtered, how it is grouped.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../../src/base/trouble.ts";
import { chooseNamespaces } from "../../../src/ui/commands/chooseNamespaces.ts";
import { favouriteNamespace } from "../../../src/ui/commands/favouriteNamespace.ts";
import { showAllNamespaces } from "../../../src/ui/commands/showAllNamespaces.ts";
import { unfavouriteNamespace } from "../../../src/ui/commands/unfavouriteNamespace.ts";
import type { Row } from "../../../src/ui/view.ts";
import { fakePod, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { type TreeWorld, treeWorld } from "./treeWorld.ts";

describe("namespaces of a context", function () {
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    for (const name of ["ml", "web", "data", "kube-system"])
      world.server.put({ kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
  });
  afterEach(() => world.stop());

  /** The context and the namespaces, unopened. */
  const names = () => treeText(world.tree, (row: Row) => row.label === "dev");
  const rowOf = async (...labels: string[]) => world.tree.row(await world.open(...labels));

  it("are chosen by ticking them, only those are shown, and the context's row says so", async () => {
    const dev = await world.open();
    await world.open("ml");
    world.ui.ticked = ["web", "ml"];
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.deepEqual(world.ui.pickedMany[0]?.labels, ["data", "kube-system", "ml", "web"]);
    assert.equal(await names(), "dev | current · 2 of 4 namespaces\n  Nodes\n  Resources\n  ml\n  web");
    world.server.put({ kind: "Namespace", metadata: { name: "new" }, status: { phase: "Active" } });
    assert.match(await until(names, /of 5/), /2 of 5 namespaces\n {2}Nodes\n {2}Resources\n {2}ml\n {2}web$/);
    // The next question starts from the choice.
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.deepEqual(world.ui.pickedMany[1]?.ticked, ["ml", "web"]);
  });

  it("are all shown again by one click", async () => {
    const dev = await world.open();
    assert.doesNotMatch((await rowOf()).words?.join(" ") ?? "", /someNamespaces|onlyNamespaces/);
    world.ui.ticked = ["web"];
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.match((await rowOf()).words?.join(" ") ?? "", /\bsomeNamespaces\b.*\bonlyNamespaces\b/);
    await showAllNamespaces.run(world.app, world.ui, dev);
    assert.equal(await names(), "dev | current\n  Nodes\n  Resources\n  data\n  kube-system\n  ml\n  web");
  });

  it("are all shown when all or none are ticked, also those that come later", async () => {
    for (const ticked of [["ml", "web", "data", "kube-system"], []]) {
      world.app.looks.showNamespaces("dev", ["ml"]);
      world.ui.ticked = ticked;
      await chooseNamespaces.run(world.app, world.ui, undefined);
      assert.equal(world.app.looks.of("dev").namespaces, undefined);
    }
  });

  it("say that the chosen ones are gone, with the way back", async () => {
    world.app.looks.showNamespaces("dev", ["gone"]);
    assert.equal(
      await names(),
      "dev | current · 0 of 4 namespaces\n  Nodes\n  Resources\n  None of the chosen namespaces is there any more: click to show all.",
    );
    const message = (await world.tree.children(await world.open())).at(-1);
    assert.equal(message && world.tree.row(message).command?.id, "slipway.showAllNamespaces");
    await showAllNamespaces.run(world.app, world.ui, message);
    assert.match(await names(), /\n {2}web$/);
  });

  it("restrict the lists of kinds too", async () => {
    for (const name of ["ml", "web", "data"]) world.server.put(fakePod(`in-${name}`, name));
    world.app.looks.showNamespaces("dev", ["ml", "web"]);
    await world.open("Resources", "Workloads", "Pod", "ml");
    const kind = await world.open("Resources", "Workloads", "Pod");
    assert.equal(world.tree.row(kind).description, "2 of 3");
    const below = (await world.tree.children(kind)).map((node) => world.tree.row(node).label);
    assert.deepEqual(below, ["ml", "web"]);
    world.app.looks.showNamespaces("dev", ["kube-system"]);
    const [message] = await world.tree.children(await world.open("Resources", "Workloads", "Pod"));
    assert.equal(
      message && world.tree.row(message).label,
      "The chosen namespaces have no pods: click to show all namespaces.",
    );
  });

  it("are written where they may not be listed, and checked as they are typed", async () => {
    world.server.fault = ({ path }, answer) => {
      if (path !== "/api/v1/namespaces") return false;
      sendStatus(answer, 403, "Forbidden", "namespaces is forbidden");
      return true;
    };
    const dev = await world.open();
    world.ui.typed = "team-a, Team_B";
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.deepEqual(world.ui.refused, [
      "Team_B is no name of a namespace: lower case letters, digits and hyphens only.",
    ]);
    world.ui.typed = " team-b,team-a  team-b";
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.equal(
      await names(),
      "dev | current · only 2 namespaces\n  Nodes\n  Resources\n  You may not list namespaces here: these are the ones that you named.\n  team-a\n  team-b",
    );
    world.ui.typed = " ";
    await chooseNamespaces.run(world.app, world.ui, dev);
    assert.match(await names(), /these are the context's own and those of the setting .*\n {2}ml$/);
  });

  it("are not asked for where the cluster does not answer", async () => {
    await world.server.stop();
    await assert.rejects(
      () => Promise.resolve(chooseNamespaces.run(world.app, world.ui, undefined)),
      (error) => Trouble.is(error, "unreachable"),
    );
    assert.deepEqual(world.ui.pickedMany, []);
    await world.server.start();
  });

  it("stand first with a star when they are favourites", async () => {
    await favouriteNamespace.run(world.app, world.ui, await world.open("web"));
    assert.equal(await names(), "dev | current\n  Nodes\n  Resources\n  web\n  data\n  kube-system\n  ml");
    const row = await rowOf("web");
    assert.equal(row.icon?.id, "star-full");
    assert.equal(row.accessibleLabel, "Favourite namespace web");
    assert.ok(row.words?.includes("favouriteNamespace") && !row.words.includes("plainNamespace"));
    await unfavouriteNamespace.run(world.app, world.ui, await world.open("web"));
    assert.equal(await names(), "dev | current\n  Nodes\n  Resources\n  data\n  kube-system\n  ml\n  web");
  });

  it("become favourites from the palette, several at once", async () => {
    await assert.rejects(
      () => Promise.resolve(unfavouriteNamespace.run(world.app, world.ui, undefined)),
      /Context dev has no favourite namespaces: the star/,
    );
    world.ui.ticked = ["web", "ml"];
    await favouriteNamespace.run(world.app, world.ui, undefined);
    assert.deepEqual(world.app.looks.of("dev").favourites, ["ml", "web"]);
    world.ui.ticked = ["ml"];
    await unfavouriteNamespace.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.pickedMany[1]?.labels, ["ml", "web"]);
    assert.deepEqual(world.app.looks.of("dev").favourites, ["web"]);
  });

  /** The tree's text at the first change after which it matches. */
  async function until(read: () => Promise<string>, wanted: RegExp): Promise<string> {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const listener = world.tree.changed(() => {
          listener.dispose();
          resolve();
        });
      });
      const text = await read();
      if (wanted.test(text)) return text;
      await changed;
    }
  }
});
