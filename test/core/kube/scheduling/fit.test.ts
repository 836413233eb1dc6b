// Where a pod could run: each filter of the scheduler, and the words for it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  adviceLines,
  amountText,
  obstacleLines,
  placement,
  placementSentence,
} from "../../../../src/core/kube/scheduling/explain.ts";
import { obstacles, whatMustEnd } from "../../../../src/core/kube/scheduling/fit.ts";
import { nodeStates } from "../../../../src/core/kube/scheduling/nodeState.ts";
import { podAmounts, podNeeds } from "../../../../src/core/kube/scheduling/podNeeds.ts";

const node = (name: string, gpus: number, more: object = {}, labels: object = {}) => ({
  metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
  spec: more,
  status: {
    allocatable: { cpu: "8", memory: "32Gi", pods: "10", ...(gpus > 0 ? { "nvidia.com/gpu": gpus } : {}) },
  },
});
const pod = (name: string, on: string, gpus: number, phase = "Running") => ({
  metadata: { name, namespace: "ml" },
  spec: { nodeName: on, containers: [{ resources: { limits: { "nvidia.com/gpu": gpus, cpu: "1" } } }] },
  status: { phase },
});
const asking = (gpus: number, more: object = {}) =>
  podNeeds({ spec: { containers: [{ resources: { limits: { "nvidia.com/gpu": gpus } } }], ...more } });
const gpuTaint = { taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] };

describe("what a pod asks for", () => {
  for (const [what, spec, expected] of [
    ["limits count as requests", { containers: [{ resources: { limits: { cpu: "500m" } } }] }, { cpu: 500 }],
    [
      "requests before limits",
      { containers: [{ resources: { limits: { cpu: "2" }, requests: { cpu: "100m" } } }] },
      { cpu: 100 },
    ],
    [
      "the largest init container, or all others together",
      {
        initContainers: [{ resources: { requests: { memory: "3Gi" } } }],
        containers: [
          { resources: { requests: { memory: "1Gi" } } },
          { resources: { requests: { memory: "1Gi" } } },
        ],
      },
      { memory: 3 * 2 ** 30 },
    ],
    [
      "sidecars beside init containers and containers",
      {
        initContainers: [
          { restartPolicy: "Always", resources: { requests: { cpu: "1" } } },
          { resources: { requests: { cpu: "3" } } },
        ],
        containers: [{ resources: { requests: { cpu: "2" } } }],
      },
      { cpu: 4000 },
    ],
    [
      "overhead, and what is said of the whole pod",
      {
        overhead: { cpu: "10m" },
        resources: { requests: { cpu: "1" } },
        containers: [{ resources: { requests: { cpu: "3", "nvidia.com/gpu": "1" } } }],
      },
      { cpu: 1010, "nvidia.com/gpu": 1 },
    ],
    [
      "fractions rounded up",
      { containers: [{ resources: { requests: { cpu: "0.0001", memory: "100m" } } }] },
      { cpu: 1, memory: 1 },
    ],
    [
      "nothing of what is no quantity",
      { containers: [{ resources: { requests: { cpu: "a lot" } } }, null, 3] },
      {},
    ],
  ] as const) {
    it(what, () => assert.deepEqual(podAmounts(spec), expected));
  }
});

