// Where pod templates are found, and where none is invented.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { objectNodes } from "../../../src/core/kube/objectNodes.ts";
import { podTemplates } from "../../../src/core/kube/podTemplates.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";

const POD = "{spec: {containers: [{name: a, image: x}]}}";

const KINDS: [string, string, number, string][] = [
  ["v1", "Pod", 1, "spec: {containers: [{name: a, image: x}]}"],
  ["v1", "ReplicationController", 1, `spec: {template: ${POD}}`],
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map(
    (kind): [string, string, number, string] => ["apps/v1", kind, 1, `spec: {template: ${POD}}`],
  ),
  ["batch/v1", "Job", 1, `spec: {template: ${POD}}`],
  ["batch/v1", "CronJob", 1, `spec: {jobTemplate: {spec: {template: ${POD}}}}`],
  [
    "ray.io/v1",
    "RayCluster",
    3,
    `spec: {headGroupSpec: {template: ${POD}}, workerGroupSpecs: [{template: ${POD}}, {template: ${POD}}]}`,
  ],
  ["ray.io/v1", "RayJob", 1, `spec: {rayClusterSpec: {headGroupSpec: {template: ${POD}}}}`],
  ["ray.io/v1", "RayService", 1, `spec: {rayClusterConfig: {workerGroupSpecs: [{template: ${POD}}]}}`],
  [
    "jobset.x-k8s.io/v1alpha2",
    "JobSet",
    1,
    `spec: {replicatedJobs: [{template: {spec: {template: ${POD}}}}]}`,
  ],
  [
    "kubeflow.org/v1",
    "PyTorchJob",
    2,
    `spec: {pytorchReplicaSpecs: {Master: {template: ${POD}}, Worker: {template: ${POD}}}}`,
  ],
  ["kubeflow.org/v1", "TFJob", 1, `spec: {tfReplicaSpecs: {Chief: {template: ${POD}}}}`],
  ["kubeflow.org/v2beta1", "MPIJob", 1, `spec: {mpiReplicaSpecs: {Launcher: {template: ${POD}}}}`],
  ["kubeflow.org/v1", "Notebook", 1, `spec: {template: ${POD}}`],
  [
    "leaderworkerset.x-k8s.io/v1",
    "LeaderWorkerSet",
    2,
    `spec: {leaderWorkerTemplate: {leaderTemplate: ${POD}, workerTemplate: ${POD}}}`,
  ],
  ["batch.volcano.sh/v1alpha1", "Job", 1, `spec: {tasks: [{template: ${POD}}]}`],
  ["argoproj.io/v1alpha1", "Rollout", 1, `spec: {template: ${POD}}`],
  // Kinds whose pods an operator builds, and kinds of the same name in another group.
  ["serving.kserve.io/v1beta1", "InferenceService", 0, `spec: {predictor: ${POD}, template: ${POD}}`],
  ["trainer.kubeflow.org/v1alpha1", "TrainJob", 0, `spec: {template: ${POD}}`],
  ["batch/v1", "RayCluster", 0, `spec: {headGroupSpec: {template: ${POD}}}`],
  ["serving.knative.dev/v1", "Service", 0, `spec: {template: ${POD}}`],
  ["v1", "ConfigMap", 0, `spec: {template: ${POD}}`],
];

function templatesIn(text: string) {
  return objectNodes(parseYaml(text)[0]?.root).flatMap(podTemplates);
}

describe("podTemplates", () => {
  for (const [apiVersion, kind, count, rest] of KINDS) {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\n${rest}\n`;
    it(`finds ${count} in ${apiVersion} ${kind}`, () => {
      assert.equal(templatesIn(text).length, count);
    });
  }

  it("finds those in the items of a List", () => {
    const item = `{apiVersion: v1, kind: Pod, ${"spec: {containers: [{name: a, image: x}]}"}}`;
    assert.equal(templatesIn(`apiVersion: v1\nkind: List\nitems: [${item}, ${item}]`).length, 2);
  });

  it("tells init containers from sidecars, and a patch from a whole pod", () => {
    const [template] = templatesIn(`apiVersion: v1
kind: Pod
spec:
  initContainers:
    - {name: fetch, image: x}
    - {name: proxy, image: x, restartPolicy: Always}
  containers:
    - name: main
`);
    assert.deepEqual(
      template?.containers.map(({ name, init }) => [name, init]),
      [
        ["fetch", true],
        ["proxy", false],
        ["main", false],
      ],
    );
    assert.equal(template?.partial, true);
  });

  it("finds nothing where the tree has another shape", () => {
    for (const rest of ["spec: null", "spec: [1]", "spec: {template: x}", "spec: {template: {spec: []}}", ""])
      assert.deepEqual(templatesIn(`apiVersion: apps/v1\nkind: Deployment\n${rest}`), []);
  });
});
