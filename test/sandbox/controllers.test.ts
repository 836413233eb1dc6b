// The sandbox's controllers: what is made, replaced, restarted and taken away by itself.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { resourceOf } from "../../src/sandbox/api/resources.ts";
import { type ManualClock, manualClock } from "../manualClock.ts";
import { type Client, deployment, openSandbox, pod } from "./support.ts";

const deployments = "/apis/apps/v1/namespaces/ml/deployments";
const pods = "/api/v1/namespaces/ml/pods";

describe("the sandbox's controllers", () => {
  let clock: ManualClock;
  let client: Client;
  before(async () => {
    clock = manualClock(Date.UTC(2026, 0, 5, 12));
    client = await openSandbox(clock);
  });
  after(() => client.sandbox.stop());

  const podsOf = async (app: string) =>
    (await client.get(`${pods}?labelSelector=app%3D${app}`)).body.list("items");
  const status = async (name: string) => (await client.get(`${pods}/${name}`)).body;

  it("makes a deployment's pods, which become ready and get an address", async () => {
    await client.send("POST", deployments, deployment("web", 2));
    clock.advance(5_000);
    const made = await podsOf("web");
    assert.deepEqual(
      made.map((one) => [one.at("status.phase"), one.at("status.containerStatuses.0.ready")]),
      [
        ["Running", true],
        ["Running", true],
      ],
    );
    assert.match(made[0]?.text("status.podIP") ?? "", /^10\.244\./);
    assert.equal((await client.get(`${deployments}/web`)).body.at("status.readyReplicas"), 2);
  });

  it("replaces a pod that is deleted", async () => {
    const [first] = await podsOf("web");
    const name = first?.text("metadata.name") ?? "";
    await client.send("DELETE", `${pods}/${name}`);
    clock.advance(5_000);
    const left = await podsOf("web");
    assert.equal(left.length, 2);
    assert.ok(left.every((one) => one.text("metadata.name") !== name));
  });

  it("rolls a new template out and scales the old set down", async () => {
    const image = {
      spec: { template: { spec: { containers: [{ name: "main", image: "example/main:2" }] } } },
    };
    await client.send("PATCH", `${deployments}/web`, image, "application/strategic-merge-patch+json");
    clock.advance(10_000);
    const images = (await podsOf("web")).map((one) => one.at("spec.containers.0.image"));
    assert.deepEqual(images, ["example/main:2", "example/main:2"]);
    const sets = (await client.get("/apis/apps/v1/namespaces/ml/replicasets?labelSelector=app%3Dweb")).body;
    assert.deepEqual(
      sets
        .list("items")
        .map((one) => Number(one.at("spec.replicas")))
        .sort((one, other) => one - other),
      [0, 2],
    );
  });

  it("scales by the scale subresource", async () => {
    const scale = await client.send(
      "PATCH",
      `${deployments}/web/scale`,
      { spec: { replicas: 1 } },
      "application/merge-patch+json",
    );
    assert.equal(scale.body.at("spec.replicas"), 1);
    clock.advance(5_000);
    assert.equal((await podsOf("web")).length, 1);
  });

  it("takes away what a deleted deployment owned", async () => {
    await client.send("DELETE", `${deployments}/web`);
    clock.advance(5_000);
    assert.deepEqual(await podsOf("web"), []);
  });

  it("runs a command in a pod: its output, its end and its exit code", async () => {
    await client.send("POST", pods, pod("once", ["sh", "-c", "echo begin; sleep 3; echo end; exit 4"]));
    clock.advance(2_000);
    assert.equal((await client.get(`${pods}/once/log`)).text, "begin\n");
    clock.advance(4_000);
    assert.equal((await client.get(`${pods}/once/log`)).text, "begin\nend\n");
    const ended = await status("once");
    assert.equal(ended.at("status.phase"), "Failed");
    assert.equal(ended.at("status.containerStatuses.0.state.terminated.exitCode"), 4);
  });

  it("completes a job, and fails one that always fails", async () => {
    const job = (name: string, command: string, backoffLimit: number) => ({
      metadata: { name },
      spec: {
        backoffLimit,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "main", image: "busybox", command: ["sh", "-c", command] }],
          },
        },
      },
    });
    await client.send("POST", "/apis/batch/v1/namespaces/ml/jobs", job("good", "echo done", 1));
    await client.send("POST", "/apis/batch/v1/namespaces/ml/jobs", job("bad", "false", 1));
    clock.advance(30_000);
    const good = (await client.get("/apis/batch/v1/namespaces/ml/jobs/good")).body;
    assert.equal(good.at("status.succeeded"), 1);
    const bad = (await client.get("/apis/batch/v1/namespaces/ml/jobs/bad")).body;
    assert.equal(bad.at("status.failed"), 2);
    assert.ok(bad.list("status.conditions").some((one) => one.at("reason") === "BackoffLimitExceeded"));
  });

  it("waits longer before each restart of a container that crashes", async () => {
    await client.send(
      "POST",
      pods,
      pod("crash", ["sh", "-c", "echo oops; exit 1"], { restartPolicy: "Always" }),
    );
    clock.advance(5_000);
    assert.equal((await status("crash")).at("status.containerStatuses.0.restartCount"), 1);
    assert.match(
      (await status("crash")).text("status.containerStatuses.0.state.waiting.message"),
      /^back-off 10s /,
    );
    clock.advance(12_000);
    assert.match(
      (await status("crash")).text("status.containerStatuses.0.state.waiting.message"),
      /^back-off 20s /,
    );
    assert.equal((await client.get(`${pods}/crash/log?previous=true`)).text, "oops\n");
  });

  it("gives a GPU that comes free to who waits for it", async () => {
    const gpu = (name: string, amount: number) =>
      pod(name, ["sleep", "infinity"], {
        containers: [
          {
            name: "main",
            image: "busybox",
            command: ["sleep", "infinity"],
            resources: { limits: { "nvidia.com/mig-3g.40gb": amount } },
          },
        ],
      });
    await client.send("POST", pods, gpu("holds", 2));
    await client.send("POST", pods, gpu("waits", 1));
    clock.advance(3_000);
    assert.equal((await status("waits")).at("status.phase"), "Pending");
    assert.match(
      (await status("waits")).text("status.conditions.0.message"),
      /^0\/3 nodes are available: 3 Insufficient nvidia\.com\/mig-3g\.40gb\./,
    );
    await client.send("DELETE", `${pods}/holds?gracePeriodSeconds=0`);
    clock.advance(3_000);
    assert.equal((await status("waits")).at("status.phase"), "Running");
  });

  it("says which selector or taint keeps a pod off", async () => {
    await client.send(
      "POST",
      pods,
      pod("lost", ["true"], { nodeSelector: { "nvidia.com/gpu.product": "TPU" } }),
    );
    await client.send(
      "PATCH",
      "/api/v1/nodes/gpu-l4-0",
      { spec: { taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] } },
      "application/merge-patch+json",
    );
    clock.advance(2_000);
    assert.match(
      (await status("lost")).text("status.conditions.0.message"),
      /1 node\(s\) had untolerated taint \{nvidia\.com\/gpu: present\}, 2 node\(s\) didn't match Pod's node affinity\/selector\./,
    );
  });

  it("can't pull from a host that does not exist", async () => {
    const container = { name: "main", image: "registry.invalid/ml/model:1" };
    await client.send("POST", pods, { metadata: { name: "unpulled" }, spec: { containers: [container] } });
    clock.advance(2_000);
    assert.equal(
      (await status("unpulled")).at("status.containerStatuses.0.state.waiting.reason"),
      "ImagePullBackOff",
    );
    const log = await client.get(`${pods}/unpulled/log`);
    assert.match(log.body.text("message"), /waiting to start: trying and failing to pull image/);
  });

  it("empties a namespace that is deleted", async () => {
    await client.send("POST", "/api/v1/namespaces", { metadata: { name: "short" } });
    await client.send("POST", "/apis/apps/v1/namespaces/short/deployments", deployment("web", 1));
    clock.advance(3_000);
    await client.send("DELETE", "/api/v1/namespaces/short");
    const refused = await client.send("POST", "/api/v1/namespaces/short/configmaps", {
      metadata: { name: "late" },
    });
    assert.equal(refused.status, 403);
    clock.advance(5_000);
    assert.equal((await client.get("/api/v1/namespaces/short")).status, 404);
    assert.deepEqual((await client.get("/api/v1/namespaces/short/pods")).body.list("items"), []);
  });

  it("keeps its memory bounded: log lines and events", async function () {
    this.timeout(10_000);
    clock.advance(2 * 3_600_000);
    const [training] = await podsOf("llama-finetune");
    const log = await client.get(`${pods}/${training?.text("metadata.name")}/log`);
    assert.ok(log.text.split("\n").length <= 2_501, "four hours of a line every five seconds are more");
    for (let index = 0; index < 450; index++) {
      client.sandbox.store.create(resourceOf("Event"), { metadata: { name: `e${index}`, namespace: "ml" } });
    }
    assert.equal(client.sandbox.store.all("Event").length, 400);
  });
});
