// Pods that want to be together, apart or spread, and volumes that are only in one place: what is in the way, in words.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { adviceLines, obstacleLines, placement } from "../../../../src/core/kube/scheduling/explain.ts";
import { Judge } from "../../../../src/core/kube/scheduling/judge.ts";
import { nodeStates } from "../../../../src/core/kube/scheduling/nodeState.ts";
import { podNeeds } from "../../../../src/core/kube/scheduling/podNeeds.ts";
import { placeCopies } from "../../../../src/core/kube/scheduling/report.ts";
import { type VolumeFacts, VolumeRules } from "../../../../src/core/kube/scheduling/volumeRules.ts";

const node = (name: string, zone?: string) => ({
  metadata: { name, labels: { "kubernetes.io/hostname": name, ...(zone ? { zone } : {}) } },
  status: { allocatable: { cpu: "8", pods: "10" } },
});
const pod = (name: string, on: string, app: string, affinity = {}, namespace = "ml") => ({
  metadata: { name, namespace, labels: { app } },
  spec: { nodeName: on, affinity, containers: [] },
  status: { phase: "Running" },
});
const required = (...apps: string[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: apps.map((app) => ({
    labelSelector: { matchLabels: { app } },
    topologyKey: "zone",
  })),
});
const wanted = (app: string, spec: object) =>
  podNeeds({ metadata: { namespace: "ml", labels: { app } }, spec: { containers: [], ...spec } });
const nodes = [node("a1", "a"), node("a2", "a"), node("b1", "b"), node("bare")];
const fits = (needs: ReturnType<typeof podNeeds>, pods: object[]) => {
  const found = placement(needs, nodeStates(nodes as never[], pods as never[]));
  return { names: found.fits.map(({ name }) => name).join(" "), lines: obstacleLines(found), found };
};

describe("pods with rules about others", () => {
  it("run beside those that they want near", () => {
    const needs = wanted("web", { affinity: { podAffinity: required("cache") } });
    const { names, lines } = fits(needs, [
      pod("cache-0", "a1", "cache"),
      pod("x", "b1", "cache", {}, "other"),
    ]);
    assert.equal(names, "a1 a2");
    assert.deepEqual(lines, [
      "1 node has no pod near that it must run beside (pod affinity, zone) (b1)",
      "1 node has not the label zone that its rules about other pods go by (bare)",
    ]);
  });
  it("may begin where there is none yet, when they are such themselves", () => {
    const needs = wanted("cache", { affinity: { podAffinity: required("cache") } });
    assert.equal(fits(needs, []).names, "a1 a2 b1");
    assert.equal(fits(needs, [pod("cache-0", "b1", "cache")]).names, "b1");
  });
  it("keep away from those that they don't want near, and from those that don't want them", () => {
    const apart = wanted("web", { affinity: { podAntiAffinity: required("noisy") } });
    assert.equal(fits(apart, [pod("n", "a1", "noisy")]).names, "b1 bare");
    const alone = pod("alone", "b1", "alone", { podAntiAffinity: required("web") });
    const { names, lines, found } = fits(wanted("web", {}), [alone]);
    assert.equal(names, "a1 a2 bare");
    assert.deepEqual(lines, [
      "1 node has a pod near that it must not run beside (pod anti-affinity, zone) (b1)",
    ]);
    assert.deepEqual(adviceLines(wanted("web", {}), found), []);
  });
  it("are counted place by place when many are made", () => {
    const needs = wanted("web", { affinity: { podAntiAffinity: required("web") } });
    const placed = placeCopies({ name: "", copies: 9, needs }, nodeStates(nodes as never[], []));
    // One in each zone, and as many as it takes on the node that is in none.
    assert.deepEqual(
      placed.nodes.map(({ pods }) => pods.length),
      [1, 0, 1, 7],
    );
  });
  it("are spread", () => {
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "web" } },
      },
    ];
    const needs = wanted("web", { topologySpreadConstraints });
    const { names, lines } = fits(needs, [pod("web-0", "a1", "web")]);
    assert.equal(names, "b1");
    assert.equal(
      lines[0],
      "2 nodes have more pods like it near than others (spread over zone, maxSkew 1) (a1, a2)",
    );
    const placed = placeCopies({ name: "", copies: 100, needs }, nodeStates(nodes as never[], []));
    assert.equal(placed.count, 21, "ten on the only node of zone b, and one more than that in zone a");
  });
});

describe("pods with volumes", () => {
  const needs = wanted("web", { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] });
  const claim = (spec: object, phase: string) => ({ metadata: { name: "data" }, spec, status: { phase } });
  const judged = (facts: Omit<VolumeFacts, "claim">) => {
    const states = nodeStates(nodes as never[], []);
    const judge = new Judge(needs, states, { volumes: new VolumeRules([{ claim: "data", ...facts }]) });
    const found = placement(needs, states, judge);
    return {
      names: found.fits.map(({ name }) => name).join(" "),
      lines: obstacleLines(found),
      said: judge.problems,
    };
  };

  it("run where the volume can be reached", () => {
    const term = { matchExpressions: [{ key: "zone", operator: "In", values: ["b"] }] };
    const volume = { spec: { nodeAffinity: { required: { nodeSelectorTerms: [term] } } } };
    const { names, lines } = judged({ object: claim({ volumeName: "v" }, "Bound"), volume });
    assert.equal(names, "b1");
    assert.deepEqual(lines, ["3 nodes do not reach the volume of its claim data (a1, a2, bare)"]);
  });
  it("run where its class can make one", () => {
    const storageClass = {
      metadata: { name: "fast" },
      volumeBindingMode: "WaitForFirstConsumer",
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a"] }] }],
    };
    const { names, said } = judged({ object: claim({ storageClassName: "fast" }, "Pending"), storageClass });
    assert.equal(names, "a1 a2");
    assert.deepEqual(said, []);
  });
  for (const [what, facts, sentence] of [
    ["no claim", { object: "absent" }, "There is no PersistentVolumeClaim data: make it, or name another."],
    [
      "no class",
      { object: claim({ storageClassName: "fsat" }, "Pending"), storageClass: "absent" },
      "PersistentVolumeClaim data asks for the StorageClass fsat, which is not there: make the claim anew with one that is.",
    ],
    [
      "no volume made",
      {
        object: claim({ storageClassName: "slow" }, "Pending"),
        storageClass: {
          metadata: { name: "slow" },
          provisioner: "disk.example",
          volumeBindingMode: "Immediate",
        },
      },
      "PersistentVolumeClaim data is not bound yet: disk.example of StorageClass slow has not made its volume; see the events of the claim.",
    ],
    [
      "a volume that is gone",
      { object: claim({ volumeName: "v" }, "Lost"), volume: "absent" },
      "PersistentVolumeClaim data is bound to the volume v, which is not there any more.",
    ],
  ] as const)
    it(`are told of ${what}`, () => assert.deepEqual(judged(facts as never).said, [sentence]));
});
