// Every kind that a cluster serves, under *Resources* of the view Clusters, against a scripted API server.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { copyObjectName } from "../../../src/ui/commands/copyObjectName.ts";
import { deleteObject } from "../../../src/ui/commands/deleteObject.ts";
import { describeObject } from "../../../src/ui/commands/describeObject.ts";
import { revealSecretValue } from "../../../src/ui/commands/revealSecretValue.ts";
import { showYaml } from "../../../src/ui/commands/showYaml.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { sendStatus } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

const CANARY = "hunter2-the-canary";

describe("Resources of a context", function () {
  // The first test waits for the Kubernetes client to load.
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    const { server } = world;
    server.kinds.push(
      {
        kind: "ConfigMap",
        group: "",
        version: "v1",
        plural: "configmaps",
        columns: [
          { name: "Data", cell: ({ data }) => Object.keys(data ?? {}).length },
          { name: "Wide", cell: () => "only with -o wide", priority: 1 },
        ],
      },
      {
        kind: "Secret",
        group: "",
        version: "v1",
        plural: "secrets",
        columns: [{ name: "Type", cell: () => "Opaque" }],
      },
      {
        kind: "StorageClass",
        group: "storage.k8s.io",
        version: "v1",
        plural: "storageclasses",
        clusterWide: true,
        columns: [{ name: "Provisioner", cell: ({ provisioner }) => provisioner }],
      },
      {
        kind: "Widget",
        group: "example.com",
        version: "v1beta1",
        plural: "widgets",
        columns: [
          { name: "Ready", cell: ({ status }) => (status as { ready?: string } | undefined)?.ready ?? "" },
          { name: "Nothing", cell: () => "<none>" },
        ],
      },
      { kind: "PodMetrics", group: "metrics.k8s.io", version: "v1", plural: "pods", verbs: ["get", "list"] },
      { kind: "TokenReview", group: "example.com", version: "v1", plural: "reviews", verbs: ["create"] },
    );
    for (const name of ["ml", "other"])
      server.put({ kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
    for (const [name, namespace] of [
      ["settings", "ml"],
      ["more", "ml"],
      ["away", "other"],
    ] as const)
      server.put({ kind: "ConfigMap", metadata: { name, namespace }, data: { one: "1", two: "2" } });
    server.put({ kind: "StorageClass", metadata: { name: "fast" }, provisioner: "csi.example.com" });
    server.put({
      kind: "Secret",
      metadata: { name: "login", namespace: "ml" },
      data: { password: btoa(CANARY), blob: btoa("\xff\xfe\x00") },
    });
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

  const paths = () => world.server.requests.map(({ path }) => path);

  it("asks for nothing before it is opened", async () => {
    await world.tree.children(await world.open());
    assert.deepEqual(Array.from(new Set(paths())), ["/api/v1/namespaces"]);
  });

  it("groups the kinds by what they are for, and those of operators by their group", async () => {
    const node = await world.open("Resources");
    const groups = await world.tree.children(node);
    assert.deepEqual(
      groups.map((group) => world.tree.row(group).label),
      ["Workloads", "Network", "Configuration", "Storage", "Cluster", "example.com"],
    );
    const lines = await Promise.all(
      groups.map(async (group) => {
        const kinds = await world.tree.children(group);
        return kinds.map((kind) => world.tree.row(kind).label).join(" ");
      }),
    );
    assert.deepEqual(lines, [
      "CronJob DaemonSet Deployment Job Pod ReplicaSet StatefulSet",
      "Service",
      "ConfigMap Secret",
      "StorageClass",
      "Event Namespace Node PodMetrics",
      "Widget",
    ]);
    assert.deepEqual(
      paths().filter((path) => path !== "/api/v1/namespaces"),
      ["/api", "/apis"],
    );
  });

  it("asks an older server group by group", async () => {
    world.server.isOld = true;
    assert.match(await shown("Resources", "example.com"), /^Widget/);
    assert.ok(paths().includes("/apis/example.com/v1beta1"));
  });

  it("says which part of the API does not answer", async () => {
    world.server.isOld = true;
    world.server.fault = (request, answer) => {
      const isAway = request.path === "/apis/metrics.k8s.io/v1";
      if (isAway) sendStatus(answer, 503, "ServiceUnavailable", "the server is currently unable");
      return isAway;
    };
    const [first] = await world.tree.children(await world.open("Resources"));
    assert.ok(first);
    assert.match(world.tree.row(first).label, /^The server of metrics\.k8s\.io\/v1 does not answer/);
  });

  it("shows objects by namespace, as the server prints them", async () => {
    assert.equal(
      await shown("Resources", "Configuration", "ConfigMap"),
      `ml | 2
  more | Data 2 · 60 min
  settings | Data 2 · 60 min
other | 1
  away | Data 2 · 60 min`,
    );
    assert.equal(await shown("Resources", "Storage", "StorageClass"), "fast | csi.example.com · 60 min");
    assert.equal(await shown("Resources", "example.com", "Widget"), "The cluster has no widgets.");
    const kind = await world.open("Resources", "Configuration", "ConfigMap");
    assert.equal(world.tree.row(kind).description, "3");
  });

  it("follows changes by a watch that goes on after a cut", async () => {
    const kind = await world.open("Resources", "example.com", "Widget");
    await world.tree.children(kind);
    world.server.put({
      kind: "Widget",
      metadata: { name: "w", namespace: "ml" },
      status: { ready: "False" },
    });
    await untilTree(world.tree, async () =>
      /w \| Ready False/.test(await shown("Resources", "example.com", "Widget")),
    );
    const node = await world.open("Resources", "example.com", "Widget", "ml", "w");
    assert.equal(world.tree.row(node).icon?.color, "list.warningForeground");
    world.server.resetWatches();
    world.server.put({ kind: "Widget", metadata: { name: "w", namespace: "ml" }, status: { ready: "True" } });
    await untilTree(world.tree, () => world.tree.row(node).description === "Ready True · 60 min");
    assert.equal(world.tree.row(node).icon?.color, "charts.green");
    const lists = world.server.requests.filter(
      ({ path, query }) => path.endsWith("/widgets") && query.get("watch") === null,
    );
    assert.equal(lists.length, 1, "a cut is no reason to list again");
    world.server.remove("Widget", "ml", "w");
    await untilTree(
      world.tree,
      async () => (await shown("Resources", "example.com", "Widget")) === "The cluster has no widgets.",
    );
  });

  it("asks for the metadata of a Secret and no value", async () => {
    assert.equal(await shown("Resources", "Configuration", "Secret"), "ml | 1\n  login | Opaque · 60 min");
    const asked = world.server.requests.filter(({ path }) => path.endsWith("/secrets"));
    assert.ok(asked.length > 0);
    for (const { query, headers } of asked) {
      assert.equal(query.get("includeObject"), "Metadata");
      assert.match(headers.accept ?? "", /^application\/json;as=Table;v=v1;g=meta\.k8s\.io/);
    }
  });

  it("hides the values of a Secret until one is asked for, and logs none", async () => {
    const secret = await world.open("Resources", "Configuration", "Secret", "ml", "login");
    await showYaml.run(world.app, world.ui, secret);
    await describeObject.run(world.app, world.ui, secret);
    const [yaml, description] = world.ui.documents.map(({ text }) => text);
    assert.match(yaml ?? "", /password: \(hidden, 18 bytes\)/);
    assert.match(description ?? "", /^Kind: +Secret$[^]*password +18 bytes/m);
    assert.doesNotMatch(`${yaml}${description}`, new RegExp(`${CANARY}|${btoa(CANARY)}`));
    world.ui.answers = ["password"];
    await revealSecretValue.run(world.app, world.ui, secret);
    assert.deepEqual(world.ui.documents.at(-1), {
      name: "login · password (dev)",
      language: "plaintext",
      text: CANARY,
    });
    world.ui.answers = ["blob"];
    await revealSecretValue.run(world.app, world.ui, secret);
    assert.equal(world.ui.documents.at(-1)?.text, "3 bytes that are no text, in base64:\n//4A\n");
    assert.doesNotMatch(world.log.join("\n"), new RegExp(`${CANARY}|${btoa(CANARY)}`));
  });

  it("lets objects of any kind be copied, described and deleted", async () => {
    const widget = { kind: "Widget", apiVersion: "example.com/v1beta1" };
    world.server.put({ ...widget, metadata: { name: "w", namespace: "ml" } });
    const node = await world.open("Resources", "example.com", "Widget", "ml", "w");
    await copyObjectName.run(world.app, world.ui, node);
    assert.equal(world.ui.copied, "w");
    await describeObject.run(world.app, world.ui, node);
    assert.match(world.ui.documents.at(-1)?.text ?? "", /^Kind: +Widget\nName: +w\nNamespace: +ml$/m);
    await deleteObject.run(world.app, world.ui, node);
    assert.deepEqual(world.ui.confirmed.at(-1), {
      text: "Delete Widget w?",
      detail: "Context: dev\nNamespace: ml\nKind: Widget\nName: w\n\nWhat it owns is deleted with it.",
      action: "Delete",
    });
    await untilTree(
      world.tree,
      async () => (await shown("Resources", "example.com", "Widget")) === "The cluster has no widgets.",
    );
  });

  it("offers every served kind where a command was started without an object", async () => {
    world.ui.answers = ["ConfigMap", "settings"];
    await copyObjectName.run(world.app, world.ui, undefined);
    assert.equal(world.ui.copied, "settings");
    assert.ok(world.ui.picked[0]?.labels.includes("Widget"));
  });

  it("names the right that is missing, and shows the namespaces that may be seen", async () => {
    world.server.fault = (request, answer) => {
      const isDenied = request.path.endsWith("/configmaps") && !request.path.includes("/namespaces/ml/");
      const message = 'User "me" cannot list resource "configmaps" in API group "" at the cluster scope';
      if (isDenied) sendStatus(answer, 403, "Forbidden", message);
      return isDenied;
    };
    assert.equal(
      await shown("Resources", "Configuration", "ConfigMap"),
      `Context dev may not list configmaps in all namespaces: ask the cluster's administrator for the right to list configmaps.
ml | 2
  more | Data 2 · 60 min
  settings | Data 2 · 60 min
other
  Context dev may not list configmaps in namespace other: ask the cluster's administrator for the right to list configmaps.`,
    );
  });

  it("shows 300 of many, and the rest when it is asked for", async () => {
    for (let index = 0; index < 310; index++)
      world.server.put({ kind: "Widget", metadata: { name: `w-${1000 + index}`, namespace: "ml" } });
    const lines = (await shown("Resources", "example.com", "Widget")).split("\n");
    assert.equal(lines.filter((line) => /^ {2}w-/.test(line)).length, 300);
    assert.equal(lines[301], "  10 more…");
    assert.equal(lines.filter((line) => /^ {4}w-/.test(line)).length, 10);
  });

  it("lists what can't be watched once, and says so", async () => {
    world.server.put({ kind: "PodMetrics", metadata: { name: "train", namespace: "ml" } });
    assert.equal(await shown("Resources", "Cluster", "PodMetrics"), "ml | 1\n  train | 60 min");
    const kind = await world.open("Resources", "Cluster", "PodMetrics");
    assert.equal(world.tree.row(kind).description, "1 · as listed");
    assert.equal(world.server.requests.filter(({ path }) => path.startsWith("/apis/metrics")).length, 1);
  });

  it("stops reading a kind that is closed again, and reads it anew when it is opened", async () => {
    const kind = await world.open("Resources", "example.com", "Widget");
    await world.tree.children(kind);
    const cluster = world.app.clusters.get("dev");
    let reading = 0;
    const read = cluster?.read.bind(cluster);
    assert.ok(cluster && read);
    cluster.read = (...args) => {
      reading++;
      return read(...args);
    };
    world.tree.setExpanded(await world.open("Resources"), false);
    assert.equal(reading, 0);
    const fired = new Promise<ClusterNode[] | undefined>((resolve) => world.tree.changed(resolve));
    world.tree.setExpanded(await world.open("Resources"), true);
    assert.deepEqual(await fired, [kind]);
    assert.equal(reading, 1);
  });

  it("offers no deletion where a context is only read", async () => {
    world.guard = "readOnly";
    const node = await world.open("Resources", "Storage", "StorageClass", "fast");
    assert.deepEqual(world.tree.row(node).words, ["object", "resource"]);
    await assert.rejects(async () => deleteObject.run(world.app, world.ui, node), /only read here/);
  });
});
