// The commands of the view Clusters from the palette and from a row, against a scripted API server.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import type { Guard } from "../../../src/core/kube/contextGuard.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { applyManifest } from "../../../src/ui/commands/applyManifest.ts";
import { closeCluster } from "../../../src/ui/commands/closeCluster.ts";
import { copyObjectName } from "../../../src/ui/commands/copyObjectName.ts";
import { deleteObject } from "../../../src/ui/commands/deleteObject.ts";
import { describeObject } from "../../../src/ui/commands/describeObject.ts";
import { showPodLogs } from "../../../src/ui/commands/showPodLogs.ts";
import { showYaml } from "../../../src/ui/commands/showYaml.ts";
import type { ObjectNode } from "../../../src/ui/rows/kube/node.ts";
import { FakeApiServer, fakePod, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { FakeUi } from "./fakeUi.ts";

describe("the commands for Kubernetes", function () {
  // The first test waits for the Kubernetes client to load.
  this.timeout(20_000);
  let server: FakeApiServer;
  let folder: string;
  let app: App;
  let ui: FakeUi;
  let guard: Guard;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    folder = await mkdtemp(join(tmpdir(), "slipway-commands-"));
    const contexts = ["dev", "prod"].map(
      (name) => `{ name: ${name}, context: { cluster: one, user: me, namespace: ml } }`,
    );
    await writeFile(
      join(folder, "config"),
      `clusters: [{ name: one, cluster: { server: "${server.url}" } }]
users: [{ name: me, user: {} }]
contexts: [${contexts.join(", ")}]
current-context: prod
`,
    );
    guard = "none";
    const isReadOnly = () => guard === "readOnly";
    const io = new KubeClusters(() => [join(folder, "config")], systemClock, silentLog, { isReadOnly });
    const clusters = new Clusters(
      io,
      systemClock,
      silentLog,
      () => [],
      () => guard,
    );
    app = { clusters, clock: systemClock, log: silentLog } as App;
    ui = new FakeUi();
    server.put(fakePod("train"));
    server.put(fakePod("web"));
  });
  afterEach(async () => {
    app.clusters.dispose();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  function podNode(name: string): ObjectNode {
    return {
      type: "object",
      id: `dev/${name}`,
      parent: undefined,
      context: "dev",
      kind: "Pod",
      uid: `uid-Pod/ml/${name}`,
      name,
      namespace: "ml",
    };
  }

  it("ask for context, kind and object where nothing was clicked", async () => {
    ui.answers = ["dev", "Pod", "web"];
    await describeObject.run(app, ui, undefined);
    assert.deepEqual(
      ui.picked.map(({ labels }) => labels.slice(0, 3)),
      [
        ["dev", "prod"],
        ["Namespace", "Node", "Pod"],
        ["train", "web"],
      ],
    );
    assert.equal(ui.documents[0]?.name, "Pod web (dev)");
    assert.match(ui.documents[0]?.text ?? "", /^Name: +web$/m);
  });

  it("do nothing when the question is dismissed", async () => {
    ui.answers = ["no such context", "no such context"];
    await describeObject.run(app, ui, undefined);
    await deleteObject.run(app, ui, undefined);
    assert.deepEqual([ui.documents, ui.confirmed], [[], []]);
  });

  it("describe an object whose events may not be read", async () => {
    server.fault = (request, answer) => {
      const isEvents = request.path.endsWith("/events");
      if (isEvents) sendStatus(answer, 403, "Forbidden", "no");
      return isEvents;
    };
    await describeObject.run(app, ui, podNode("web"));
    assert.match(ui.documents[0]?.text ?? "", /Events: may not be read with this context/);
  });

  it("show the YAML of the object that was clicked", async () => {
    await showYaml.run(app, ui, podNode("train"));
    assert.equal(ui.documents[0]?.name, "train.yaml (dev)");
    assert.match(ui.documents[0]?.text ?? "", /^kind: Pod\nmetadata:\n {2}uid: uid-Pod\/ml\/train$/m);
  });

  it("say in one sentence that an object is gone", async () => {
    server.remove("Pod", "ml", "web");
    await assert.rejects(
      showYaml.run(app, ui, podNode("web")),
      (error) =>
        Trouble.is(error, "not-found") &&
        error.text === "Could not read Pod web in namespace ml: it is not there any more.",
    );
  });

  it("delete with the uid that was clicked, and only after a yes", async () => {
    ui.sure = false;
    await deleteObject.run(app, ui, podNode("web"));
    assert.equal(
      ui.confirmed[0]?.detail,
      "Context: dev\nNamespace: ml\nKind: Pod\nName: web\n\nNothing will make a new one.",
    );
    assert.ok(!server.requests.some(({ method }) => method === "DELETE"));
    ui.sure = true;
    await deleteObject.run(app, ui, podNode("web"));
    const request = server.requests.find(({ method }) => method === "DELETE");
    assert.equal(request?.path, "/api/v1/namespaces/ml/pods/web");
    assert.deepEqual((JSON.parse(request?.body ?? "") as { preconditions: unknown }).preconditions, {
      uid: "uid-Pod/ml/web",
    });
    assert.equal(app.clusters.get("prod"), undefined, "the current context is not the one that was clicked");
  });

  it("want the name typed before they delete in a protected context", async () => {
    guard = "protected";
    const isDeleted = () => server.requests.some(({ method }) => method === "DELETE");
    ui.typed = "wbe";
    await deleteObject.run(app, ui, podNode("web"));
    assert.deepEqual(ui.refused, ["Type web, or press Escape to leave it."]);
    assert.match(ui.confirmed[0]?.detail ?? "", /This context is protected: you will be asked to type web\./);
    assert.equal(isDeleted(), false);
    ui.typed = "web";
    await deleteObject.run(app, ui, podNode("web"));
    assert.equal(isDeleted(), true);
  });

  it("change nothing in a context that is only read, and say so before they ask", async () => {
    guard = "readOnly";
    const isRefused = (error: unknown) =>
      Trouble.is(error, "refused-by-policy") && error.text.includes("slipway.contexts.readOnly");
    await assert.rejects(Promise.resolve(deleteObject.run(app, ui, podNode("web"))), isRefused);
    assert.deepEqual(ui.confirmed, []);
    ui.active = { name: "a.yaml", text: "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n" };
    await assert.rejects(Promise.resolve(applyManifest.run(app, ui, undefined)), isRefused);
    // Whatever way a change takes, it does not leave this machine; what the server only tries does.
    server.fault = (request, answer) => {
      if (request.path === "/api/v1") {
        const resources = [{ name: "pods", kind: "Pod", namespaced: true }];
        answer.end(JSON.stringify({ kind: "APIResourceList", resources }));
      } else if (request.method === "PATCH") answer.end("{}");
      else return false;
      return true;
    };
    const { connection } = await app.clusters.open("dev");
    const kind = kindNamed("Pod");
    assert.ok(kind);
    await assert.rejects(
      connection.remove({ kind, namespace: "ml", name: "web" }, "uid", never()),
      isRefused,
    );
    const target = { apiVersion: "v1", kind: "Pod", name: "a", namespace: "ml", object: {} };
    const options = { namespace: "ml", dryRun: false, force: false };
    await assert.rejects(connection.applier().apply(target, options, never()), isRefused);
    assert.deepEqual(
      server.requests.filter(({ method }) => method !== "GET"),
      [],
    );
    await connection
      .applier()
      .apply(target, { ...options, dryRun: true }, never())
      .catch(() => {});
    assert.deepEqual(
      server.requests.filter(({ method }) => method !== "GET").map(({ method }) => method),
      ["PATCH"],
    );
  });

  it("never send a name as anything but a name", async () => {
    const node = { ...podNode("web"), name: "../../nodes/x?force=true", namespace: "$(id);'\"" };
    await assert.rejects(showYaml.run(app, ui, node), (error) => Trouble.is(error, "not-found"));
    assert.equal(
      server.requests[0]?.path,
      "/api/v1/namespaces/%24(id)%3B'%22/pods/..%2F..%2Fnodes%2Fx%3Fforce%3Dtrue",
    );
  });

  it("follow the log of the container that the person picks", async () => {
    server.put(
      fakePod("two", "ml", {
        spec: { containers: [{ name: "main" }, { name: "proxy" }], restartPolicy: "Never" },
        status: {
          phase: "Succeeded",
          containerStatuses: [{ name: "proxy", state: { terminated: { exitCode: 0, reason: "Completed" } } }],
        },
      }),
    );
    server.fault = (request, answer) => {
      if (!request.path.endsWith("/log")) return false;
      assert.equal(request.query.get("container"), "proxy");
      assert.equal(request.query.get("tailLines"), "1000");
      answer.end("2026-11-24T00:00:00.1Z one\n2026-11-24T00:00:00.2Z two without a line end");
      return true;
    };
    ui.answers = ["proxy"];
    ui.onStreamText = () => {
      if (ui.streams[0]?.text.includes("has ended")) ui.streams[0].close();
    };
    await showPodLogs.run(app, ui, podNode("two"));
    assert.deepEqual(
      ui.streams.map(({ name, text }) => [name, text]),
      [
        [
          "two · proxy",
          "-- t: times · f: filter · r: range · s: save --\none\ntwo without a line end\n-- Container proxy has ended (Completed, exit code 0). --\n",
        ],
      ],
    );
  });

  it("copy names, and close only what is open", async () => {
    await copyObjectName.run(app, ui, podNode("web"));
    assert.equal(ui.copied, "web");
    await assert.rejects(closeCluster.run(app, ui, undefined), /No context is open/);
    await app.clusters.open("dev");
    await closeCluster.run(app, ui, undefined);
    assert.equal(app.clusters.get("dev"), undefined);
  });
});
