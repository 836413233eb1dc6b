// GPU008: several shares of a time-sliced GPU.
import { resourceEntries } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const gpu008: Rule = {
  id: "GPU008",
  title: "More than one share of a GPU gives no more of it",
  severity: "warning",
  why: "Time-slicing gives each process an equal turn however many shares its container holds, so further shares are only taken from others. Where failRequestsGreaterThanOne is set, such a pod fails with UnexpectedAdmissionError.",
  source: "https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: registry.example/notebook:1
      resources:
        limits:
          nvidia.com/gpu.shared: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: registry.example/notebook:1
      resources:
        limits:
          nvidia.com/gpu.shared: «2»
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      const entries = (["limits", "requests"] as const).flatMap((side) =>
        resourceEntries(container, side).filter(
          ({ key, value }) => isShared(key.text) && (parseQuantity(textOf(value) ?? "") ?? 0) > 1,
        ),
      );
      const [entry] = entries;
      if (!entry) continue;
      yield {
        at: entry.value,
        message: `${textOf(entry.value)} shares of a GPU give no more compute than one: with time-slicing every process gets the same turn. Ask for 1, or for a whole GPU.`,
        fixes: [
          {
            title: "Ask for one share",
            edits: entries.map(({ value }) => replaceScalar(text, value, "1")),
          },
        ],
      };
    }
  },
};

/** As the device plugin renames what is shared: `nvidia.com/gpu.shared`, `nvidia.com/mig-1g.10gb.shared`. */
function isShared(name: string): boolean {
  return name.startsWith("nvidia.com/") && name.endsWith(".shared");
}
