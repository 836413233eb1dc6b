// GPU002: request and limit of a GPU are one number.
import { isExtendedResource } from "../../gpu/extended.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { entryOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const gpu002: Rule = {
  id: "GPU002",
  title: "GPU request and limit must be equal",
  severity: "error",
  why: "GPUs cannot be overcommitted, so the API server refuses a pod whose GPU request differs from its limit.",
  source: "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        requests:
          nvidia.com/gpu: 1
        limits:
          nvidia.com/gpu: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        requests:
          nvidia.com/gpu: «1»
        limits:
          nvidia.com/gpu: 2
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      const limits = nodeAt(container.node, "resources", "limits");
      for (const { key, value } of resourceEntries(container, "requests")) {
        if (!isExtendedResource(key.text)) continue;
        const limit = textOf(entryOf(limits, key.text)?.value);
        const requested = parseQuantity(textOf(value) ?? "");
        const limited = parseQuantity(limit ?? "");
        if (limit === undefined || requested === undefined || limited === undefined) continue;
        if (requested === limited) continue;
        yield {
          at: value,
          message: `The request must be equal to the ${key.text} limit of ${limit}; the API server refuses anything else.`,
          fixes: [
            { title: `Request ${limit}, as the limit says`, edits: [replaceScalar(text, value, limit)] },
          ],
        };
      }
    }
  },
};
