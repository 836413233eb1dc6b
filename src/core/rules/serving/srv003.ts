// SRV003: vLLM asked whether its process lives, where the question is whether its model is there.
import { flagValue, modelServerOf } from "../../serving/modelServers.ts";
import { environmentEntry } from "../../kube/podTemplates.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const srv003: Rule = {
  id: "SRV003",
  title: "vLLM is ready when it lists its model",
  severity: "information",
  why: "/health says that the process answers, /v1/models that a model is loaded under its name. A readiness probe that asks for the latter keeps requests away until they can be answered.",
  source: "https://llm-d.ai/docs/usage/readiness-probes",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: llm
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
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: llm
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model, /models/qwen3]
      readinessProbe:
        httpGet:
          path: «/health»
          port: 8000
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      if (modelServerOf(container)?.name !== "vLLM") continue;
      const path = nodeAt(container.node, "readinessProbe", "httpGet", "path");
      if (!path || !/^\/(?:health|ping)\/?$/.test(textOf(path) ?? "")) continue;
      // With an API key only the health page answers a probe.
      if (flagValue(container, ["--api-key"]) ?? environmentEntry(container, "VLLM_API_KEY")) continue;
      yield {
        at: path,
        message: `${textOf(path)} answers as soon as the process does; /v1/models answers when the model is loaded.`,
        fixes: [{ title: "Ask for /v1/models", edits: [replaceScalar(text, path, "/v1/models")] }],
      };
    }
  },
};
