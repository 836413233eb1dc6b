// What is asked of the server for a manifest of many objects: their kinds once.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { applyManifest, tryManifest } from "../../../src/app/jobs/apply.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import type { ManifestObject } from "../../../src/core/kube/manifestObject.ts";
import { Applier } from "../../../src/io/kube/apply.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import type { Transport } from "../../../src/io/kube/transport.ts";
import { FakeApiServer, sendJson, sendStatus } from "./fakeApiServer.ts";
import { hurriedClock, targetOf } from "./watching.ts";

const core = "v1";
const ray = "ray.io/v1";

function object(apiVersion: string, kind: string, name: string, more: object = {}): ManifestObject {
  const whole = { apiVersion, kind, metadata: { name }, ...more };
  return { object: whole, apiVersion, kind, name, namespace: undefined };
}

const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "rayclusters.ray.io", {
  spec: { group: "ray.io", names: { kind: "RayCluster", plural: "rayclusters" } },
});
const configs = ["a", "b", "c"].map((name) => object(core, "ConfigMap", name));
const clusters = ["one", "two", "three"].map((name) => object(ray, "RayCluster", name));

describe("the kinds of a manifest", () => {
  const server = new FakeApiServer();
  /** As real servers have them, with a subresource that has a kind too. */
  let kinds: Record<string, { name: string; kind: string; namespaced: boolean }[]>;
  let lookups: string[];
  let connection: Connection;

  before(() => server.start());
  after(() => server.stop());
  afterEach(() => connection.dispose());
  beforeEach(() => {
    lookups = [];
    kinds = {
      "/api/v1": [
        { name: "configmaps/status", kind: "ConfigMap", namespaced: false },
        { name: "configmaps", kind: "ConfigMap", namespaced: true },
      ],
      "/apis/apiextensions.k8s.io/v1": [
        { name: "customresourcedefinitions", kind: "CustomResourceDefinition", namespaced: false },
      ],
    };
    server.fault = (request, answer) => {
      if (request.method === "PATCH") {
        const isTried = request.query.get("dryRun") === "All";
        if (!isTried && request.path.endsWith("/rayclusters.ray.io"))
          kinds["/apis/ray.io/v1"] = [{ name: "rayclusters", kind: "RayCluster", namespaced: true }];
        sendJson(answer, 200, { metadata: { resourceVersion: "7", generation: 1 } });
        return true;
      }
      if (request.path.split("/").length > 4) return false;
      lookups.push(request.path);
      const resources = kinds[request.path];
      if (resources) sendJson(answer, 200, { kind: "APIResourceList", resources });
      else sendStatus(answer, 404, "NotFound", "not found");
      return true;
    };
    connection = new Connection(targetOf(server.url), hurriedClock, silentLog);
  });

  const outcomes = async (objects: ManifestObject[]) => {
    const applier = connection.applier();
    const said: string[] = [];
    const step = (text: string) => void said.push(text);
    const tried = await tryManifest(applier, objects, "ml", step, never());
    const asked = lookups.splice(0);
    const options = { namespace: "ml", force: false, clock: hurriedClock };
    const done = await applyManifest(applier, objects, options, step, never());
    return { tried: tried.map(({ outcome }) => outcome?.how), asked, done, said };
  };

  it("are looked up once for all objects, and not again when they are applied", async () => {
    const { asked, done, said } = await outcomes(configs);
    assert.deepEqual(asked, ["/api/v1"]);
    assert.deepEqual(lookups, []);
    assert.deepEqual(
      done.map(({ outcome }) => outcome),
      configs.map(() => ({ how: "created", namespace: "ml" })),
    );
    assert.deepEqual(said.slice(-3), ["1/3 ConfigMap a", "2/3 ConfigMap b", "3/3 ConfigMap c"]);
  });

  it("that come with the manifest are looked up again once their definition is applied", async () => {
    const { tried, asked, done } = await outcomes([definition, ...clusters]);
    assert.deepEqual(tried, ["created", undefined, undefined, undefined]);
    assert.deepEqual(asked, ["/apis/apiextensions.k8s.io/v1", "/apis/ray.io/v1"]);
    assert.deepEqual(lookups, ["/apis/ray.io/v1"]);
    assert.deepEqual(
      done.map(({ outcome }) => outcome?.how),
      ["created", "created", "created", "created"],
    );
  });

  it("that come with the manifest may be served a moment after their definition", async () => {
    let misses = 3;
    const answer = server.fault;
    server.fault = (request, response) => {
      if (request.path !== "/apis/ray.io/v1" || !kinds[request.path] || --misses < 0)
        return answer?.(request, response) ?? false;
      sendStatus(response, 404, "NotFound", "not found");
      return true;
    };
    const { done } = await outcomes([definition, ...clusters]);
    assert.equal(done.length, 4);
    assert.ok(misses < 0);
  });

  it("never lead out of their place by their names", async () => {
    const paths: string[] = [];
    const json = async ({ path }: { path: string }) => {
      paths.push(path);
      return { resources: [{ name: "pods", kind: "Pod", namespaced: true }], metadata: { uid: "1" } };
    };
    const applier = new Applier({ json, jsonAndWarnings: json } as unknown as Transport);
    const target = {
      apiVersion: "v1",
      kind: "Pod",
      name: "..",
      namespace: "..",
    } as unknown as ManifestObject;
    await applier.find(target, "ml", never());
    assert.equal(paths.at(-1), "/api/v1/namespaces/%2E%2E/pods/%2E%2E");
  });

  it("that nobody brings are refused by name", async () => {
    await assert.rejects(outcomes(clusters), (error: unknown) => {
      assert.ok(Trouble.is(error, "not-found"), String(error));
      assert.match(
        error.text,
        /^The cluster has no kind RayCluster of ray\.io\/v1: correct them, or install/,
      );
      return true;
    });
  });
});
