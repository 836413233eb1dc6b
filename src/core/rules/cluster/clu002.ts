// CLU002: what the API server takes, and warns of.
import { warningProblem } from "../../kube/live/refusal.ts";
import type { Rule } from "../rule.ts";

export const clu002: Rule = {
  id: "CLU002",
  title: "The cluster has nothing to warn of",
  severity: "warning",
  why: "The API server takes the object and says what is wrong with it all the same: an API that goes away, a policy that only warns so far, a field that does nothing.",
  source: "https://kubernetes.io/blog/2020/09/03/warnings/",
  appliesTo: "cluster",
  cluster: {
    facts: { context: "dev", namespace: "default", podsSeen: false, names: {}, namespaces: {} },
    answers: [
      {
        apiVersion: "v1",
        kind: "Pod",
        name: "train",
        namespace: undefined,
        warnings: [
          "spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use kubernetes.io/arch instead",
        ],
      },
    ],
  },
  good: `apiVersion: v1
kind: Pod
metadata:
  name: eval
spec:
  containers:
    - name: eval
      image: registry.example/eval:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  nodeSelector:
    beta.kubernetes.io/arch: «amd64»
  containers:
    - name: train
      image: registry.example/train:1
`,
  *check(object, cluster) {
    for (const warning of cluster.answerOf(object)?.warnings ?? []) yield warningProblem(object, warning);
  },
};
