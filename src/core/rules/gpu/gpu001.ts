// GPU001: a GPU that is requested must be limited too.
import { isExtendedResource } from "../../gpu/extended.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { addEntry, setEntry } from "../../syntax/edit.ts";
import { entryOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const gpu001: Rule = {
  id: "GPU001",
  title: "A requested GPU needs a limit",
  severity: "error",
  why: "GPUs cannot be overcommitted, so the API server refuses a pod that requests one without a limit. With a limit alone, the request is the same number.",
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
          «nvidia.com/gpu»: 1
`,
  *check(pod, text) {
    if (pod.partial) return;
    for (const container of pod.containers) {
      const resources = nodeAt(container.node, "resources");
      const limits = nodeAt(resources, "limits");
      for (const { key, value } of resourceEntries(container, "requests")) {
        if (!isExtendedResource(key.text) || entryOf(limits, key.text)) continue;
        const quantity = textOf(value);
        if (quantity === undefined || resources?.kind !== "map") continue;
        const amount = /^\d+$/.test(quantity) ? Number(quantity) : quantity;
        const edit =
          limits?.kind === "map"
            ? addEntry(text, limits, key.text, amount)
            : setEntry(text, resources, "limits", { [key.text]: amount });
        yield {
          at: key,
          message: `${key.text} is requested without a limit, and the API server refuses that: a limit must be set for a resource that cannot be overcommitted.`,
          fixes: [{ title: `Add the limit ${key.text}: ${quantity}`, edits: [edit] }],
        };
      }
    }
  },
};
