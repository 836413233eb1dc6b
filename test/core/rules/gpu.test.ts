// The GPU rules on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { applyFix } from "./apply.ts";
import { found, gpus, only, pod, said } from "./found.ts";

function messages(text: string): string[] {
  return check({ path: "a.yaml", text, settings: { levels: {} }, rules }).map(
    (finding) => `${finding.severity} ${finding.message}`,
  );
}

function firstFix(text: string): string {
  const [finding] = check({ path: "a.yaml", text, settings: { levels: {} }, rules });
  const [fix] = finding?.fixes ?? [];
  assert.ok(fix, "there is a fix");
  return applyFix(text, fix);
}

describe("GPU001 and GPU002", () => {
  it("adds the missing limit beside the others", () => {
    const text = pod("image: x\nresources:\n  requests:\n    nvidia.com/gpu: 1\n  limits:\n    memory: 8Gi");
    assert.match(firstFix(text), / {8}limits:\n {10}memory: 8Gi\n {10}nvidia\.com\/gpu: 1\n/);
    const none = pod("image: x\nresources:\n  requests:\n    nvidia.com/gpu: 1");
    assert.match(
      firstFix(none),
      / {8}requests:\n {10}nvidia\.com\/gpu: 1\n {8}limits:\n {10}nvidia\.com\/gpu: 1\n/,
    );
  });

  it("says nothing of cpu, memory, huge pages and Kubernetes' own resources", () => {
    const resources = "{requests: {cpu: 1, memory: 1Gi, hugepages-2Mi: 4Mi, node.kubernetes.io/x: 1}}";
    assert.deepEqual(found(pod(`image: x\nresources: ${resources}`)), []);
  });

  it("says nothing of a kustomize patch, whose limit may be in the base", () => {
    assert.deepEqual(found(pod("resources: {requests: {nvidia.com/gpu: 1}}")), []);
  });

  it("compares numbers, not texts", () => {
    const text = pod(
      'image: x\nresources: {requests: {nvidia.com/gpu: "1"}, limits: {nvidia.com/gpu: 1000m}}',
    );
    assert.deepEqual(found(text), []);
  });
});

describe("GPU003", () => {
  it("names ways to share an NVIDIA GPU, and none for a network device", () => {
    assert.match(messages(pod(`image: x\n${gpus("500m")}`)).join(), /MIG profile.*time-slicing.*KAI.*DRA/);
    const rdma = said("GPU003", pod("image: x\nresources: {limits: {rdma/hca: 0.5}}")).join();
    assert.equal(rdma, "error rdma/hca must be an integer: the API server refuses 0.5 of a device.");
  });

  it("finds text that is no number, and leaves placeholders alone", () => {
    assert.deepEqual(found(pod(`image: x\n${gpus("one")}`)), ["GPU003 «one»"]);
    assert.deepEqual(found(pod(`image: x\n${gpus("-1")}`)), ["GPU003 «-1»"]);
    for (const placeholder of ["'$GPUS'", "<gpus>", "'%GPUS%'", "'@gpus@'"])
      assert.deepEqual(found(pod(`image: x\n${gpus(placeholder)}`)), []);
  });
});

