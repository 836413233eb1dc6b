// GPU007: whole GPUs, slices and shares of GPUs in one container.
import { isAccelerator, migProfileOf } from "../../gpu/resources.ts";
import { type PodContainer, resourceEntries } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { type MapEntry, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const gpu007: Rule = {
  id: "GPU007",
  title: "A container asks for one kind of GPU",
  severity: "warning",
  why: "CUDA gives a process whole GPUs or one MIG slice, never both, and hardly any node offers both at once, so the pod waits or leaves one of the two unused. Devices of two vendors are on no node together.",
  source: "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/#cuda-device-enumeration",
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
          nvidia.com/mig-1g.10gb: 1
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
        limits:
          nvidia.com/gpu: 1
          «nvidia.com/mig-1g.10gb»: 1
`,
  *check(pod) {
    for (const container of pod.containers) {
      const [first, ...others] = devicesOf(container);
      for (const other of others) {
        const [one, two] = [first?.key.text ?? "", other.key.text];
        yield { at: other.key, message: `${sentence(one, two)} Ask for one of them.` };
      }
    }
  },
};

/** The accelerators that a container gets at least one of, by the first entry of each name. */
function devicesOf(container: PodContainer): MapEntry[] {
  return resourceEntries(container, "limits").filter(
    ({ key, value }) => isAccelerator(key.text) && (parseQuantity(textOf(value) ?? "") ?? 0) > 0,
  );
}

function sentence(one: string, two: string): string {
  const slices = [one, two].filter((name) => migProfileOf(name) !== undefined);
  const pair = `${one} and ${two} in one container`;
  if (one.split("/")[0] !== two.split("/")[0])
    return `${pair} are devices of two vendors, and no node has both.`;
  if (slices.length === 2) return `${pair}: CUDA uses one MIG slice in a process, and the other stays idle.`;
  if (slices.length === 1) return `${pair}: CUDA uses either whole GPUs or one MIG slice.`;
  return `${pair} need a node that offers both, and few do.`;
}
