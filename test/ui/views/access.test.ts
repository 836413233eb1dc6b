// Menus and pickers for users of few rights: what may not be done is not offered, and what is not known is.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../../src/base/trouble.ts";
import { deleteObject } from "../../../src/ui/commands/deleteObject.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { fakePod, type SeenRequest, sendJson, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

const reviews = "/apis/authorization.k8s.io/v1/selfsubject";
const reader = { verbs: ["get", "list", "watch"], apiGroups: ["*"], resources: ["*"] };

describe("rows of a user of few rights", () => {
  let world: TreeWorld;
  let rules: (namespace: string) => object | undefined;
  let single: (asked: string) => boolean;
  let held: (() => void)[] | undefined;

  beforeEach(async () => {
    world = await treeWorld();
    rules = () => undefined;
    single = () => false;
    held = undefined;
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    world.server.put(fakePod("train"));
    world.server.fault = (request, answer) => {
      if (!request.path.startsWith(reviews)) return false;
      const go = () => review(request, answer);
      if (held) held.push(go);
      else go();
      return true;
    };
  });
  afterEach(() => world.stop());

  function review({ path, body }: SeenRequest, answer: ServerResponse): void {
    const { spec } = JSON.parse(body) as {
      spec: {
        namespace: string;
        resourceAttributes: { verb: string; resource: string; subresource?: string };
      };
    };
    if (path.endsWith("accessreviews")) {
      const { verb, resource, subresource } = spec.resourceAttributes;
      const asked = `${verb} ${resource}${subresource ? `/${subresource}` : ""}`;
      return sendJson(answer, 201, { status: { allowed: single(asked) } });
    }
    const status = rules(spec.namespace);
    if (status) sendJson(answer, 201, { status });
    else sendStatus(answer, 403, "Forbidden", "no");
  }

  const asked = (what: string) => world.server.requests.filter(({ path }) => path.endsWith(what)).length;
  const words = (node: ClusterNode) => world.tree.row(node).words ?? [];
  const offered = (node: ClusterNode) =>
    words(node)
      .filter((word) => !["object", "pod"].includes(word))
      .join(" ");
  const everything = "deletable changeable editable loggable forwardable executable copyable debuggable";

  it("offer what the rules of their namespace allow, and come before these do", async () => {
    rules = () => ({
      incomplete: false,
      resourceRules: [
        reader,
        { verbs: ["delete"], apiGroups: [""], resources: ["pods"], resourceNames: ["train"] },
      ],
    });
    world.server.put(fakePod("other"));
    held = [];
    const train = await world.open("ml", "train");
    assert.equal(offered(train), everything);
    for (const go of held.splice(0)) go();
    held = undefined;
    await untilTree(world.tree, () => offered(train) !== everything);
    assert.equal(offered(train), "deletable loggable forwardable executable copyable");
    assert.equal(offered(await world.open("ml", "other")), "loggable forwardable executable copyable");
    assert.equal(asked("rulesreviews"), 1);
    assert.equal(asked("accessreviews"), 0);
  });

  it("are not asked about before they are shown, and not again for each row", async () => {
    const ml = await world.open("ml");
    assert.equal(asked("rulesreviews"), 0);
    const children = await world.tree.children(ml);
    for (const child of [...children, ...children]) world.tree.row(child);
    await world.app.clusters.get("dev")?.access.decided("ml", [], undefined);
    for (const child of children) world.tree.row(child);
    // Waits for what is under way, if anything is.
    await world.app.clusters.get("dev")?.access.decided("ml", [], undefined);
    assert.equal(asked("rulesreviews"), 1);
  });

  it("offer all where the server does not say what is allowed", async () => {
    const train = await world.open("ml", "train");
    world.tree.row(train);
    const cluster = world.app.clusters.get("dev");
    await cluster?.access.decided("ml", [], undefined);
    assert.equal(offered(train), everything);
  });

  it("are asked about one by one where the rules are not all", async () => {
    rules = () => ({
      incomplete: true,
      resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods/log"] }],
    });
    single = (one) => one === "patch pods" || one === "get pods/exec";
    const train = await world.open("ml", "train");
    await untilTree(world.tree, () => offered(train) === "changeable loggable executable copyable");
    const before = asked("accessreviews");
    words(train);
    assert.equal(asked("accessreviews"), before);
    // No more than the questions of its words, each once.
    assert.equal(before, 6);
  });

  it("are asked about anew after a refresh", async () => {
    let may: object[] = [reader];
    rules = () => ({ incomplete: false, resourceRules: may });
    const train = await world.open("ml", "train");
    await untilTree(world.tree, () => !offered(train).includes("deletable"));
    may = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
    await world.app.clusters.refresh();
    await untilTree(world.tree, () => offered(train) === everything);
  });

  it("are left out of a picker, which says what is missing when none is left", async () => {
    rules = (namespace) => ({
      incomplete: false,
      resourceRules: namespace === "ml" ? [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }] : [reader],
    });
    world.server.put(fakePod("theirs", "other"));
    world.ui.answers = ["Pod", "train"];
    world.ui.sure = false;
    await deleteObject.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.picked.at(-1)?.labels, ["train"]);
    rules = () => ({ incomplete: false, resourceRules: [reader] });
    await world.app.clusters.refresh();
    world.ui.answers = ["Pod"];
    await assert.rejects(
      Promise.resolve(deleteObject.run(world.app, world.ui, undefined)),
      (error) =>
        Trouble.is(error, "denied") &&
        error.text ===
          "Context dev may not do that with any of them: ask the cluster's administrator for the right to delete pods.",
    );
  });

  it("are offered by a picker that gets no answer in time", async function () {
    this.timeout(10_000);
    held = [];
    world.ui.answers = ["Pod", "train"];
    world.ui.sure = false;
    await deleteObject.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.picked.at(-1)?.labels, ["train"]);
  });
});