describe("GPU004", () => {
  const meant: [string, string | undefined][] = [
    ["nvidia/gpu", "nvidia.com/gpu"],
    ["nvidia.com/gpus", "nvidia.com/gpu"],
    ["nvida.com/gpu", "nvidia.com/gpu"],
    ["nvidia.com/GPU", "nvidia.com/gpu"],
    ["nvidia.com/mig1g.10gb", "nvidia.com/mig-1g.10gb"],
    ["amd/gpu", "amd.com/gpu"],
    ["habana.ai/guadi", "habana.ai/gaudi"],
    ["google.com/tpus", "google.com/tpu"],
    ["nvidia.com/gpu", undefined],
    ["nvidia.com/gpu.shared", undefined],
    ["nvidia.com/mig-1g.10gb", undefined],
    ["nvidia.com/hostdev", undefined],
    ["nvidia.com/gpu-h100", undefined],
    ["amd.com/gpu_vram", undefined],
    ["gpu.intel.com/i915_monitoring", undefined],
    ["rdma/hca_shared_devices_a", undefined],
    ["vpc.amazonaws.com/efa", undefined],
    ["example.com/fpga", undefined],
    ["smarter-devices/fuse", undefined],
  ];
  for (const [name, right] of meant)
    it(right ? `takes ${name} for ${right}` : `accepts ${name}`, () => {
      const text = pod(`image: x\nresources: {limits: {${name}: 1}}`);
      assert.deepEqual(only("GPU004", text), right ? [name] : []);
      if (right) assert.ok(firstFix(text).includes(`{${right}: 1}`));
    });

  it("is an error without a domain, which the API server refuses", () => {
    assert.match(
      messages(pod("image: x\nresources: {limits: {gpu: 1}}")).join(),
      /^error "gpu" is no resource/,
    );
    assert.match(
      messages(pod("image: x\nresources: {limits: {nvidia/gpu: 1}}")).join(),
      /^warning No device plugin/,
    );
  });
});

describe("GPU005", () => {
  for (const profile of [
    "1g.5gb",
    "1g.10gb.me",
    "7g.80gb",
    "3g.71gb",
    "1g.24gb.me.all",
    "1g.24gb-me",
    "2g.48gb.gfx",
    "1g.10gb.shared",
    "1g.10gb.me.shared",
  ])
    it(`accepts ${profile}`, () => {
      assert.deepEqual(found(pod(`image: x\nresources: {limits: {nvidia.com/mig-${profile}: 1}}`)), []);
    });

  for (const profile of ["1g.11gb", "5g.40gb", "1g10gb", "1g.10gb.xx", "1G.10gb", ""])
    it(`knows no GPU with "${profile}"`, () => {
      const text = pod(`image: x\nresources: {limits: {nvidia.com/mig-${profile}: 1}}`);
      assert.deepEqual(found(text), [`GPU005 «nvidia.com/mig-${profile}»`]);
      assert.deepEqual(found(firstFix(text)), []);
    });
});

describe("GPU010", () => {
  const env = (value: string) => `env: [{name: NVIDIA_VISIBLE_DEVICES, value: ${value}}]`;

  it("accepts none and void, and a value from elsewhere", () => {
    for (const value of ["none", "void", '""']) assert.deepEqual(found(pod(`image: x\n${env(value)}`)), []);
    const from = "env: [{name: NVIDIA_VISIBLE_DEVICES, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]";
    assert.deepEqual(found(pod(`image: x\n${from}`)), []);
  });

  it("says another thing with a limit", () => {
    assert.match(messages(pod(`image: x\n${env("all")}\n${gpus(1)}`)).join(), /overrides the GPUs/);
    assert.match(messages(pod(`image: x\n${env('"0,1"')}`)).join(), /no GPU limit/);
  });

  it("only informs of an agent on every node", () => {
    const template = `{spec: {containers: [{name: a, image: x, ${env("all")}}]}}`;
    const daemon = `apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: ${template}}\n`;
    assert.match(messages(daemon).join(), /^information/);
  });
});

describe("GPU012", () => {
  const privileged = "securityContext: {privileged: true}";

  it("takes an emptied securityContext out whole", () => {
    const text = pod(`image: x\nsecurityContext:\n  privileged: true\n${gpus(1)}`);
    assert.ok(!firstFix(text).includes("securityContext"));
  });

  it("keeps the other capabilities", () => {
    const text = pod(
      `image: x\nsecurityContext:\n  capabilities:\n    add:\n      - IPC_LOCK\n      - SYS_ADMIN\n${gpus(1)}`,
    );
    assert.match(firstFix(text), /add:\n +- IPC_LOCK\n +resources/);
  });

  it("says nothing without a GPU, or with other devices of the node", () => {
    assert.deepEqual(found(pod(`image: x\n${privileged}`)), []);
    const fuse = pod(
      `image: x\n${privileged}\n${gpus(1)}\nvolumeMounts: [{name: fuse, mountPath: /dev/fuse}]`,
      "volumes: [{name: fuse, hostPath: {path: /dev/fuse}}]",
    );
    assert.deepEqual(found(fuse), []);
  });
});

