// Kinds that a cluster serves only in part: without the server's own columns, or not at all as its server is away.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { sendJson, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("what a cluster serves only in part", function () {
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    const { server } = world;
    server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    const columns = [{ name: "Ready", cell: () => "True" }];
    const group = "example.com";
    server.kinds.push(
      { kind: "Widget", group, version: "v1", plural: "widgets", columns },
      { kind: "Gadget", group, version: "v1", plural: "gadgets", columns, prints: "nothing" },
      { kind: "Gizmo", group, version: "v1", plural: "gizmos", columns, prints: "objects" },
      { kind: "Secret", group: "", version: "v1", plural: "secrets", prints: "nothing" },
      { kind: "PodMetrics", group: "metrics.k8s.io", version: "v1", plural: "pods", verbs: ["get", "list"] },
    );
    for (const kind of ["Widget", "Gadget", "Gizmo"])
      server.put({ kind, metadata: { name: "one", namespace: "ml" }, spec: { size: "large" } });
  });
  afterEach(() => world.stop());

  /** The tree below a node as text. */
  async function shown(...labels: string[]): Promise<string> {
    const node = await world.open(...labels);
    const below = {
      children: (child: ClusterNode | undefined) => world.tree.children(child ?? node),
      row: (child: ClusterNode) => world.tree.row(child),
      changed: world.tree.changed,
      dispose() {},
    };
    return treeText(below, () => true);
  }

  const rowOf = async (...labels: string[]) => world.tree.row(await world.open(...labels));
  const asked = (plural: string) => world.server.requests.filter(({ path }) => path.endsWith(`/${plural}`));

  for (const kind of ["Gadget", "Gizmo"])
    it(`shows the names of a kind that the server does not print (${kind}), says so, and follows it`, async () => {
      assert.equal(await shown("Resources", "example.com", kind), "ml | 1\n  one | 60 min");
      const row = await rowOf("Resources", "example.com", kind);
      assert.equal(row.description, "1 · only names");
      assert.match(
        row.tooltip ?? "",
        /\nThe server prints no columns of this kind: only names and ages are known\.$/,
      );
      world.server.put({ kind, metadata: { name: "two", namespace: "ml" } });
      await untilTree(world.tree, async () => /two/.test(await shown("Resources", "example.com", kind)));
      // After a new list too, and it is not asked to print again.
      world.server.remove(kind, "ml", "one");
      world.server.forgetHistory();
      world.server.resetWatches();
      await untilTree(
        world.tree,
        async () => (await shown("Resources", "example.com", kind)) === "ml | 1\n  two | 60 min",
      );
      assert.equal((await rowOf("Resources", "example.com", kind)).description, "1 · only names");
      const refused = asked(`${kind.toLowerCase()}s`).filter(({ headers }) =>
        headers.accept?.includes("as=Table"),
      );
      if (kind === "Gadget") assert.equal(refused.length, 1);
      assert.deepEqual(
        [
          await shown("Resources", "example.com", "Widget"),
          (await rowOf("Resources", "example.com", "Widget")).description,
        ],
        ["ml | 1\n  one | Ready True · 60 min", "1"],
        "others are as printed",
      );
    });

  it("asks for the metadata of a Secret alone, also where the server does not print it", async () => {
    world.server.put({
      kind: "Secret",
      metadata: { name: "login", namespace: "ml" },
      data: { password: "x" },
    });
    assert.equal(await shown("Resources", "Configuration", "Secret"), "ml | 1\n  login | 60 min");
    // The row is there before the watch that follows it is asked for; the test's own limit ends this.
    while (asked("secrets").length < 3) await new Promise((resolve) => setImmediate(resolve));
    const [first, ...others] = asked("secrets").map(({ headers }) => headers.accept);
    assert.match(first ?? "", /as=Table/);
    assert.ok(others.length >= 2);
    for (const accept of others)
      assert.match(accept ?? "", /^application\/json;as=PartialObjectMetadata(List)?;v=v1;g=meta\.k8s\.io$/);
  });

  for (const isOld of [true, false])
    it(`says why a part of the API does not answer (${isOld ? "an older server" : "all at once"}), and shows all other`, async () => {
      const { server } = world;
      server.isOld = isOld;
      const message = 'endpoints for service/metrics-server in "kube-system" have no addresses';
      server.fault = ({ path, headers }, answer) => {
        if (path === "/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.k8s.io") {
          const conditions = [{ type: "Available", status: "False", reason: "MissingEndpoints", message }];
          sendJson(answer, 200, { kind: "APIService", status: { conditions } });
          return true;
        }
        const isAway = path.startsWith("/apis/metrics.k8s.io/");
        if (isAway) sendStatus(answer, 503, "ServiceUnavailable", "the server is currently unable");
        if (isAway || path !== "/apis" || !headers.accept?.includes("APIGroupDiscoveryList") || isOld)
          return isAway;
        const item = (name: string, freshness: string, resources: object[]) => ({
          metadata: { name },
          versions: [{ version: "v1", freshness, resources }],
        });
        const widget = {
          resource: "widgets",
          responseKind: { group: "example.com", version: "v1", kind: "Widget" },
          scope: "Namespaced",
          verbs: ["list", "watch", "get"],
        };
        sendJson(answer, 200, {
          kind: "APIGroupDiscoveryList",
          items: [item("example.com", "Current", [widget]), item("metrics.k8s.io", "Stale", [])],
        });
        return true;
      };
      const [first, ...groups] = await world.tree.children(await world.open("Resources"));
      assert.ok(first);
      assert.equal(
        world.tree.row(first).label,
        `The server of metrics.k8s.io/v1 does not answer (${message}), so its kinds are not known: see its APIService.`,
      );
      const labels = groups.map((group) => world.tree.row(group).label);
      assert.ok(labels.includes("example.com") && labels.includes("Configuration"), labels.join());
      assert.equal(await shown("Resources", "example.com", "Widget"), "ml | 1\n  one | Ready True · 60 min");
    });

  it("says what the call said where the APIService may not be read", async () => {
    world.server.isOld = true;
    world.server.fault = ({ path }, answer) => {
      const isAway = path.startsWith("/apis/metrics.k8s.io/");
      if (isAway)
        sendStatus(answer, 503, "ServiceUnavailable", "the server is currently unable to handle the request");
      if (path.includes("/apiservices/")) sendStatus(answer, 403, "Forbidden", "no");
      return isAway || path.includes("/apiservices/");
    };
    const [first] = await world.tree.children(await world.open("Resources"));
    assert.ok(first);
    assert.match(
      world.tree.row(first).label,
      /^The server of metrics\.k8s\.io\/v1 does not answer \(the server is currently unable to handle the request\), so/,
    );
  });

  it("shows the cause at the node whose own list fails, and at no other", async () => {
    world.server.fault = ({ path }, answer) => {
      const isAway = path.endsWith("/widgets");
      if (isAway) sendStatus(answer, 503, "ServiceUnavailable", "the server is currently unable");
      return isAway;
    };
    assert.match(
      await shown("Resources", "example.com", "Widget"),
      /could not list widgets in all namespaces: the server is currently unable$/,
    );
    assert.equal(await shown("Resources", "example.com", "Gizmo"), "ml | 1\n  one | 60 min");
    const namespace = await world.open("ml");
    assert.ok(namespace);
    world.server.fault = undefined;
    await untilTree(
      world.tree,
      async () =>
        (await shown("Resources", "example.com", "Widget")) === "ml | 1\n  one | Ready True · 60 min",
    );
  });
});