describe("a node for a pod", () => {
  const kinds = (needs: ReturnType<typeof podNeeds>, one: object, pods: object[] = []) => {
    const [state] = nodeStates([one as never], pods as never[]);
    assert.ok(state);
    return obstacles(needs, state).map(({ kind }) => kind);
  };
  it("with enough free fits", () => {
    assert.deepEqual(kinds(asking(2), node("a", 4), [pod("x", "a", 2)]), []);
  });
  it("with too few free, or none at all, does not; pods that have ended hold nothing", () => {
    assert.deepEqual(kinds(asking(3), node("a", 4), [pod("x", "a", 2)]), ["resource"]);
    assert.deepEqual(kinds(asking(1), node("a", 0)), ["resource"]);
    assert.deepEqual(kinds(asking(4), node("a", 4), [pod("x", "a", 2, "Succeeded")]), []);
  });
  it("that is full of pods takes no more", () => {
    const many = Array.from({ length: 10 }, (_, index) => ({
      metadata: { name: `p${index}` },
      spec: { nodeName: "a", containers: [] },
    }));
    assert.deepEqual(kinds(asking(0), node("a", 0), many), ["pods"]);
  });
  it("with a taint takes only who tolerates it", () => {
    const tolerations = (...all: object[]) => asking(1, { tolerations: all });
    const tainted = node("a", 1, gpuTaint);
    assert.deepEqual(kinds(asking(1), tainted), ["taint"]);
    assert.deepEqual(kinds(tolerations({ key: "nvidia.com/gpu", operator: "Exists" }), tainted), []);
    assert.deepEqual(kinds(tolerations({ operator: "Exists" }), tainted), []);
    assert.deepEqual(kinds(tolerations({ key: "nvidia.com/gpu", value: "present" }), tainted), []);
    assert.deepEqual(kinds(tolerations({ key: "nvidia.com/gpu", value: "other" }), tainted), ["taint"]);
    assert.deepEqual(
      kinds(tolerations({ key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" }), tainted),
      ["taint"],
    );
    assert.deepEqual(
      kinds(asking(1), node("a", 1, { taints: [{ key: "x", effect: "PreferNoSchedule" }] })),
      [],
    );
  });
  it("that is cordoned takes none, and says so once", () => {
    const cordoned = node("a", 1, {
      unschedulable: true,
      taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
    });
    assert.deepEqual(kinds(asking(1), cordoned), ["unschedulable"]);
  });
  it("is chosen by label and by affinity", () => {
    const product = { "nvidia.com/gpu.product": "A100", "nvidia.com/gpu.memory": "40960" };
    const a100 = node("a", 1, {}, product);
    assert.deepEqual(kinds(asking(1, { nodeSelector: { "nvidia.com/gpu.product": "A100" } }), a100), []);
    assert.deepEqual(kinds(asking(1, { nodeSelector: { "nvidia.com/gpu.product": "H100" } }), a100), [
      "selector",
    ]);
    const required = (...matchExpressions: object[]) =>
      asking(1, {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
          },
        },
      });
    for (const [expression, fits] of [
      [{ key: "nvidia.com/gpu.memory", operator: "Gt", values: ["40000"] }, true],
      [{ key: "nvidia.com/gpu.memory", operator: "Gt", values: ["40960"] }, false],
      [{ key: "nvidia.com/gpu.memory", operator: "Lt", values: ["40961"] }, true],
      [{ key: "nvidia.com/gpu.product", operator: "In", values: ["H100", "A100"] }, true],
      [{ key: "nvidia.com/gpu.product", operator: "NotIn", values: ["A100"] }, false],
      [{ key: "absent", operator: "NotIn", values: ["A100"] }, true],
      [{ key: "absent", operator: "Exists" }, false],
      [{ key: "absent", operator: "DoesNotExist" }, true],
      [{ key: "absent", operator: "Gt", values: ["1"] }, false],
    ] as const) {
      assert.deepEqual(
        kinds(required(expression), a100),
        fits ? [] : ["affinity"],
        JSON.stringify(expression),
      );
    }
    assert.deepEqual(kinds(required(), a100), ["affinity"], "a term without requirements matches nothing");
  });
  it("with a host port taken does not take another of it", () => {
    const spec = (hostIP?: string) => ({
      containers: [{ ports: [{ hostPort: 80, ...(hostIP ? { hostIP } : {}) }] }],
    });
    const taken = { metadata: { name: "web" }, spec: { nodeName: "a", ...spec("10.0.0.1") } };
    assert.deepEqual(kinds(podNeeds({ spec: spec() }), node("a", 0), [taken]), ["hostPort"]);
    assert.deepEqual(kinds(podNeeds({ spec: spec("10.0.0.2") }), node("a", 0), [taken]), []);
  });
  it("names what it does not consider", () => {
    const spec = {
      schedulingGates: [{}],
      volumes: [{ persistentVolumeClaim: { claimName: "x" } }],
    };
    assert.deepEqual(podNeeds({ spec }).notConsidered, [
      "gates (schedulingGates)",
      "how many volumes a node takes",
    ]);
  });
});

describe("where a pod would run, in words", () => {
  const states = nodeStates(
    [
      node("gpu-0", 8),
      node("gpu-1", 4, gpuTaint, { "nvidia.com/gpu.product": "A100" }),
      node("cpu-0", 0),
      node("cpu-1", 0),
    ] as never[],
    [pod("train-a", "gpu-0", 4), pod("train-b", "gpu-0", 2), pod("serve", "gpu-0", 1)] as never[],
  );
  const said = (needs: ReturnType<typeof podNeeds>) => {
    const found = placement(needs, states);
    return [placementSentence(needs, found), ...obstacleLines(found), "", ...adviceLines(needs, found)].join(
      "\n",
    );
  };

  it("where it fits", () => {
    assert.match(said(asking(1)), /^It fits now on 1 of 4 nodes: gpu-0 \(1 of 8 GPU free\)\./);
  });
  it("why it does not, and what would change that", () => {
    assert.equal(
      said(asking(4)),
      [
        "None of 4 nodes can run it now: 2 nodes have no GPU.",
        "2 nodes have no GPU (cpu-0, cpu-1)",
        "1 node has too little free: 4 GPU wanted, 1 of 8 GPU free (gpu-0)",
        "1 node has the taint nvidia.com/gpu=present:NoSchedule, which it does not tolerate (gpu-1)",
        "",
        "It would fit on gpu-0 if this pod ended: ml/train-a (4 GPU).",
        "With a toleration for nvidia.com/gpu=present:NoSchedule there are nodes that it fits on.",
      ].join("\n"),
    );
  });
  it("what no node has", () => {
    assert.match(said(asking(16)), /No node has that much: 16 GPU is wanted, and the largest has 8 GPU\./);
    assert.match(
      said(asking(1, { nodeSelector: { "nvidia.com/gpu.product": "H100" } })),
      /No node has nvidia\.com\/gpu\.product=H100\. There are: A100\./,
    );
    assert.match(
      said(podNeeds({ spec: { containers: [{ resources: { limits: { "amd.com/gpu": 1 } } }] } })),
      /No node has amd\.com\/gpu: see that its device plugin runs\./,
    );
  });
  it("which pods must end, no more than needed", () => {
    const [gpu0] = states;
    assert.ok(gpu0);
    const names = (gpus: number) => whatMustEnd(asking(gpus), gpu0)?.map(({ name }) => name);
    assert.deepEqual(names(3), ["train-a"]);
    assert.deepEqual(names(7), ["train-a", "train-b"]);
    assert.deepEqual(names(8), ["train-a", "train-b", "serve"]);
    assert.equal(names(9), undefined);
  });
  it("amounts as a person writes them", () => {
    assert.equal(amountText("cpu", 1500), "1500m cpu");
    assert.equal(amountText("cpu", 2000), "2 cpu");
    assert.equal(amountText("memory", 8 * 2 ** 30), "8Gi memory");
    assert.equal(amountText("memory", 15_998_123_456), "14.9Gi memory");
    assert.equal(amountText("nvidia.com/mig-1g.10gb", 2), "2 mig-1g.10gb");
  });
});
