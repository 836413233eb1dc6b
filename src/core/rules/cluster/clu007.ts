// CLU007: an object that a pod needs and the namespace does not have.
import { liveReferences } from "../../kube/live/references.ts";
import { isWide } from "../../kube/live/wanted.ts";
import { missingProblem } from "../liveCluster.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const clu007: Rule = {
  id: "CLU007",
  title: "The namespace has what a pod mounts and reads",
  severity: "warning",
  why: "A container that reads a Secret or ConfigMap that is not there does not start, and a pod with an unknown claim is not placed; a pod with an unknown ServiceAccount is refused.",
  source: "https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret",
  appliesTo: "cluster",
  cluster: exampleCluster({
    namespaces: { default: { names: { Secret: { value: ["hf-token"] } } } },
  }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: registry.example/train:1
      envFrom:
        - secretRef:
            name: hf-token
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: registry.example/train:1
      envFrom:
        - secretRef:
            name: «hf-tokne»
`,
  *check(object, cluster) {
    for (const reference of liveReferences(object)) {
      if (isWide(reference.kind) || reference.optional) continue;
      const severity = reference.kind === "ServiceAccount" ? "error" : "warning";
      // What the server refuses it has said itself.
      if (severity === "error" && cluster.isRefused(object)) continue;
      const place = `of namespace ${cluster.namespaceOf(object)}`;
      const problem = missingProblem(reference, object, cluster, place);
      if (problem) yield { ...problem, severity };
    }
  },
};
