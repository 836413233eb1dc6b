// NET, DRA, KAI, NBK and SEC002 on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fixed, gpus, only, pod, said } from "./found.ts";

describe("NET001", () => {
  const env = (name: string, value = "x") => `env: [{name: ${name}, value: "${value}"}]`;
  const rdma = (name: string, more = "") =>
    pod(`image: x\nresources: {limits: {nvidia.com/gpu: 8, ${name}: 1}}\n${more}`);

  it("finds settings for a device that is not there", () => {
    assert.deepEqual(only("NET001", pod(`image: x\n${gpus(8)}\n${env("NCCL_IB_HCA")}`)), ["NCCL_IB_HCA"]);
    assert.deepEqual(only("NET001", pod(`image: x\n${gpus(8)}\n${env("NCCL_IB_DISABLE", "0")}`)), [
      "NCCL_IB_DISABLE",
    ]);
    assert.deepEqual(only("NET001", pod(`image: x\n${gpus(8)}\n${env("NCCL_IB_DISABLE", "1")}`)), []);
    assert.deepEqual(only("NET001", pod(`image: x\n${gpus(8)}\n${env("NCCL_SOCKET_IFNAME")}`)), []);
    assert.deepEqual(only("NET001", pod(`image: x\n${env("NCCL_IB_HCA")}`)), []);
  });

  it("knows other ways to the device", () => {
    const set = `image: x\n${gpus(8)}\n${env("NCCL_IB_HCA")}`;
    assert.deepEqual(only("NET001", pod(`${set}\nsecurityContext: {privileged: true}`)), []);
    assert.deepEqual(
      only("NET001", pod(set, "volumes: [{name: ib, hostPath: {path: /dev/infiniband}}]")),
      [],
    );
    assert.deepEqual(only("NET001", pod(set, "resourceClaims: [{name: nic, resourceClaimName: a}]")), []);
    const efa = `image: x\nresources: {limits: {nvidia.com/gpu: 8, vpc.amazonaws.com/efa: 4}}\n${env("NCCL_IB_HCA")}`;
    assert.deepEqual(only("NET001", pod(efa)), []);
  });

  it("asks for IPC_LOCK with each name of the device, and adds it beside what is there", () => {
    for (const name of ["rdma/hca_shared_devices_a", "nvidia.com/hostdev", "openshift.io/mlnxrdma"])
      assert.deepEqual(only("NET001", rdma(name)), [name]);
    for (const name of ["vpc.amazonaws.com/efa", "hugepages-2Mi", "example.com/fpga"])
      assert.deepEqual(only("NET001", rdma(name)), []);
    for (const context of [
      "securityContext: {capabilities: {add: [IPC_LOCK]}}",
      "securityContext: {capabilities: {add: [ALL]}}",
      "securityContext: {privileged: true}",
    ])
      assert.deepEqual(only("NET001", rdma("rdma/a", context)), [], context);
    for (const context of [
      "",
      "securityContext: {}",
      "securityContext: {runAsUser: 0}",
      "securityContext: {capabilities: {}}",
      "securityContext: {capabilities: {drop: [ALL]}}",
      "securityContext: {capabilities: {add: [NET_RAW]}}",
      "securityContext:\n  capabilities:\n    drop: [ALL]\n    add:\n      - NET_RAW",
    ]) {
      const [repaired = ""] = fixed("NET001", rdma("rdma/a", context));
      assert.deepEqual(only("NET001", repaired), [], context);
      for (const kept of ["runAsUser: 0", "drop: [ALL]", "NET_RAW"])
        if (context.includes(kept)) assert.ok(repaired.includes(kept), repaired);
    }
  });
});

describe("NET002", () => {
  it("speaks of the node's network with the node's DNS", () => {
    assert.equal(only("NET002", pod(`image: x\n${gpus(1)}`, "hostNetwork: true")).length, 1);
    assert.equal(
      only("NET002", pod(`image: x\n${gpus(1)}`, "hostNetwork: true\ndnsPolicy: ClusterFirst")).length,
      1,
    );
    for (const policy of ["ClusterFirstWithHostNet", "None", "Default"])
      assert.deepEqual(
        only("NET002", pod(`image: x\n${gpus(1)}`, `hostNetwork: true\ndnsPolicy: ${policy}`)),
        [],
      );
    assert.deepEqual(only("NET002", pod("image: x", "hostNetwork: true")), []);
    const template = `{spec: {hostNetwork: true, containers: [{name: a, image: x, ${gpus(1)}}]}}`;
    assert.match(
      said("NET002", `apiVersion: batch/v1\nkind: Job\nspec: {template: ${template}}\n`).join(),
      /^warning/,
    );
    assert.deepEqual(
      said("NET002", `apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: ${template}}\n`),
      [],
    );
  });
});

