// What is known of a cluster is too old (410): it is listed once more, and for who looks nothing moves but what has changed.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, it } from "mocha";
import { fakePod, type SeenRequest, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { ShownTree } from "./shownTree.ts";
import { type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("a cluster of which all that is known is too old", function () {
  this.timeout(20_000);
  let world: TreeWorld;
  let shown: ShownTree;

  beforeEach(async () => {
    world = await treeWorld();
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    const deployment = world.server.put({
      kind: "Deployment",
      metadata: { name: "llm", namespace: "ml" },
      spec: { replicas: 1 },
    });
    for (const name of ["llm-1", "llm-2"])
      world.server.put(
        fakePod(name, "ml", {
          metadata: {
            name,
            namespace: "ml",
            ownerReferences: [
              { kind: "Deployment", name: "llm", uid: deployment.metadata.uid, controller: true },
            ],
          },
        }),
      );
    world.server.put(fakePod("alone"));
    shown = new ShownTree(world.tree);
  });
  afterEach(async () => {
    shown.dispose();
    await world.stop();
  });

  const isPods = ({ path }: SeenRequest) => path === "/api/v1/pods";
  const isWatch = ({ query }: SeenRequest) => query.has("watch");
  const isBeginning = (request: SeenRequest) =>
    isPods(request) && (!isWatch(request) || request.query.has("sendInitialEvents"));

  async function opened(): Promise<void> {
    await shown.expand("dev");
    await shown.expand("dev", "ml");
    await shown.expand("dev", "ml", "llm");
    await untilTree(world.tree, async () => (await shown.text()).includes("llm-2"));
    await shown.select("dev", "ml", "llm", "llm-2");
    const isStanding = () => world.app.clusters.get("dev")?.worst().state === "live";
    while (!isStanding() || !world.server.requests.some((one) => isPods(one) && isWatch(one)))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  for (const lists of ["yes", "refuses"] as const)
    for (const how of ["as an answer to a watch", "as an event of a watch"] as const)
      it(`keeps selection and what is open, ${how}, ${lists === "yes" ? "listed by a watch" : "listed in pages"}`, async () => {
        const { server } = world;
        server.listsInWatches = lists;
        await opened();
        const before = server.requests.length;
        let refused = 0;
        const held: ServerResponse[] = [];
        let isHeld = true;
        server.fault = (request, answer) => {
          if (
            isPods(request) &&
            isWatch(request) &&
            !request.query.has("sendInitialEvents") &&
            refused === 0
          ) {
            refused += 1;
            if (how === "as an answer to a watch")
              sendStatus(answer, 410, "Expired", "too old resource version");
            else {
              const status = {
                kind: "Status",
                code: 410,
                reason: "Expired",
                message: "too old resource version",
              };
              answer.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
            }
            return true;
          }
          if (!isBeginning(request) || !isHeld) return false;
          held.push(answer);
          return true;
        };
        // Meanwhile one pod goes that nobody has heard of.
        server.endWatches();
        server.remove("Pod", "ml", "alone");
        while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.match(await shown.text(), /alone/, "while it is listed anew all that was known is there");
        assert.equal(shown.selected, "llm-2");
        isHeld = false;
        for (const answer of held) answer.destroy();
        await untilTree(world.tree, async () => !(await shown.text()).includes("alone"));
        assert.equal(shown.selected, "llm-2");
        assert.deepEqual(shown.expanded, ["dev", "llm", "ml"]);
        assert.deepEqual(shown.lost, [], "nothing that is there was gone in between");
        assert.equal(refused, 1);
        // The one that was held and cut, and the one that brought it.
        const began = server.requests.slice(before).filter(isBeginning);
        assert.equal(began.length, held.length + 1);
      });

  it("is listed at once, also where the watch was cut before, and once", async () => {
    world.server.listsInWatches = "yes";
    await opened();
    const before = world.server.requests.length;
    world.server.remove("Pod", "ml", "alone");
    world.server.forgetHistory();
    const started = performance.now();
    world.server.resetWatches();
    await untilTree(world.tree, async () => !(await shown.text()).includes("alone"));
    // Half a second or so after the cut, and no longer wait for the list.
    assert.ok(performance.now() - started < 3_000, `${performance.now() - started} ms`);
    assert.equal(world.server.requests.slice(before).filter(isBeginning).length, 1);
    assert.equal(shown.selected, "llm-2");
    assert.deepEqual(shown.lost, []);
  });
});
