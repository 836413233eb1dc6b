// SRV006: a model that is downloaded anew each time its server starts.
import type { PodContainer, PodTemplate } from "../../kube/podTemplates.ts";
import { downloadOf } from "../../serving/downloads.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { addItem } from "../../syntax/edit.ts";
import { entriesOf, itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";
import { mountsOf, volumeNamed } from "../volumes.ts";

export const srv006: Rule = {
  id: "SRV006",
  title: "A downloaded model needs a volume to stay on",
  severity: "warning",
  why: "What a server downloads into its container is gone when the container restarts. Each start then takes as long as the download while the GPU waits, depends on the hub being there, and fills the node's disk, for which pods are evicted.",
  source: "https://docs.vllm.ai/en/latest/deployment/k8s.html",
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
      volumeMounts:
        - name: models
          mountPath: /root/.cache/huggingface
  volumes:
    - name: models
      persistentVolumeClaim:
        claimName: models
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
      readinessProbe:
        httpGet: {path: /v1/models, port: 8000}
`,
  *check(pod, text) {
    if (pod.partial || (pod.life !== "service" && pod.life !== "notebook")) return;
    for (const container of pod.containers) {
      const server = modelServerOf(container);
      const download = server && downloadOf(server, container);
      const at = nodeAt(container.node, "image");
      if (!server || !download || !at || keepsSomething(pod, container)) continue;
      const what = download.model ?? "its models";
      yield {
        at,
        message: `${server.name} downloads ${what} each time its container starts; mount a volume at ${download.cache} to keep it.`,
        fixes: fixesFor(pod, container, download.cache, text),
      };
    }
  },
};

/** True with any volume that files can be kept on: it may well be the cache, by a way that we don't know. */
function keepsSomething(pod: PodTemplate, container: PodContainer): boolean {
  return mountsOf(container).some(({ volume }) => {
    const found = volumeNamed(pod, volume);
    if (textOf(nodeAt(found, "emptyDir", "medium")) === "Memory") return false;
    return !entriesOf(found).some(({ key }) => /^(?:configMap|secret|projected|downwardAPI)$/.test(key.text));
  });
}

function fixesFor(pod: PodTemplate, container: PodContainer, path: string, text: string): ProblemFix[] {
  const taken = itemsOf(nodeAt(pod.spec, "volumes")).map((volume) => textOf(nodeAt(volume, "name")));
  const name =
    ["models", "model-cache", "slipway-models"].find((free) => !taken.includes(free)) ?? "slipway-cache";
  const mount = addItem(text, container.node, "volumeMounts", { name, mountPath: path });
  return [
    {
      title: `Keep it on the claim "${name}" (which must exist)`,
      edits: [
        mount,
        addItem(text, pod.spec, "volumes", { name, persistentVolumeClaim: { claimName: name } }),
      ],
    },
    {
      title: "Keep it while the pod lives",
      edits: [mount, addItem(text, pod.spec, "volumes", { name, emptyDir: { sizeLimit: "200Gi" } })],
    },
  ];
}
