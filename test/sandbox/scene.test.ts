// What somebody sees who looks into the sandbox for the first time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { manualClock } from "../manualClock.ts";
import { type Client, type Json, openSandbox } from "./support.ts";

describe("the sandbox's scene", () => {
  const clock = manualClock(Date.UTC(2026, 0, 5, 12));
  let client: Client;
  before(async () => {
    client = await openSandbox(clock);
  });
  after(() => client.sandbox.stop());

  const podNamed = async (start: string): Promise<Json> => {
    const pods = (await client.get("/api/v1/pods")).body.list("items");
    const found = pods.find((one) => one.text("metadata.name").startsWith(start));
    if (!found) throw new Error(`no pod ${start}`);
    return found;
  };
  const page = async (node: string) => {
    const query = `labelSelector=app%3Dnvidia-dcgm-exporter&fieldSelector=spec.nodeName%3D${node}`;
    const { body } = await client.get(`/api/v1/namespaces/gpu-operator/pods?${query}`);
    const name = body.text("items.0.metadata.name");
    return (await client.get(`/api/v1/namespaces/gpu-operator/pods/${name}:9400/proxy/metrics`)).text;
  };

  it("has a node with full GPUs, one with MIG instances and one that is shared, labelled as GFD does", async () => {
    const nodes = (await client.get("/api/v1/nodes")).body.list("items");
    const facts = nodes.map((node) => {
      const labels = node.at("metadata.labels") as Record<string, string>;
      const gpus = Object.entries(node.at("status.allocatable") as Record<string, string>)
        .filter(([name]) => name.startsWith("nvidia.com/"))
        .map(([name, amount]) => `${name}=${amount}`);
      return [
        labels["nvidia.com/gpu.product"],
        labels["nvidia.com/gpu.replicas"],
        labels["nvidia.com/mig.strategy"],
        gpus.join(" "),
      ];
    });
    assert.deepEqual(facts, [
      [
        "NVIDIA-A100-SXM4-80GB",
        "0",
        "mixed",
        "nvidia.com/gpu=0 nvidia.com/mig-1g.10gb=4 nvidia.com/mig-2g.20gb=2 nvidia.com/mig-3g.40gb=2",
      ],
      ["NVIDIA-H100-80GB-HBM3", "1", undefined, "nvidia.com/gpu=8"],
      ["NVIDIA-L4-SHARED", "4", undefined, "nvidia.com/gpu=4"],
    ]);
  });

  it("says why the large job is pending in the scheduler's words", async () => {
    const pod = await podNamed("pretrain-70b");
    assert.equal(
      pod.text("status.conditions.0.message"),
      "0/3 nodes are available: 3 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    );
    const events = await client.get(
      `/api/v1/namespaces/ml/events?fieldSelector=involvedObject.name%3D${pod.text("metadata.name")}`,
    );
    assert.ok(events.body.list("items").some((one) => one.at("reason") === "FailedScheduling"));
  });

  it("has a crash loop with its count, its back-off and the log of the run before", async () => {
    const pod = await podNamed("embed-backfill");
    const status = pod.list("status.containerStatuses")[0];
    assert.ok(Number(status?.at("restartCount")) >= 8);
    assert.match(
      status?.text("state.waiting.message") ?? "",
      /^back-off 5m0s restarting failed container=worker pod=/,
    );
    assert.equal(status?.at("lastState.terminated.exitCode"), 1);
    const path = `/api/v1/namespaces/ml/pods/${pod.text("metadata.name")}/log`;
    assert.match((await client.get(`${path}?previous=true&tailLines=1`)).text, /CUDA out of memory/);
  });

  it("trains: the step moves with time and the loss falls", async () => {
    const name = (await podNamed("llama-finetune")).text("metadata.name");
    const last = async () => (await client.get(`/api/v1/namespaces/ml/pods/${name}/log?tailLines=1`)).text;
    const before = /step (\d+)\/.*loss ([\d.]+)/.exec(await last());
    clock.advance(300_000);
    const later = /step (\d+)\/.*loss ([\d.]+)/.exec(await last());
    assert.ok(Number(later?.[1]) >= Number(before?.[1]) + 50, `${before?.[1]} to ${later?.[1]}`);
    assert.ok(Number(before?.[2]) < 1.6);
  });

  it("exports figures that move, with the pod that holds each GPU", async () => {
    const value = (text: string, metric: string, has: string) =>
      text.split("\n").find((line) => line.startsWith(`${metric}{`) && line.includes(has));
    const first = await page("gpu-h100-0");
    assert.match(
      value(first, "DCGM_FI_DEV_GPU_UTIL", 'gpu="0"') ?? "",
      /gpu="0",UUID="GPU-[^"]+",pci_bus_id="[^"]+",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",Hostname="gpu-h100-0",DCGM_FI_DRIVER_VERSION="[\d.]+",container="trainer",namespace="ml",pod="llama-finetune-\w+"\} (9\d|100)$/,
    );
    const idle = value(first, "DCGM_FI_DEV_GPU_UTIL", 'gpu="7"') ?? "";
    assert.match(idle, /DCGM_FI_DRIVER_VERSION="[\d.]+"\} 0$/, "nobody holds the last one");
    clock.advance(5_000);
    const second = await page("gpu-h100-0");
    const power = (text: string) => value(text, "DCGM_FI_DEV_POWER_USAGE", 'gpu="0"');
    assert.notEqual(power(first), power(second));
  });

  it("shows under MIG each instance with its own memory and no utilisation", async () => {
    const text = await page("gpu-a100-mig-0");
    assert.ok(!text.includes("DCGM_FI_DEV_GPU_UTIL"));
    const used = text.split("\n").filter((line) => line.startsWith("DCGM_FI_DEV_FB_USED{"));
    assert.equal(used.length, 8);
    assert.match(used[0] ?? "", /GPU_I_PROFILE="1g\.10gb",GPU_I_ID="9".*pod="notebook-0"\} 2310$/);
  });

  it("shows the shared GPU once, with the figures of the whole device", async () => {
    const lines = (await page("gpu-l4-0"))
      .split("\n")
      .filter((line) => line.startsWith("DCGM_FI_DEV_FB_USED{"));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /pod="reranker-[^"]+"\} 5500$/, "two rerankers hold 2750 MiB each");
  });

  it("serves a model behind its service", async () => {
    const path = "/api/v1/namespaces/ml/services/qwen-server:http/proxy/v1";
    assert.equal((await client.get(`${path}/models`)).body.at("data.0.id"), "Qwen/Qwen3-8B");
    const answer = await client.send("POST", `${path}/chat/completions`, {
      model: "Qwen/Qwen3-8B",
      messages: [{ role: "user", content: "what is a GPU?" }],
    });
    assert.match(answer.body.text("choices.0.message.content"), /You asked: "what is a GPU\?"/);
    const streamed = await client.send("POST", `${path}/completions`, {
      prompt: "hi",
      stream: true,
      max_tokens: 3,
    });
    assert.match(streamed.text, /"text":"This"/);
    assert.match(streamed.text, /"finish_reason":"length".*\n\ndata: \[DONE\]\n\n$/);
    const wrong = await client.send("POST", `${path}/completions`, { model: "other", prompt: "hi" });
    assert.deepEqual(
      [wrong.status, wrong.body.at("error.message")],
      [404, "The model `other` does not exist."],
    );
  });

  it("has a notebook server that wants its token", async () => {
    const path = "/api/v1/namespaces/ml/services/notebook/proxy/api";
    assert.ok((await client.get(path)).body.at("version"));
    assert.equal((await client.get(`${path}/kernels`)).status, 403);
    const kernels = await client.get(`${path}/kernels?token=sandbox`);
    assert.equal(kernels.body.at("0.name"), "python3");
  });
});
