// SRV001: a model server that gets requests before its model is loaded.
import { hasFlag } from "../../kube/flags.ts";
import { environmentEntry, type PodContainer } from "../../kube/podTemplates.ts";
import { flagValue, type ModelServer, modelServerOf, serverPort } from "../../serving/modelServers.ts";
import { setEntry, type Value } from "../../syntax/edit.ts";
import { isNull, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const srv001: Rule = {
  id: "SRV001",
  title: "A model server needs a readiness probe",
  severity: "warning",
  why: "Loading a model takes minutes. Without a readiness probe the Service sends requests to the pod from its first second, and a rolling update takes the old pods away too early.",
  source:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-readiness-probes",
  appliesTo: "pod",
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
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model, /models/qwen3]
          readinessProbe:
            httpGet:
              path: /v1/models
              port: 8000
`,
  bad: `apiVersion: apps/v1
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
      containers:
        - name: vllm
          image: «vllm/vllm-openai:v0.11.0»
          args: [--model, Qwen/Qwen3-8B]
`,
  *check(pod, text) {
    if (pod.life !== "service" || pod.partial) return;
    for (const container of pod.containers) {
      const server = modelServerOf(container);
      if (!server || !isNull(nodeAt(container.node, "readinessProbe"))) continue;
      // Of several pods that serve one model together, only the first answers.
      if (hasFlag(container, ["--node-rank", "--headless"])) continue;
      const at = nodeAt(container.node, "image");
      if (!at) continue;
      const probe = readinessProbe(server, container);
      yield {
        at,
        message: `${server.name} has no readinessProbe, so requests reach it while its model is still loading.`,
        fixes: [
          {
            title: "Add a readiness probe",
            edits: [setEntry(text, container.node, "readinessProbe", probe)],
          },
        ],
      };
    }
  },
};

function readinessProbe(server: ModelServer, container: PodContainer): Value {
  const port = serverPort(server, container);
  if (server.readyPath === undefined) return { tcpSocket: { port }, periodSeconds: 10 };
  // With an API key, vLLM answers 401 to a probe of its models; its health page stays open.
  const guarded =
    flagValue(container, ["--api-key"]) !== undefined ||
    environmentEntry(container, "VLLM_API_KEY") !== undefined;
  const path = server.name === "vLLM" && guarded ? "/health" : server.readyPath;
  return { httpGet: { path, port }, periodSeconds: 10 };
}
