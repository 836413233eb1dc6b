// The sandbox's API: lists, watches, writes and refusals, as a client of Kubernetes expects them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { type Client, deployment, Json, LineStream, openSandbox } from "./support.ts";

const configMaps = "/api/v1/namespaces/ml/configmaps";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

describe("the sandbox's API", () => {
  let client: Client;
  before(async () => {
    client = await openSandbox();
  });
  after(() => client.sandbox.stop());

  const create = (name: string, labels = {}, data = {}) =>
    client.send("POST", configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, labels },
      data,
    });

  describe("reading", () => {
    it("is healthy, has a version, and lists its resources", async () => {
      assert.equal((await client.get("/readyz")).text, "ok");
      assert.match((await client.get("/version")).body.text("gitVersion"), /^v1\.\d+/);
      const names = (await client.get("/api/v1")).body.list("resources").map((one) => one.text("name"));
      assert.ok(names.includes("pods/portforward"));
      const groups = await client.get("/apis", {
        accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      });
      assert.equal(groups.body.text("kind"), "APIGroupDiscoveryList");
    });

    it("pages a list, and says how many are left", async () => {
      const first = await client.get("/api/v1/pods?limit=5");
      assert.equal(first.body.list("items").length, 5);
      const left = Number(first.body.at("metadata.remainingItemCount"));
      assert.ok(left > 0);
      const token = first.body.text("metadata.continue");
      const rest = await client.get(`/api/v1/pods?limit=500&continue=${token}`);
      assert.equal(rest.body.list("items").length, left);
      assert.equal(rest.body.at("metadata.continue"), undefined);
      assert.equal((await client.get("/api/v1/pods?continue=nonsense")).status, 400);
    });

    it("selects by labels and by fields, and refuses a field it can't select by", async () => {
      await create("selected", { tier: "gold", zone: "a" });
      await create("other", { tier: "tin" });
      const names = async (query: string) =>
        (await client.get(`${configMaps}?${query}`)).body
          .list("items")
          .map((one) => one.text("metadata.name"));
      assert.deepEqual(await names("labelSelector=tier%3Dgold"), ["selected"]);
      assert.deepEqual(await names("labelSelector=tier+in+(gold,tin),!zone"), ["other"]);
      assert.deepEqual(await names("labelSelector=tier+notin+(tin),zone"), ["selected"]);
      assert.deepEqual(await names("fieldSelector=metadata.name%3Dother"), ["other"]);
      const pending = await client.get("/api/v1/pods?fieldSelector=status.phase%3DPending");
      assert.match(pending.body.text("items.0.metadata.name"), /^pretrain-70b-/);
      const refused = await client.get("/api/v1/pods?fieldSelector=spec.hostname%3Dx");
      assert.equal(refused.status, 400);
      assert.match(refused.body.text("message"), /field label not supported: spec\.hostname/);
    });

    it("prints a Table with kubectl's columns", async () => {
      const { body } = await client.get("/api/v1/namespaces/ml/pods", { accept: table });
      assert.equal(body.text("kind"), "Table");
      const columns = body.list("columnDefinitions").map((one) => one.text("name"));
      assert.deepEqual(columns.slice(0, 5), ["Name", "Ready", "Status", "Restarts", "Age"]);
      const rows = body.list("rows").map((row) => row.list("cells").map((cell) => String(cell.value)));
      const crash = rows.find(([name]) => name?.startsWith("embed-backfill"));
      assert.equal(crash?.[2], "CrashLoopBackOff");
      assert.match(crash?.[3] ?? "", /^1\d \(.* ago\)$/);
      assert.equal(body.text("rows.0.object.kind"), "PartialObjectMetadata");
    });

    it("answers 404 with a Status for what is not there", async () => {
      const { status, body } = await client.get("/api/v1/namespaces/ml/pods/nobody");
      assert.equal(status, 404);
      assert.equal(body.text("message"), 'pods "nobody" not found');
      assert.equal((await client.get("/apis/example.com/v1/things")).status, 404);
    });
  });

  describe("watching", () => {
    it("reports changes in order, and what leaves the selector as deleted", async () => {
      const revision = (await client.get(configMaps)).body.text("metadata.resourceVersion");
      const watch = await LineStream.open(
        `${client.sandbox.url}${configMaps}?watch=1&resourceVersion=${revision}&labelSelector=watched%3Dyes`,
      );
      await create("seen", { watched: "yes" });
      assert.equal((await watch.event()).type, "ADDED");
      await client.send("PATCH", `${configMaps}/seen`, { data: { a: "1" } }, "application/merge-patch+json");
      const modified = await watch.event();
      assert.deepEqual([modified.type, modified.object.at("data.a")], ["MODIFIED", "1"]);
      const label = { metadata: { labels: { watched: "no" } } };
      await client.send("PATCH", `${configMaps}/seen`, label, "application/merge-patch+json");
      assert.equal((await watch.event()).type, "DELETED");
      watch.close();
    });

    it("resumes after a revision: nothing twice, nothing left out", async () => {
      const made = await create("resumed");
      const path = `${configMaps}/resumed`;
      for (const value of ["1", "2"]) {
        await client.send("PATCH", path, { data: { value } }, "application/merge-patch+json");
      }
      const revision = made.body.text("metadata.resourceVersion");
      const watch = await LineStream.open(
        `${client.sandbox.url}${configMaps}?watch=1&resourceVersion=${revision}`,
      );
      const events = [await watch.event(), await watch.event()];
      assert.deepEqual(
        events.map(({ type, object }) => [type, object.at("data.value")]),
        [
          ["MODIFIED", "1"],
          ["MODIFIED", "2"],
        ],
      );
      watch.close();
    });

    it("streams the list first when asked, and marks its end", async () => {
      const watch = await LineStream.open(
        `${client.sandbox.url}/api/v1/nodes?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      );
      const types = [await watch.event(), await watch.event(), await watch.event()].map((one) => one.type);
      assert.deepEqual(types, ["ADDED", "ADDED", "ADDED"]);
      const bookmark = await watch.event();
      assert.equal(bookmark.type, "BOOKMARK");
      const marks = bookmark.object.at("metadata.annotations") as Record<string, string>;
      assert.equal(marks["k8s.io/initial-events-end"], "true");
      watch.close();
    });

    it("ends after timeoutSeconds", async () => {
      const watch = await LineStream.open(
        `${client.sandbox.url}/api/v1/nodes?watch=1&timeoutSeconds=1&resourceVersion=${client.sandbox.store.revision}`,
      );
      assert.equal(await watch.line(), undefined);
    });

    it("says 410 Expired for a revision that is too old", async () => {
      const old = client.sandbox.store.revision;
      client.sandbox.faults.expire();
      const watch = await LineStream.open(
        `${client.sandbox.url}${configMaps}?watch=1&resourceVersion=${old}`,
      );
      const { type, object } = await watch.event();
      assert.deepEqual([type, object.at("code"), object.at("reason")], ["ERROR", 410, "Expired"]);
    });
  });

  describe("writing", () => {
    it("refuses what exists, what is no name, and what is missing", async () => {
      await create("twice");
      const again = await create("twice");
      assert.deepEqual([again.status, again.body.text("reason")], [409, "AlreadyExists"]);
      const wrong = await create("Not A Name");
      assert.deepEqual([wrong.status, wrong.body.text("reason")], [422, "Invalid"]);
      const empty = await client.send("POST", "/apis/apps/v1/namespaces/ml/deployments", {
        metadata: { name: "empty" },
        spec: {},
      });
      assert.match(empty.body.text("message"), /Deployment\.apps "empty" is invalid: spec\.selector/);
      const nowhere = await client.send("POST", "/api/v1/namespaces/none/configmaps", {
        metadata: { name: "x" },
      });
      assert.deepEqual([nowhere.status, nowhere.body.text("message")], [404, 'namespaces "none" not found']);
    });

    it("refuses a GPU request without its limit, as the API server does", async () => {
      const container = { name: "main", image: "x", resources: { requests: { "nvidia.com/gpu": 1 } } };
      const { status, body } = await client.send("POST", "/api/v1/namespaces/ml/pods", {
        metadata: { name: "greedy" },
        spec: { containers: [container] },
      });
      assert.equal(status, 422);
      assert.match(body.text("message"), /Limit must be set for non overcommitable resources/);
    });

    it("refuses a write on a version that is not the last", async () => {
      const first = (await create("contended")).body.value as { data: object };
      await client.send("PUT", `${configMaps}/contended`, { ...first, data: { by: "one" } });
      const second = await client.send("PUT", `${configMaps}/contended`, { ...first, data: { by: "two" } });
      assert.deepEqual([second.status, second.body.text("reason")], [409, "Conflict"]);
    });

    it("patches by JSON patch, merge patch and strategic merge", async () => {
      await create("patched", {}, { a: "1", b: "2" });
      const path = `${configMaps}/patched`;
      const json = [
        { op: "test", path: "/data/a", value: "1" },
        { op: "replace", path: "/data/a", value: "3" },
        { op: "add", path: "/data/x~1y", value: "4" },
        { op: "remove", path: "/data/b" },
      ];
      const one = await client.send("PATCH", path, json, "application/json-patch+json");
      assert.deepEqual(one.body.at("data"), { a: "3", "x/y": "4" });
      const two = await client.send("PATCH", path, { data: { a: null } }, "application/merge-patch+json");
      assert.deepEqual(two.body.at("data"), { "x/y": "4" });
      const failed = await client.send("PATCH", path, json, "application/json-patch+json");
      assert.equal(failed.status, 422);

      const deployments = "/apis/apps/v1/namespaces/ml/deployments";
      await client.send("POST", deployments, deployment("merged", 0));
      const added = {
        spec: { template: { spec: { containers: [{ name: "second", image: "example/second:1" }] } } },
      };
      const merged = await client.send(
        "PATCH",
        `${deployments}/merged`,
        added,
        "application/strategic-merge-patch+json",
      );
      const names = merged.body.list("spec.template.spec.containers").map((one) => one.text("name"));
      assert.deepEqual(names, ["main", "second"]);
    });

    it("applies on the server: made once, then merged", async () => {
      const path = `${configMaps}/applied?fieldManager=test`;
      const made = await client.send(
        "PATCH",
        path,
        { metadata: { name: "applied" }, data: { a: "1" } },
        "application/apply-patch+yaml",
      );
      assert.equal(made.status, 201);
      const again = await client.send(
        "PATCH",
        path,
        { metadata: { name: "applied" }, data: { b: "2" } },
        "application/apply-patch+yaml",
      );
      assert.deepEqual([again.status, again.body.at("data")], [200, { a: "1", b: "2" }]);
    });

    it("keeps nothing of a dry run", async () => {
      const dry = await client.send("POST", `${configMaps}?dryRun=All`, { metadata: { name: "dry" } });
      assert.equal(dry.status, 201);
      assert.equal((await client.get(`${configMaps}/dry`)).status, 404);
    });

    it("lets nobody write a status on the main path, and only the status on its own", async () => {
      const path = "/api/v1/namespaces/ml/persistentvolumeclaims/notebook-home";
      const main = await client.send(
        "PATCH",
        path,
        { status: { phase: "Lost" } },
        "application/merge-patch+json",
      );
      assert.equal(main.body.at("status.phase"), "Bound");
      const own = await client.send(
        "PATCH",
        `${path}/status`,
        { status: { phase: "Lost" }, spec: { volumeName: "x" } },
        "application/merge-patch+json",
      );
      assert.deepEqual([own.body.at("status.phase"), own.body.at("spec.volumeName")], ["Lost", undefined]);
    });

    it("allows everything when asked for access", async () => {
      const asked = {
        spec: { resourceAttributes: { verb: "create", resource: "pods", subresource: "portforward" } },
      };
      const { body } = await client.send(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        asked,
      );
      assert.equal(body.at("status.allowed"), true);
    });

    it("holds an object back until its finalizers are gone", async () => {
      await client.send("POST", configMaps, { metadata: { name: "held", finalizers: ["example.com/hold"] } });
      const deleted = await client.send("DELETE", `${configMaps}/held`);
      assert.ok(deleted.body.at("metadata.deletionTimestamp"));
      const watch = await LineStream.open(
        `${client.sandbox.url}${configMaps}?watch=1&fieldSelector=metadata.name%3Dheld`,
      );
      await client.send(
        "PATCH",
        `${configMaps}/held`,
        { metadata: { finalizers: null } },
        "application/merge-patch+json",
      );
      await watch.until((event) => event.type === "DELETED");
      watch.close();
    });

    it("refuses protobuf that is none, whatever the bytes", async () => {
      const post = (bytes: Uint8Array<ArrayBuffer>) =>
        fetch(`${client.sandbox.url}/api/v1/namespaces`, {
          method: "POST",
          headers: { "content-type": "application/vnd.kubernetes.protobuf" },
          body: bytes,
        });
      for (let seed = 1; seed < 60; seed++) {
        const bytes = Uint8Array.from(
          { length: 40 },
          (_, index) => (seed * 31 + index * index * seed) & 0xff,
        );
        bytes.set([0x6b, 0x38, 0x73, 0]);
        assert.equal((await post(bytes)).status, 400, `seed ${seed}`);
      }
      assert.equal((await post(new Uint8Array(3))).status, 400);
    });

    it("takes no body that is too large or no JSON", async () => {
      const large = await create("large", {}, { a: "x".repeat(3_200_000) });
      assert.equal(large.status, 413);
      const broken = await fetch(client.sandbox.url + configMaps, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{",
      });
      assert.equal(broken.status, 400);
      assert.match(new Json(await broken.json()).text("message"), /json parse error/);
    });
  });
});
