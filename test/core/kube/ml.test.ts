// Kinds of ML operators: what each status comes to, whose each pod is, and how each is stopped.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { linkLabels } from "../../../src/core/kube/linkLabels.ts";
import { mlKinds } from "../../../src/core/kube/ml/index.gen.ts";
import { mlRow } from "../../../src/core/kube/mlKind.ts";
import { resourceKey } from "../../../src/core/kube/kind.ts";
import { groupRows } from "../../../src/core/kube/grouping.ts";
import type { KubeObject } from "../../../src/core/kube/object.ts";
import type { ObjectRow, ResourceRow } from "../../../src/core/kube/row.ts";
import { exampleObject } from "../../support/ml/example.ts";
import { mlExamples } from "../../support/ml/objects.ts";
import { rowWords } from "../../support/ml/rowWords.ts";

function rowOf(kind: string, object: KubeObject): ResourceRow {
  const ml = mlKinds.find((one) => `${one.group} ${one.kind}` === kind);
  assert.ok(ml, kind);
  return mlRow(ml, resourceKey(ml.kind, ml.group), object);
}

describe("a kind of an ML operator", () => {
  for (const [index, example] of mlExamples.entries())
    it(`${example.kind} says ${example.row}`, () => {
      const row = rowOf(example.kind, exampleObject(example, `one-${index}`));
      assert.equal(rowWords(row), example.row);
    });

  it("has an example here", () => {
    const shown = new Set(mlExamples.map(({ kind }) => kind));
    assert.deepEqual(
      mlKinds.map(({ group, kind }) => `${group} ${kind}`).filter((kind) => !shown.has(kind)),
      [],
    );
  });

  it("never fails, whatever an object holds", () => {
    const strange: KubeObject[] = [
      {},
      { metadata: null, spec: null, status: null },
      { metadata: [], spec: "x", status: 1 },
      { spec: [], status: { conditions: "x", state: [], replicaStatuses: 3, modelStatus: [] } },
      { status: { conditions: [null, 1, { type: 3 }], jobsStatus: [null], flavorsUsage: [7] } },
    ];
    for (const { group, kind } of mlKinds)
      for (const object of strange) assert.ok(rowOf(`${group} ${kind}`, object).health);
  });

  it("says nothing where its operator has not looked yet, and never that all is well", () => {
    for (const { group, kind } of mlKinds) {
      const { health } = rowOf(`${group} ${kind}`, { metadata: { name: "new" }, spec: {} });
      // Its clock is all that a CronWorkflow has to say.
      if (kind !== "CronWorkflow")
        assert.ok(health === "unknown" || health === "progress", `${kind}: ${health}`);
    }
  });

  it("finds its pods only by labels that are read of pods", () => {
    for (const { kind, podLabels = [] } of mlKinds)
      for (const label of podLabels) assert.ok(linkLabels.includes(label), `${kind}: ${label}`);
  });

  it("can be started when it is stopped, and stopped while it is not over", () => {
    const notebook = { kind: "Notebook", metadata: { name: "n" }, status: { readyReplicas: 1 } };
    assert.equal(rowOf("kubeflow.org Notebook", notebook).can, "stop");
    const off = mlKinds.find(({ kind }) => kind === "Notebook")?.switch?.off.patch(0) as KubeObject;
    const stopped = { ...notebook, metadata: { name: "n", ...(off["metadata"] as object) } };
    assert.equal(rowOf("kubeflow.org Notebook", stopped).can, "start");
    const ended = { metadata: { name: "j" }, status: { terminalState: "Completed" } };
    assert.equal(rowOf("jobset.x-k8s.io JobSet", ended).can, undefined);
  });

  for (const { group, kind, switch: turn } of mlKinds)
    if (turn)
      it(`${group} ${kind} is off after it was turned off, and on after it was turned on`, () => {
        const base = { metadata: { name: "one" }, spec: { triggers: [] } };
        assert.equal(turn.isOff(base), false);
        const off = merged(base, turn.off.patch(0));
        assert.equal(turn.isOff(off), true);
        assert.equal(turn.isOff(merged(off, turn.on.patch(0))), false);
      });
});