describe("DRA001", () => {
  const template = (request: string, version = "v1") =>
    `apiVersion: resource.k8s.io/${version}\nkind: ResourceClaimTemplate\nmetadata: {name: one}\nspec: {spec: {devices: {requests: [{name: gpu, ${request}}]}}}\n---\n`;
  const claimed = (claims: string, used: string, limits = "") =>
    pod(`image: x\nresources: {claims: [{name: ${used}}]${limits}}`, `resourceClaims: [${claims}]`);
  const listed = "{name: gpu, resourceClaimTemplateName: one}";

  it("compares what containers use with what the pod lists", () => {
    assert.deepEqual(only("DRA001", claimed(listed, "gpu")), []);
    assert.deepEqual(only("DRA001", claimed(listed, "nic")), ["nic"]);
    assert.match(said("DRA001", pod("image: x\nresources: {claims: [{name: a}]}")).join(), /it lists none/);
    assert.deepEqual(only("DRA001", claimed("{name: gpu}", "gpu")), ["gpu"]);
    assert.match(
      said(
        "DRA001",
        claimed("{name: gpu, resourceClaimName: a, resourceClaimTemplateName: b}", "gpu"),
      ).join(),
      /keep one/,
    );
    assert.match(
      said("DRA001", claimed("{name: gpu, source: {resourceClaimName: a}}", "gpu")).join(),
      /^warning Kubernetes 1\.31/,
    );
  });

  it("knows that all devices have no number", () => {
    assert.deepEqual(
      only("DRA001", template("exactly: {deviceClassName: a, allocationMode: All, count: 2}")),
      ["count"],
    );
    assert.deepEqual(
      only("DRA001", template("deviceClassName: a, allocationMode: All, count: 2", "v1beta1")),
      ["count"],
    );
    assert.deepEqual(only("DRA001", template("exactly: {deviceClassName: a, count: 2}")), []);
    assert.deepEqual(only("DRA001", template("firstAvailable: [{name: a, deviceClassName: b}]")), []);
  });

  it("finds a name that is nearly one of this file", () => {
    const request = "exactly: {deviceClassName: gpu.nvidia.com}";
    const many = template(request).replace("name: one", "name: single-gpu");
    const using = (name: string) => claimed(`{name: gpu, resourceClaimTemplateName: ${name}}`, "gpu");
    assert.match(
      said("DRA001", many + using("single-gpus")).join(),
      /^information .*"single-gpu" may be meant/,
    );
    assert.deepEqual(only("DRA001", many + using("single-gpu")), []);
    assert.deepEqual(only("DRA001", many + using("other")), []);
    assert.deepEqual(only("DRA001", using("single-gpus")), []);
  });

  it("finds a GPU by claim and another by limit", () => {
    const limits = ", limits: {nvidia.com/gpu: 1}";
    const gpu = template("exactly: {deviceClassName: gpu.nvidia.com}");
    assert.deepEqual(only("DRA001", gpu + claimed(listed, "gpu", limits)), ["nvidia.com/gpu"]);
    const nic = template("exactly: {deviceClassName: nic.example.com}");
    assert.deepEqual(only("DRA001", nic + claimed(listed, "gpu", limits)), []);
    assert.deepEqual(only("DRA001", claimed(listed, "gpu", limits)), []);
  });
});

