// SRV011: a model server that nothing scales, and that a drain may stop altogether.
import { modelServerOf } from "../../serving/modelServers.ts";
import { entryOf, nodeAt, numberOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const srv011: Rule = {
  id: "SRV011",
  title: "A model server has an autoscaler and a disruption budget",
  severity: "information",
  profile: "strict",
  why: "Without an autoscaler GPUs are paid for at night and missing at noon. Without a PodDisruptionBudget the drain of nodes may stop all pods of the server at once.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  appliesTo: "set",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      terminationGracePeriodSeconds: 300
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model, /models/qwen3]
          readinessProbe:
            httpGet: {path: /v1/models, port: 8000}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: llm
spec:
  scaleTargetRef:
    name: llm
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus:9090
        query: sum(vllm:num_requests_waiting)
        threshold: "5"
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: llm
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {app: llm}
`,
  bad: `apiVersion: apps/v1
kind: «Deployment»
metadata:
  name: llm
spec:
  replicas: 2
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model, /models/qwen3]
`,
  *check(item, set) {
    const { object, pods } = item;
    const kind = entryOf(object.root, "kind");
    if (!kind || !/^(?:Deployment|StatefulSet)$/.test(object.kind)) return;
    const server = pods.flatMap(({ containers }) => containers).find((container) => modelServerOf(container));
    if (!server) return;
    const several = (numberOf(nodeAt(object.root, "spec", "replicas")) ?? 1) > 1;
    const missing = [
      ...(set.scalersOf(object).length > 0 ? [] : ["autoscaler"]),
      ...(!several || set.budgetsOf(item.facts).length > 0 ? [] : ["PodDisruptionBudget"]),
    ];
    if (missing.length === 0) return;
    yield { at: kind.value, message: `This model server has no ${missing.join(" and no ")} in this file.` };
  },
};
