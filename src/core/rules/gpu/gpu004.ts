// GPU004: a resource name that no device plugin offers.
import { acceleratorResources, meantAccelerator } from "../../gpu/resources.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import type { Rule } from "../rule.ts";

export const gpu004: Rule = {
  id: "GPU004",
  title: "GPU resource names must be spelt as the device plugin does",
  severity: "warning",
  why: "No node offers a misspelt resource, so the pod stays Pending for ever. A name without a domain is refused by the API server at once.",
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
          «nvidia.com/gpus»: 1
        limits:
          «nvidia.com/gpus»: 1
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      const entries = [...resourceEntries(container, "requests"), ...resourceEntries(container, "limits")];
      for (const { key } of entries) {
        const meant = meantAccelerator(key.text);
        if (meant === undefined) continue;
        const refused = !key.text.includes("/");
        const same = entries.filter((entry) => entry.key.text === key.text);
        const vendor = acceleratorResources.find((resource) => resource.name === meant)?.vendor;
        yield {
          at: key,
          severity: refused ? "error" : "warning",
          message: refused
            ? `"${key.text}" is no resource of Kubernetes, and the API server refuses it; the ${vendor ?? "NVIDIA"} device plugin offers ${meant}.`
            : `No device plugin offers ${key.text}, so the pod would stay Pending; did you mean ${meant}?`,
          fixes: [
            {
              title: `Change to ${meant}`,
              edits: same.map((entry) => replaceScalar(text, entry.key, meant)),
            },
          ],
        };
      }
    }
  },
};