describe("KAI001", () => {
  const shared = (
    annotations: string,
    container = "",
    spec = "schedulerName: kai-scheduler",
    labels = "kai.scheduler/queue: q",
  ) =>
    pod(`image: x\n${container}`, spec).replace(
      "{name: pod}",
      `{name: pod, labels: {${labels}}, annotations: {${annotations}}}`,
    );

  it("accepts fractions and amounts that fit", () => {
    for (const annotations of [
      'gpu-fraction: "0.5"',
      'gpu-fraction: ".25"',
      'gpu-memory: "2000"',
      "gpu-fraction: $FRACTION",
      'other: "9"',
    ])
      assert.deepEqual(only("KAI001", shared(annotations)), [], annotations);
  });

  it("finds numbers that do not fit", () => {
    for (const value of ['"1"', '"1.5"', '"0"', '"-0.5"', '"half"', '"50%"'])
      assert.deepEqual(only("KAI001", shared(`gpu-fraction: ${value}`)), [value]);
    for (const value of ['"2Gi"', '"0.5"', '"0"'])
      assert.deepEqual(only("KAI001", shared(`gpu-memory: ${value}`)), [value]);
  });

  it("finds two ways at once", () => {
    assert.deepEqual(only("KAI001", shared('gpu-fraction: "0.5", gpu-memory: "1"')), ["gpu-memory"]);
    assert.deepEqual(only("KAI001", shared('gpu-fraction: "0.5"', gpus(1))), ["nvidia.com/gpu"]);
  });

  it("speaks softly of a scheduler or a queue that may be set elsewhere", () => {
    assert.match(
      said("KAI001", shared('gpu-fraction: "0.5"', "", "", "app: a")).join(),
      /^information Only the KAI scheduler/,
    );
    assert.match(
      said("KAI001", shared('gpu-fraction: "0.5"', "", undefined, "app: a")).join(),
      /^information This pod names no queue/,
    );
    assert.deepEqual(only("KAI001", shared('gpu-fraction: "0.5"', "", undefined, "runai/queue: a")), []);
    assert.deepEqual(only("KAI001", shared('gpu-fraction: "0.5"', "", "")), []);
    assert.deepEqual(only("KAI001", shared('gpu-fraction: "7"', "", "schedulerName: other")), []);
    const owner = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {kai.scheduler/queue: q}}\nspec: {template: {metadata: {annotations: {gpu-fraction: "0.5"}}, spec: {schedulerName: kai-scheduler, containers: [{name: a, image: x}]}}}\n`;
    assert.deepEqual(only("KAI001", owner), []);
  });

  it("knows Volcano's virtual GPUs", () => {
    const limits = (entries: string) => only("KAI001", pod(`image: x\nresources: {limits: {${entries}}}`));
    assert.deepEqual(limits("volcano.sh/vgpu-number: 1, volcano.sh/vgpu-memory: 4096"), []);
    assert.deepEqual(limits("volcano.sh/vgpu-memory: 4096"), ["volcano.sh/vgpu-memory"]);
    assert.deepEqual(limits("volcano.sh/vgpu-number: 1, nvidia.com/gpu: 1"), ["nvidia.com/gpu"]);
  });
});

describe("NBK001", () => {
  it("knows a Jupyter server with a GPU that says nothing of idleness", () => {
    const cases: [string, number][] = [
      [`image: quay.io/jupyter/scipy-notebook:x\n${gpus(1)}`, 1],
      [`image: x\ncommand: [jupyter, lab, --ip=0.0.0.0]\n${gpus(1)}`, 1],
      [`image: x\ncommand: [sh, -c, 'exec jupyter lab']\n${gpus(1)}`, 1],
      [`image: x\ncommand: [jupyter, lab, --MappingKernelManager.cull_idle_timeout=60]\n${gpus(1)}`, 0],
      [`image: x\ncommand: [jupyter, lab, --config=/etc/jupyter.py]\n${gpus(1)}`, 0],
      ["image: quay.io/jupyter/scipy-notebook:x", 0],
      [`image: quay.io/jupyter/scipy-notebook:x\ncommand: [python, train.py]\n${gpus(1)}`, 0],
      [`image: registry.example/train:1\n${gpus(1)}`, 0],
    ];
    for (const [container, count] of cases)
      assert.equal(only("NBK001", pod(container)).length, count, container);
    assert.match(
      fixed("NBK001", pod(`image: x\nargs: [jupyter, lab]\n${gpus(1)}`))[0] ?? "",
      /lab, .*cull_idle_timeout=3600.*no_activity_timeout=3600/,
    );
    assert.deepEqual(
      fixed("NBK001", pod(`image: x\ncommand: [sh, -c]\nargs: [exec jupyter lab]\n${gpus(1)}`)),
      [],
    );
  });

  it("leaves Kubeflow's notebooks alone", () => {
    const notebook = (container: string) =>
      `apiVersion: kubeflow.org/v1\nkind: Notebook\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: x${container}}]}}}\n`;
    assert.deepEqual(said("NBK001", notebook(`, ${gpus(1)}`)), [], "its controller may end idle ones");
    assert.deepEqual(said("NBK001", notebook("")), []);
  });
});

describe("SEC002", () => {
  it("is about images of models, and not of everything", () => {
    assert.deepEqual(only("SEC002", pod("image: vllm/vllm-openai:v1")), ["vllm/vllm-openai:v1"]);
    assert.deepEqual(only("SEC002", pod("image: registry.example/web:1")), []);
  });
});