describe("GPU014 to GPU016", () => {
  const shm = "volumeMounts: [{name: dshm, mountPath: /dev/shm}]";
  const volume = (emptyDir: string) => `volumes: [{name: dshm, emptyDir: ${emptyDir}}]`;

  it("asks for shared memory where several processes share a GPU's data", () => {
    const silent = [
      `image: x\n${gpus(1)}`,
      "image: x\ncommand: [torchrun, train.py]",
      `image: vllm/vllm-openai:v1\nreadinessProbe: {httpGet: {path: /, port: 1}}\nargs: [--model, x]\n${gpus(2)}`,
      `image: x\n${gpus(4)}\n${shm}`,
      "image: x\nresources: {limits: {google.com/tpu: 4}}",
    ];
    for (const container of silent)
      assert.deepEqual(
        only("GPU015", pod(container, container.includes(shm) ? volume("{}") : "")),
        [],
        container,
      );
    const asking = [
      `image: x\n${gpus(2)}`,
      `image: x\ncommand: [sh, -c, "exec torchrun train.py"]\n${gpus(1)}`,
      `image: x\nenv: [{name: NCCL_DEBUG, value: INFO}]\n${gpus(1)}`,
      `image: x\nargs: [--num-workers=4]\n${gpus(1)}`,
      `image: vllm/vllm-openai:v1\nreadinessProbe: {httpGet: {path: /, port: 1}}\nargs: [--tensor-parallel-size=2]\n${gpus(2)}`,
    ];
    for (const container of asking) assert.deepEqual(only("GPU015", pod(container)), ["main"], container);
  });

  it("says nothing of Ray, whose operator mounts it", () => {
    const template = `{spec: {containers: [{name: a, image: rayproject/ray, ${gpus(4)}}]}}`;
    const text = `apiVersion: ray.io/v1\nkind: RayCluster\nspec: {headGroupSpec: {template: ${template}}}\n`;
    assert.deepEqual(only("GPU015", text), []);
  });

  it("uses the pod's memory volume where it has one, and fits the size to the memory", () => {
    const text = pod(`image: x\nresources: {limits: {nvidia.com/gpu: 2, memory: 4Gi}}`);
    assert.match(firstFix(text), /medium: Memory\n +sizeLimit: 2Gi/);
    const repaired = firstFix(
      pod(
        `image: x\n${gpus(2)}\nvolumeMounts: [{name: s, mountPath: /s}]`,
        "volumes: [{name: s, emptyDir: {medium: Memory, sizeLimit: 1Gi}}]",
      ),
    );
    assert.ok(
      repaired.includes("volumeMounts: [{name: s, mountPath: /s}, {name: s, mountPath: /dev/shm}]"),
      repaired,
    );
    assert.ok(!repaired.includes("dshm"));
  });

  it("does not take a disk volume of the name dshm", () => {
    const repaired = firstFix(pod(`image: x\n${gpus(2)}`, "volumes: [{name: dshm, emptyDir: {}}]"));
    assert.ok(repaired.includes("name: shared-memory"), repaired);
    assert.deepEqual(found(repaired), []);
  });

  it("wants a size for memory volumes, and one below the limit", () => {
    assert.deepEqual(found(pod(`image: x\n${shm}`, volume("{medium: Memory}"))), ["GPU016 «Memory»"]);
    assert.deepEqual(found(pod(`image: x\n${shm}`, volume("{medium: Memory, sizeLimit: 64Gi}"))), []);
    assert.deepEqual(found(pod(`image: x\n${shm}`, volume("{}"))), []);
    const nulled = pod(
      "image: x",
      "volumes:\n  - name: a\n    emptyDir:\n      medium: Memory\n      sizeLimit:\n",
    );
    assert.deepEqual(found(firstFix(nulled)), []);
  });

  it("leaves hostIPC alone without a GPU", () => {
    assert.deepEqual(found(pod("image: x", "hostIPC: true")), []);
    assert.deepEqual(found(pod(`image: x\n${gpus(1)}`, "hostIPC: yes")), ["GPU014 «yes»"]);
  });
});