/** RFC 7386. */
function merged(target: unknown, patch: unknown): KubeObject {
  if (typeof patch !== "object" || patch === null) return patch as KubeObject;
  const result: Record<string, unknown> = { ...(target as object) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

describe("what operators run", () => {
  const base = { namespace: "ml", createdMs: 0, health: "ok", status: "" } as const;
  const resource = (kind: string, name: string, more: Partial<ResourceRow> = {}): ResourceRow => ({
    ...base,
    kind: kind as ResourceRow["kind"],
    uid: name,
    name,
    columns: [],
    selects: [],
    ...more,
  });
  const workload = (kind: "Job" | "StatefulSet" | "Deployment", name: string, more: object) => ({
    ...base,
    kind,
    uid: name,
    name,
    ready: 1,
    desired: 1,
    ...more,
  });
  const pod = (name: string, more: object) => ({
    ...base,
    kind: "Pod" as const,
    uid: name,
    name,
    phase: "Running",
    ready: 1,
    containers: 1,
    restarts: 0,
    accelerators: {},
    ...more,
  });
  const owned = (uid: string) => ({ owner: { kind: "any", name: uid, uid } });

  /** Each row under what it is shown under. */
  function shown(...rows: (readonly ObjectRow[])[]) {
    const { top, under } = groupRows(rows.flat());
    const lines = (rows: readonly { uid: string }[], depth: number): string[] =>
      rows.flatMap(({ uid }) => [`${"  ".repeat(depth)}${uid}`, ...lines(under.get(uid) ?? [], depth + 1)]);
    return lines(top.get("ml") ?? [], 0).join("\n");
  }

  it("has its pods under it, past the Jobs and JobSets that are made for it", () => {
    const selects = ["jobset.sigs.k8s.io/jobset-name=train"];
    const trainJob = resource("TrainJob.trainer.kubeflow.org", "train", { selects });
    const jobSet = resource("JobSet.jobset.x-k8s.io", "train-set", {
      selects,
      isDetail: true,
      ...owned("train"),
    });
    const job = workload("Job", "train-node-0", owned("train-set"));
    const pods = [pod("train-node-0-abc", { ...owned("train-node-0"), links: selects })];
    assert.equal(shown([job], pods, [trainJob, jobSet]), "train\n  train-node-0-abc");
    assert.equal(shown([job], pods, [{ ...jobSet, name: "train" }]), "train-set\n  train-node-0-abc");
    // Without the right to see Jobs and JobSets the label leads to it.
    assert.equal(shown([], pods, [trainJob]), "train\n  train-node-0-abc");
  });

  it("has what it made of other operators' kinds under it, with its pods", () => {
    const selects = ["ray.io/cluster=c"];
    const rayJob = resource("RayJob.ray.io", "job", { selects });
    const cluster = resource("RayCluster.ray.io", "cluster", { selects, ...owned("job") });
    const submitter = workload("Job", "submit", owned("job"));
    const pods = [pod("head", { ...owned("cluster"), links: selects }), pod("submit-abc", owned("submit"))];
    assert.equal(shown([submitter], pods, [rayJob, cluster]), "job\n  cluster\n    head\n  submit-abc");
  });

  it("has pods that only a label leads to, as those of a LeaderWorkerSet's workers", () => {
    const link = { links: ["leaderworkerset.sigs.k8s.io/name=lws"] };
    const set = resource("LeaderWorkerSet.leaderworkerset.x-k8s.io", "lws", { selects: link.links });
    const leaders = workload("StatefulSet", "lws-sts", { ...owned("lws"), ...link });
    const workers = workload("StatefulSet", "lws-0", { ...owned("lws-0-pod"), ...link });
    const pods = [
      pod("lws-0-pod", { ...owned("lws-sts"), ...link }),
      pod("lws-0-1", { ...owned("lws-0"), ...link }),
    ];
    assert.equal(shown([leaders, workers], pods, [set]), "lws\n  lws-0-1\n  lws-0-pod");
  });

  it("takes the most particular label where a pod has several", () => {
    const service = resource("Service.serving.knative.dev", "app", {
      selects: ["serving.knative.dev/service=app"],
    });
    const revision = resource("Revision.serving.knative.dev", "app-1", {
      selects: ["serving.knative.dev/revision=app-1"],
      links: ["serving.knative.dev/service=app"],
    });
    const links = ["serving.knative.dev/revision=app-1", "serving.knative.dev/service=app"];
    assert.equal(
      shown([], [pod("app-1-abc", { links })], [service, revision]),
      "app\n  app-1\n    app-1-abc",
    );
  });

  it("keeps to its namespace, and stands alone where its owner is not known", () => {
    const links = ["notebook-name=n"];
    const other = resource("Notebook.kubeflow.org", "n", { namespace: "other", selects: links });
    assert.equal(shown([], [pod("n-0", { links })], [other]), "n-0");
  });

  it("ends, also where owners go round", () => {
    const one = resource("A.x.io", "one", { ...owned("two"), isDetail: true });
    const two = resource("B.x.io", "two", { ...owned("one"), isDetail: true });
    assert.doesNotThrow(() => shown([], [pod("p", owned("one"))], [one, two]));
  });
});
