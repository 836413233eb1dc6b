// How far a rollout is, and what a drain and an undo are made of.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { drainPlan } from "../../../src/core/kube/drain.ts";
import { revisionsOf, undoPatch } from "../../../src/core/kube/revisions.ts";
import { rolloutOf } from "../../../src/core/kube/rollout.ts";

const workload = (kind: string, spec: object, status: object) => ({
  kind,
  metadata: { generation: 2 },
  spec,
  status: { observedGeneration: 2, ...status },
});

describe("a rollout", () => {
  for (const [what, object, state, text] of [
    [
      "that its controller has not seen",
      workload("Deployment", { replicas: 2 }, { observedGeneration: 1 }),
      "waiting",
      "its controller has not seen the change yet",
    ],
    [
      "with old pods left",
      workload("Deployment", { replicas: 2 }, { replicas: 3, updatedReplicas: 2, availableReplicas: 2 }),
      "waiting",
      "1 old pod is still to end",
    ],
    [
      "of a StatefulSet between two revisions",
      workload(
        "StatefulSet",
        { replicas: 3 },
        { currentRevision: "a", updateRevision: "b", updatedReplicas: 1, readyReplicas: 3 },
      ),
      "waiting",
      "1 of 3 pods are new",
    ],
    [
      "of a StatefulSet with a partition",
      workload(
        "StatefulSet",
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { currentRevision: "a", updateRevision: "b", updatedReplicas: 1, readyReplicas: 3 },
      ),
      "done",
      "1 pod is new and available",
    ],
    [
      "of a DaemonSet that replaces only what is deleted",
      workload("DaemonSet", { updateStrategy: { type: "OnDelete" } }, {}),
      "failed",
      "its pods are replaced only when they are deleted (updateStrategy OnDelete)",
    ],
    ["to no pods at all", workload("Deployment", { replicas: 0 }, {}), "done", "no pods are wanted"],
    [
      "that is paused",
      workload("Deployment", { replicas: 1, paused: true }, {}),
      "failed",
      "it is paused: resume it with spec.paused: false",
    ],
  ] as const) {
    it(what, () => {
      const rollout = rolloutOf(object);
      assert.deepEqual([rollout.state, rollout.text], [state, text]);
    });
  }
});

describe("the revisions of a workload", () => {
  const owner = (uid: string) => [{ kind: "StatefulSet", name: "db", uid, controller: true }];
  const revision = (number: number, image: string, uid = "1") => ({
    metadata: { ownerReferences: owner(uid) },
    revision: number,
    data: { spec: { template: { $patch: "replace", spec: { containers: [{ name: "db", image }] } } } },
  });

  it("are its own, the newest first, also those of a StatefulSet", () => {
    const found = revisionsOf("1", [revision(1, "db:1"), revision(3, "db:3"), revision(9, "other", "2")]);
    assert.deepEqual(
      found.map(({ number, images }) => [number, ...images]),
      [
        [3, "db:3"],
        [1, "db:1"],
      ],
    );
    const steps = undoPatch({ metadata: { uid: "1", generation: 4 } }, found[1] ?? assert.fail());
    assert.deepEqual(
      steps.map(({ op, path }) => `${op} ${path}`),
      ["test /metadata/uid", "test /metadata/generation", "replace /spec/template"],
    );
    // The word of the patch that it was stored as is no field of a template.
    assert.deepEqual(steps[2]?.value, { spec: { containers: [{ name: "db", image: "db:1" }] } });
  });
});

describe("a drain", () => {
  it("leaves mirror pods and those of DaemonSets, and asks nothing about pods that have ended", () => {
    const pod = (name: string, more: object, spec: object = {}, phase = "Running") => ({
      metadata: { name, namespace: "ml", uid: name, ...more },
      spec: { volumes: [{ emptyDir: {} }], ...spec },
      status: { phase },
    });
    const by = (kind: string) => ({ ownerReferences: [{ kind, name: "x", uid: "x", controller: true }] });
    const plan = drainPlan([
      pod("static", { annotations: { "kubernetes.io/config.mirror": "x" } }),
      pod("agent", by("DaemonSet")),
      pod("web", by("ReplicaSet"), { volumes: [] }),
      pod("alone", {}),
      pod("ended", {}, {}, "Succeeded"),
    ]);
    assert.deepEqual([plan.daemons, plan.mirrors], [1, 1]);
    assert.deepEqual(
      plan.leaving.map(({ name, isAlone, hasScratch }) => [name, isAlone, hasScratch]),
      [
        ["web", false, false],
        ["alone", true, true],
        ["ended", false, false],
      ],
    );
  });
});
