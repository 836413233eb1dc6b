// The filter of a context, as a person sees it in the tree.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { clearFilter } from "../../../src/ui/commands/clearFilter.ts";
import { filterCluster } from "../../../src/ui/commands/filterCluster.ts";
import { fakePod, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { settledText, type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("the filter of a context", function () {
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    const { server } = world;
    for (const name of ["ml", "web", "empty"])
      server.put({ kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
    for (const [name, count] of [
      ["gpu-1", 4],
      ["cpu-1", 0],
    ] as const)
      server.put({
        kind: "Node",
        metadata: { name },
        status: {
          allocatable: count > 0 ? { "nvidia.com/gpu": String(count) } : {},
          conditions: [{ type: "Ready", status: "True" }],
        },
      });
    const job = server.put({
      kind: "Job",
      metadata: { name: "train", namespace: "ml", labels: { team: "a" } },
      spec: { completions: 2, parallelism: 2 },
      status: { active: 2 },
    });
    const ownerReferences = [{ kind: "Job", name: "train", uid: job.metadata.uid, controller: true }];
    const limits = { "nvidia.com/gpu": "2" };
    server.put(
      fakePod("train-a", "ml", {
        metadata: { name: "train-a", namespace: "ml", labels: { team: "a", part: "1" }, ownerReferences },
        spec: { nodeName: "gpu-1", containers: [{ name: "main", resources: { limits } }] },
      }),
    );
    server.put(
      fakePod("train-b", "ml", {
        metadata: { name: "train-b", namespace: "ml", labels: { team: "a", part: "2" }, ownerReferences },
        status: { phase: "Pending" },
      }),
    );
    server.put({ kind: "Service", metadata: { name: "front", namespace: "web" }, spec: { ports: [] } });
    server.put(fakePod("front-1", "web"));
  });
  afterEach(() => world.stop());

  const text = () => settledText(world.tree, world.app.clusters);
  async function filtered(by: string): Promise<string> {
    world.app.looks.setFilter("dev", by);
    const [first = "", ...lines] = (await text()).split("\n");
    assert.ok(first.includes(` · filter: ${by}`), first);
    // What follows *Nodes* and *Resources*, and those.
    return lines.join("\n");
  }

  it("hides rows that do not match, with parents that are empty then, and says so", async () => {
    world.ui.typed = "status:pending";
    await filterCluster.run(world.app, world.ui, await world.open());
    assert.equal(
      await text(),
      `dev | current · filter: status:pending
  Nodes | GPU 2/4
    No node matches the filter: click to clear it.
  Resources
  ml
    train | 2 running, 0/2 done · 2 GPU · 60 min
      train-b | Pending · 60 min`,
    );
    const dev = await world.open();
    assert.ok(world.tree.row(dev).words?.includes("filtered"));
    await clearFilter.run(world.app, world.ui, dev);
    assert.match(await text(), /^dev \| current\n(.*\n)* {2}web\n {4}front-1.*\n {4}front/);
  });

  it("keeps a workload for its own sake with all its pods", async () => {
    assert.match(await filtered("kind:job"), /\n {2}ml\n {4}train .*\n {6}train-a .*\n {6}train-b .*$/);
    assert.match(
      await filtered("label:team=a,!part"),
      /\n {2}ml\n {4}train .*\n {6}train-a .*\n {6}train-b .*$/,
    );
    assert.match(await filtered("-l part=1"), /\n {2}ml\n {4}train .*\n {6}train-a [^\n]*$/);
  });

  it("keeps a node that matches or whose pod does, and counts all GPUs all the same", async () => {
    assert.equal(
      await filtered("gpu"),
      `  Nodes | GPU 2/4
    gpu-1 | GPU 2/4
      ml/train-a | Running · 2 GPU · 60 min
  Resources
  ml
    train | 2 running, 0/2 done · 2 GPU · 60 min
      train-a | Running · 2 GPU · 60 min`,
    );
  });

  it("shows a namespace of that name with all in it", async () => {
    assert.match(await filtered("web"), /Resources\n {2}web\n {4}front-1 .*\n {4}front[^\n]*$/);
    assert.match(await filtered("empty"), /Resources\n {2}empty\n {4}Nothing runs in this namespace\.$/);
  });

  it("says that nothing matches, with the way back", async () => {
    assert.match(
      await filtered("nothing-like-this"),
      /Resources\n {2}Nothing matches the filter\. Click to clear it\.$/,
    );
    const message = (await world.tree.children(await world.open())).at(-1);
    assert.equal(message && world.tree.row(message).command?.id, "slipway.clearFilter");
    await clearFilter.run(world.app, world.ui, message);
    assert.match(await text(), /\n {2}web\n/);
  });

  it("is refused while it is typed when it can't be read, and the one before stays", async () => {
    world.app.looks.setFilter("dev", "train");
    world.ui.typed = "state:pending";
    await filterCluster.run(world.app, world.ui, await world.open());
    assert.match(world.ui.refused[0] ?? "", /^state: is not known here/);
    assert.equal(world.app.looks.of("dev").filter, "train");
  });

  it("hides nothing when one that was kept can't be read, and says what is wrong", async () => {
    assert.match(
      await filtered("state:x"),
      /The filter of this context can't be read: state: is not known here.* Click to write it anew\.\n {2}empty/,
    );
  });

  it("follows what changes: a pod that comes to match appears with its parents", async () => {
    world.app.looks.setFilter("dev", "status:pending kind:pod");
    assert.doesNotMatch(await text(), /web/);
    const changed = untilTree(world.tree, async () => /\n {2}web/.test(await text()));
    world.server.put(fakePod("front-2", "web", { status: { phase: "Pending" } }));
    await changed;
    assert.match(await text(), /\n {2}web\n {4}front-2 \| Pending/);
  });

  it("is for the lists of kinds too", async () => {
    world.app.looks.setFilter("dev", "front");
    const kind = await world.open("Resources", "Workloads", "Pod");
    const namespaces = await world.tree.children(kind);
    assert.deepEqual(
      namespaces.map((node) => world.tree.row(node).label),
      ["web"],
    );
    assert.equal(world.tree.row(kind).description, "1 of 3");
    world.app.looks.setFilter("dev", "nothing-like-this");
    const [message] = await world.tree.children(await world.open("Resources", "Workloads", "Pod"));
    assert.equal(message && world.tree.row(message).label, "No pods match the filter: click to clear it.");
  });

  it("looks through each namespace where a kind may not be listed for all of them", async () => {
    world.server.fault = ({ path }, answer) => {
      if (path !== "/api/v1/pods") return false;
      sendStatus(answer, 403, "Forbidden", "pods is forbidden");
      return true;
    };
    world.app.looks.setFilter("dev", "front-1");
    const closed = () => treeText(world.tree, ({ label }) => label === "dev");
    await untilTree(world.tree, async () => /Resources\n {2}web$/.test(await closed()));
  });

  it("keeps a namespace in which nothing may be seen: nobody knows what is there", async () => {
    world.server.fault = ({ path }, answer) => {
      if (!path.endsWith("/pods") || path === "/api/v1/namespaces/ml/pods") return false;
      sendStatus(answer, 403, "Forbidden", "pods is forbidden");
      return true;
    };
    assert.match(
      await filtered("train-a"),
      /Resources\n {2}empty\n {4}You may not list pods .*\n {2}ml\n {4}train .*\n {6}train-a .*\n {2}web\n {4}You may not list pods /,
    );
  });

  describe("mine", () => {
    const review = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    function knownAs(username: string | undefined): void {
      world.server.fault = ({ method, path, body }, answer) => {
        if (path !== review) return false;
        assert.equal(method, "POST");
        assert.equal((JSON.parse(body) as { kind?: string }).kind, "SelfSubjectReview");
        if (username === undefined) sendStatus(answer, 404, "NotFound", "the server could not find it");
        else {
          answer.setHeader("content-type", "application/json");
          answer.statusCode = 201;
          answer.end(JSON.stringify({ kind: "SelfSubjectReview", status: { userInfo: { username } } }));
        }
        return true;
      };
    }

    it("is what names the person as the server knows them, and what is in their namespaces", async () => {
      knownAs("ann@example.test");
      world.server.put({
        kind: "Namespace",
        metadata: { name: "web", annotations: { owner: "ann@example.test" } },
        status: { phase: "Active" },
      });
      const annotations = { "hub.jupyter.org/username": "ann@example.test" };
      const metadata = { name: "jupyter-ann", namespace: "ml", annotations };
      world.server.put(fakePod("jupyter-ann", "ml", { metadata }));
      world.guard = "readOnly";
      assert.match(
        await filtered("mine"),
        /Resources\n {2}ml\n {4}jupyter-ann .*\n {2}web\n {4}front-1 .*\n {4}front[^\n]*$/,
      );
    });

    it("goes by the kubeconfig's name where the server can't tell, and says as whom nothing matched", async () => {
      knownAs(undefined);
      const own = { name: "mine", namespace: "ml", labels: { "app.kubernetes.io/created-by": "me" } };
      assert.match(await filtered("mine"), /Nothing matches the filter\. To this cluster you are me\. Click/);
      world.server.put(fakePod("mine", "ml", { metadata: own }));
      await untilTree(world.tree, async () => /\n {2}ml\n {4}mine/.test(await text()));
    });

    it("asks nobody who the person is without it", async () => {
      await filtered("train");
      assert.ok(!world.server.requests.some(({ path }) => path === review));
    });
  });
});
