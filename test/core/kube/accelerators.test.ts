// GPUs as the scheduler counts them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  acceleratorsIn,
  acceleratorText,
  acceleratorUseText,
  isAccelerator,
  podAccelerators,
} from "../../../src/core/kube/accelerators.ts";
import { acceleratorHolders, groupRows } from "../../../src/core/kube/grouping.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import type { NodeRow, PodRow, WorkloadRow } from "../../../src/core/kube/row.ts";

const asks = (gpus: number | string, more: Record<string, unknown> = {}) => ({
  resources: { limits: { "nvidia.com/gpu": gpus, cpu: "2" } },
  ...more,
});

describe("accelerators", () => {
  it("are known by the resource names of their device plugins", () => {
    for (const name of [
      "nvidia.com/gpu",
      "nvidia.com/gpu.shared",
      "nvidia.com/mig-1g.10gb",
      "nvidia.com/mig-1g.5gb.me",
      "amd.com/gpu",
      "amd.com/cpx_nps4",
      "gpu.intel.com/i915",
      "habana.ai/gaudi",
      "google.com/tpu",
      "aws.amazon.com/neuron",
    ]) {
      assert.equal(isAccelerator(name), true, name);
    }
    for (const name of [
      "cpu",
      "memory",
      "nvidia.com/gpumem",
      "rdma/hca",
      "example.com/nvidia.com/gpu",
      "hugepages-2Mi",
    ]) {
      assert.equal(isAccelerator(name), false, name);
    }
  });

  it("of a pod are the sum of its containers, or the largest init container", () => {
    const count = (spec: unknown) => podAccelerators({ spec })["nvidia.com/gpu"] ?? 0;
    assert.equal(count({ containers: [asks("1"), asks(2), {}] }), 3);
    assert.equal(count({ containers: [asks("1")], initContainers: [asks("4"), asks("2")] }), 4);
    assert.equal(
      count({ containers: [asks("2")], initContainers: [asks("1", { restartPolicy: "Always" })] }),
      3,
    );
    assert.equal(
      count({ containers: [asks("1")], initContainers: [asks("1", { restartPolicy: "Always" }), asks("4")] }),
      5,
    );
    assert.equal(count({ containers: "nonsense" }), 0);
  });

  it("take odd quantities as the server does, and leave out none and nonsense", () => {
    assert.deepEqual(
      acceleratorsIn({ "nvidia.com/gpu": "2k", "amd.com/gpu": "0", "google.com/tpu": "many" }),
      {
        "nvidia.com/gpu": 2000,
      },
    );
  });

  it("have words for a person", () => {
    assert.equal(
      acceleratorText({ "nvidia.com/mig-1g.10gb": 2, "nvidia.com/gpu": 1 }),
      "1 GPU, 2 mig-1g.10gb",
    );
    assert.equal(acceleratorUseText({ "nvidia.com/gpu": 3 }, { "nvidia.com/gpu": 4 }), "GPU 3/4");
    assert.equal(
      acceleratorUseText({ "nvidia.com/gpu": 1 }, {}),
      "GPU 1/0",
      "a device that was lost still shows",
    );
  });
});

describe("what stands under what", () => {
  const project = <Row>(kind: string, object: Record<string, unknown>): Row =>
    kindNamed(kind)?.project(object) as Row;
  const meta = (name: string, owner?: [kind: string, name: string]) => ({
    name,
    uid: name,
    namespace: "ml",
    ...(owner
      ? { ownerReferences: [{ kind: owner[0], name: owner[1], uid: owner[1], controller: true }] }
      : {}),
  });
  const pod = (name: string, owner?: [string, string], more: Record<string, unknown> = {}) =>
    project<PodRow>("Pod", {
      metadata: meta(name, owner),
      spec: { nodeName: "n", containers: [asks(1)] },
      status: { phase: "Running" },
      ...more,
    });
  const workload = (kind: string, name: string, owner?: [string, string]) =>
    project<WorkloadRow>(kind, { metadata: meta(name, owner) });

  const grouping = groupRows([
    workload("ReplicaSet", "web-1", ["Deployment", "web"]),
    workload("Deployment", "web"),
    workload("ReplicaSet", "alone"),
    workload("CronJob", "nightly"),
    workload("Job", "nightly-1", ["CronJob", "nightly"]),
    pod("web-1-b", ["ReplicaSet", "web-1"]),
    pod("web-1-a", ["ReplicaSet", "web-1"]),
    pod("alone-x", ["ReplicaSet", "alone"]),
    pod("nightly-1-x", ["Job", "nightly-1"]),
    pod("ray-head", ["RayCluster", "ray"]),
    pod("bare"),
    pod("done", undefined, { status: { phase: "Succeeded" } }),
  ]);
  const names = (rows: readonly { name: string }[] | undefined) => rows?.map((row) => row.name).join();

  it("puts pods under the workload a person made, and hides nothing", () => {
    assert.equal(names(grouping.top.get("ml")), "web,nightly,alone,bare,done,ray-head");
    assert.equal(names(grouping.under.get("web")), "web-1-a,web-1-b");
    assert.equal(names(grouping.under.get("alone")), "alone-x");
    assert.equal(names(grouping.under.get("nightly")), "nightly-1");
    assert.equal(names(grouping.under.get("nightly-1")), "nightly-1-x");
  });

  it("counts what a node's pods hold; a pod that has ended holds nothing", () => {
    const node = project<NodeRow>("Node", {
      metadata: { name: "n", uid: "n" },
      status: { allocatable: { "nvidia.com/gpu": "8" } },
    });
    const { pods, requested } = acceleratorHolders(grouping, node);
    assert.deepEqual(requested, { "nvidia.com/gpu": 6 });
    assert.ok(!pods.some((one) => one.name === "done"));
  });
});
