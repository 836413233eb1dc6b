// SRV012: a download of many gigabytes that the node's disk was not asked about.
import { resourceEntries } from "../../kube/podTemplates.ts";
import { downloadOf } from "../../serving/downloads.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";
import { mountsOf, outlivesPod, volumeNamed } from "../volumes.ts";

export const srv012: Rule = {
  id: "SRV012",
  title: "A model on the node's disk needs an ephemeral-storage request",
  severity: "information",
  profile: "strict",
  why: "The scheduler counts the room on a node's disk only for pods that ask for it. A model of many gigabytes that lands on a full disk gets the pod evicted, and others with it.",
  source:
    "https://kubernetes.io/docs/concepts/storage/ephemeral-storage/#setting-requests-and-limits-for-local-ephemeral-storage",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: llm
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model, Qwen/Qwen3-8B]
      readinessProbe:
        httpGet: {path: /v1/models, port: 8000}
      resources:
        requests:
          ephemeral-storage: 50Gi
      volumeMounts:
        - name: models
          mountPath: /root/.cache/huggingface
  volumes:
    - name: models
      emptyDir: {}
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: llm
spec:
  containers:
    - name: vllm
      image: «vllm/vllm-openai:v0.11.0»
      args: [--model, Qwen/Qwen3-8B]
`,
  *check(pod) {
    if (pod.partial || pod.life !== "service") return;
    for (const container of pod.containers) {
      const server = modelServerOf(container);
      const at = nodeAt(container.node, "image");
      if (!server || !at || !downloadOf(server, container)) continue;
      if (mountsOf(container).some(({ volume }) => outlivesPod(volumeNamed(pod, volume)))) continue;
      const asks = (["requests", "limits"] as const).some((side) =>
        resourceEntries(container, side).some(({ key }) => key.text === "ephemeral-storage"),
      );
      if (asks) continue;
      yield {
        at,
        message: `${server.name} downloads its model to the node's disk: ask for the room with an ephemeral-storage request.`,
      };
    }
  },
};
