// SRV004: half a minute to finish what takes longer.
import { hasAccelerators } from "../../gpu/podGpus.ts";
import { podGroups } from "../../kube/podGroups.ts";
import { type PodTemplate, podTemplates } from "../../kube/podTemplates.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { addEntry } from "../../syntax/edit.ts";
import { entriesOf, entryOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

/** Servers whose answers are streamed for as long as a model writes. */
const STREAMING = new Set(["vLLM", "SGLang", "Text Generation Inference", "NIM", "llama.cpp", "Ollama"]);
/** Labels and taints of nodes that a cloud may take back at any time. */
const SPOT =
  /^(?:cloud\.google\.com\/gke-(?:spot|preemptible)|kubernetes\.azure\.com\/scalesetpriority|eks\.amazonaws\.com\/capacityType|karpenter\.sh\/capacity-type)$/;

export const srv004: Rule = {
  id: "SRV004",
  title: "What takes long needs more than 30 seconds to end",
  severity: "information",
  why: "A pod that is replaced or taken off its node has 30 seconds from SIGTERM until it is killed. Streamed answers are cut off, and training on spot nodes loses what it could not save.",
  source: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
  appliesTo: "object",
  good: `apiVersion: apps/v1
kind: Deployment
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
      terminationGracePeriodSeconds: 300
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model, /models/qwen3]
          readinessProbe:
            httpGet: {path: /v1/models, port: 8000}
`,
  bad: `apiVersion: apps/v1
kind: Deployment
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
          image: «vllm/vllm-openai:v0.11.0»
          args: [--model, /models/qwen3]
          readinessProbe:
            httpGet: {path: /v1/models, port: 8000}
`,
  *check(object, text) {
    const pods = podTemplates(object);
    for (const pod of pods) if (pod.life === "batch") yield* training(pod, text);
    for (const { replicas, pod } of podGroups(object, pods))
      if (pod.life === "service" && replicas !== undefined && replicas > 1) yield* serving(pod, text);
  },
};

function* serving(pod: PodTemplate, text: string): Iterable<Problem> {
  if (pod.partial || entryOf(pod.spec, "terminationGracePeriodSeconds")) return;
  for (const container of pod.containers) {
    const server = modelServerOf(container);
    const at = nodeAt(container.node, "image");
    if (!server || !at || !STREAMING.has(server.name)) continue;
    if (nodeAt(container.node, "lifecycle", "preStop")) continue;
    yield {
      at,
      message: `When a pod of ${server.name} is replaced, answers that stream for longer than 30 seconds are cut off: set terminationGracePeriodSeconds to what the longest takes.`,
      fixes: graceFix(pod, text),
    };
  }
}

function* training(pod: PodTemplate, text: string): Iterable<Problem> {
  if (pod.partial || entryOf(pod.spec, "terminationGracePeriodSeconds") || !hasAccelerators(pod)) return;
  const at = spotPlace(pod);
  if (!at) return;
  yield {
    at,
    message:
      "A spot node is taken back at short notice, and the pod then has 30 seconds to save its state: set terminationGracePeriodSeconds as long as the cloud's notice.",
    fixes: graceFix(pod, text),
  };
}

function graceFix(pod: PodTemplate, text: string): NonNullable<Problem["fixes"]> {
  const seconds = pod.life === "batch" ? 120 : 300;
  return [
    {
      title: `Allow ${seconds} seconds`,
      edits: [addEntry(text, pod.spec, "terminationGracePeriodSeconds", seconds)],
    },
  ];
}

/** Where the pod says that it may run on a spot node. */
function spotPlace(pod: PodTemplate): SyntaxNode | undefined {
  const selected = entriesOf(nodeAt(pod.spec, "nodeSelector")).find(
    ({ key, value }) => SPOT.test(key.text) && isSpot(textOf(value)),
  );
  if (selected) return selected.value;
  const tolerated = itemsOf(nodeAt(pod.spec, "tolerations"))
    .map((item) => [nodeAt(item, "key"), textOf(nodeAt(item, "value"))] as const)
    .find(([key, value]) => SPOT.test(textOf(key) ?? "") && isSpot(value));
  return tolerated?.[0];
}

function isSpot(value: string | undefined): boolean {
  return value === undefined || /^(?:spot|true|preemptible)$/i.test(value);
}
