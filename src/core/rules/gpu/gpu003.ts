// GPU003: GPUs are handed out whole.
import { isExtendedResource } from "../../gpu/extended.ts";
import { isNvidiaGpu } from "../../gpu/resources.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

/** `\${GPUS}`, `<gpus>`, `@gpus@`: filled in later by some other tool. */
const PLACEHOLDER = /[$<{@%]/;

export const gpu003: Rule = {
  id: "GPU003",
  title: "A GPU quantity must be a whole number",
  severity: "error",
  why: "Extended resources are counted in whole devices, and the API server refuses a fraction. A GPU is shared by MIG, time-slicing, a scheduler such as KAI, or dynamic resource allocation.",
  source:
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#consuming-extended-resources",
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
          nvidia.com/mig-1g.10gb: 1
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
          nvidia.com/gpu: «"0.5"»
`,
  *check(pod) {
    for (const container of pod.containers) {
      for (const side of ["requests", "limits"] as const) {
        for (const { key, value } of resourceEntries(container, side)) {
          if (!isExtendedResource(key.text)) continue;
          const text = textOf(value);
          if (text === undefined || PLACEHOLDER.test(text)) continue;
          const quantity = parseQuantity(text);
          if (quantity !== undefined && Number.isInteger(quantity) && quantity >= 0) continue;
          yield { at: value, message: messageFor(key.text, text, quantity) };
        }
      }
    }
  },
};

function messageFor(name: string, text: string, quantity: number | undefined): string {
  if (quantity === undefined || quantity < 0)
    return `${name} must be a whole number of devices, not "${text}".`;
  const sharing = isNvidiaGpu(name)
    ? " To share a GPU, use a MIG profile (nvidia.com/mig-1g.10gb: 1), time-slicing or MPS in the device plugin, KAI's gpu-fraction annotation, or a DRA claim."
    : "";
  return `${name} must be an integer: the API server refuses ${text} of a device.${sharing}`;
}
