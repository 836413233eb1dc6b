// What is asked of a server to hold a manifest against it: names and nothing more, and tries that keep nothing.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { readFacts } from "../../../src/app/jobs/clusterCheck/readFacts.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { knownValues } from "../../../src/core/kube/live/values.ts";
import { readManifest } from "../../../src/core/kube/manifest.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import { FakeApiServer, sendJson, sendStatus } from "./fakeApiServer.ts";
import { hurriedClock, targetOf } from "./watching.ts";

const pod = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: main, image: a, envFrom: [{secretRef: {name: token}}]}]
`;

describe("asking a server", () => {
  const server = new FakeApiServer();
  let connection: Connection;

  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => {
    server.requests.length = 0;
    connection = new Connection(targetOf(server.url), hurriedClock, silentLog);
  });
  afterEach(() => connection.dispose());

  it("for what Secrets there are asks for their metadata only, page by page", async () => {
    server.fault = ({ query }, answer) => {
      const first = query.get("continue") === null;
      const items = [{ metadata: { name: first ? "a" : "b" } }];
      sendJson(answer, 200, { metadata: first ? { continue: "more" } : {}, items });
      return true;
    };
    assert.deepEqual(await connection.names("/api/v1/namespaces/ml/secrets", never()), ["a", "b"]);
    for (const { headers } of server.requests)
      assert.equal(headers.accept, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  });

  it("reads of a cluster only what the manifest names, and each list once", async () => {
    server.fault = (_, answer) => {
      sendJson(answer, 200, { metadata: {}, items: [] });
      return true;
    };
    const manifest = readManifest(`${pod}---\n${pod}`);
    assert.ok("objects" in manifest);
    const question = { context: "dev", namespace: "ml", objects: manifest.objects };
    await readFacts(connection, question, () => {}, never());
    assert.deepEqual(server.requests.map(({ path }) => path).toSorted(), [
      "/api/v1/namespaces/ml",
      "/api/v1/namespaces/ml/limitranges",
      "/api/v1/namespaces/ml/resourcequotas",
      "/api/v1/namespaces/ml/secrets",
      "/api/v1/nodes",
      "/api/v1/pods",
    ]);
  });

  it("offers what could be named, also where it may not all be seen, and tells nobody of that", async () => {
    server.fault = ({ path }, answer) => {
      if (path.endsWith("/configmaps")) sendStatus(answer, 403, "Forbidden", "no");
      else if (path.endsWith("/priorityclasses"))
        sendJson(answer, 200, { items: [{ metadata: { name: "high" } }] });
      else sendJson(answer, 200, { metadata: {}, items: [] });
      return true;
    };
    const manifest = readManifest(pod);
    assert.ok("objects" in manifest);
    const question = { context: "dev", namespace: "ml", objects: manifest.objects, generous: true };
    const { facts, unseen } = await readFacts(connection, question, () => {}, never());
    assert.deepEqual(unseen, []);
    const values = knownValues(facts);
    assert.deepEqual(values.names, { RuntimeClass: [], PriorityClass: ["high"], StorageClass: [] });
    assert.deepEqual(Object.keys(values.namespaces["ml"] ?? {}).toSorted(), [
      "PersistentVolumeClaim",
      "Secret",
      "ServiceAccount",
    ]);
  });

  it("whether it takes an object sends a dry run, takes over what others set, and reads every warning", async () => {
    server.fault = ({ method, path }, answer) => {
      if (path === "/api/v1")
        sendJson(answer, 200, { resources: [{ name: "pods", kind: "Pod", namespaced: true }] });
      else {
        answer.setHeader("warning", ['299 - "first \\"quoted\\", and more"', '299 kube "second"']);
        sendJson(answer, 200, { method });
      }
      return true;
    };
    const manifest = readManifest(pod);
    assert.ok("objects" in manifest);
    const [target] = manifest.objects;
    assert.ok(target);
    const tried = await connection.trier().try(target, "ml", never());
    assert.deepEqual(tried, { how: "answered", warnings: ['first "quoted", and more', "second"] });
    const sent = server.requests.find(({ method }) => method === "PATCH");
    assert.equal(sent?.path, "/api/v1/namespaces/ml/pods/a");
    assert.equal(sent.query.get("dryRun"), "All");
    assert.equal(sent.query.get("force"), "true");
  });

  for (const [status, message, how] of [
    [422, "it is wrong", "answered"],
    [403, 'pods "a" is forbidden: exceeded quota: q', "answered"],
    [403, 'pods "a" is forbidden: User "me" cannot patch resource "pods"', "unasked"],
    [400, 'admission webhook "w" does not support dry run', "unasked"],
    [500, 'failed calling webhook "w": connection refused', "answered"],
    [404, 'namespaces "ml" not found', "homeless"],
  ] as const) {
    it(`takes ${status} (${message}) for: ${how}`, async () => {
      server.fault = ({ path }, answer) => {
        if (path === "/api/v1")
          sendJson(answer, 200, { resources: [{ name: "pods", kind: "Pod", namespaced: true }] });
        else sendStatus(answer, status, "", message);
        return true;
      };
      const manifest = readManifest(pod);
      assert.ok("objects" in manifest && manifest.objects[0]);
      assert.equal((await connection.trier().try(manifest.objects[0], "ml", never())).how, how);
    });
  }

  it("that answers with an error of its own says nothing of the object", async () => {
    server.fault = ({ path }, answer) => {
      if (path === "/api/v1")
        sendJson(answer, 200, { resources: [{ name: "pods", kind: "Pod", namespaced: true }] });
      else sendStatus(answer, 503, "", "etcd is away");
      return true;
    };
    const manifest = readManifest(pod);
    assert.ok("objects" in manifest && manifest.objects[0]);
    await assert.rejects(connection.trier().try(manifest.objects[0], "ml", never()), /etcd is away/);
  });
});
