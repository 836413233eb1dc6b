// CLU001: what the API server refuses when it tries to apply.
import { refusalProblems } from "../../kube/live/refusal.ts";
import type { Rule } from "../rule.ts";

export const clu001: Rule = {
  id: "CLU001",
  title: "The cluster takes the object",
  severity: "error",
  why: "The API server was asked to apply the object and to keep nothing of it: its validation, admission webhooks, policies, Pod Security and quotas have all looked at it, and it would be refused.",
  source: "https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run",
  appliesTo: "cluster",
  cluster: {
    facts: { context: "dev", namespace: "default", podsSeen: false, names: {}, namespaces: {} },
    answers: [
      {
        apiVersion: "v1",
        kind: "Pod",
        name: "train",
        namespace: undefined,
        warnings: [],
        refusal: {
          message: 'Pod "train" is invalid: spec.containers[0].image: Invalid value',
          causes: [
            {
              field: "spec.containers[0].image",
              message: 'Invalid value: " ": must not have leading or trailing whitespace',
            },
          ],
        },
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
  containers:
    - name: train
      image: «" "»
`,
  *check(object, cluster) {
    const refusal = cluster.answerOf(object)?.refusal;
    if (refusal) yield* refusalProblems(object, refusal);
  },
};
