// NET001: NCCL's InfiniBand settings without the devices, and the devices without the right to pin memory.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { type PodContainer, type PodTemplate, resourceEntries } from "../../kube/podTemplates.ts";
import { addEntry, addItem, setEntry } from "../../syntax/edit.ts";
import { booleanOf, isNull, itemsOf, type MapEntry, nodeAt, textOf, textsOf } from "../../syntax/node.ts";
import type { Problem, TextEdit } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

/** Devices for RDMA as NVIDIA's, Mellanox' and the SR-IOV plugins name them; AWS' EFA is none of InfiniBand's. */
const RDMA =
  /^rdma\/|^nvidia\.com\/(?:hostdev|mlnx|rdma|sriov|ib)|^(?:openshift\.io|intel\.com|mellanox\.com)\/[\w.-]*(?:rdma|mlnx|ib|roce|sriov)/i;
const EFA = "vpc.amazonaws.com/efa";

export const net001: Rule = {
  id: "NET001",
  title: "NCCL over InfiniBand needs the device and IPC_LOCK",
  severity: "warning",
  why: "NCCL_IB_ settings do nothing where no RDMA device is in the container: NCCL falls back to TCP, many times slower. With the device but without IPC_LOCK it can't pin memory and fails.",
  source: "https://github.com/Mellanox/k8s-rdma-shared-dev-plugin#deploy-app",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      env:
        - name: NCCL_IB_HCA
          value: mlx5
      securityContext:
        capabilities:
          add: [IPC_LOCK]
      resources:
        limits:
          nvidia.com/gpu: 8
          rdma/hca_shared_devices_a: 1
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
  volumes:
    - name: dshm
      emptyDir:
        medium: Memory
        sizeLimit: 8Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      env:
        - name: «NCCL_IB_HCA»
          value: mlx5
      resources:
        limits:
          nvidia.com/gpu: 8
    - name: other
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 8
          «rdma/hca_shared_devices_a»: 1
`,
  *check(pod, text) {
    if (pod.partial) return;
    for (const container of pod.containers) {
      if (booleanOf(nodeAt(container.node, "securityContext", "privileged")) === true) continue;
      const device = resourceEntries(container, "limits").find(({ key }) => RDMA.test(key.text));
      if (device) yield* unlocked(container, device, text);
      else if (acceleratorsOf(container) > 0 && !hasOtherWay(pod, container)) yield* undelivered(container);
    }
  },
};

/** Devices by a claim, by the node's files, or another network than InfiniBand. */
function hasOtherWay(pod: PodTemplate, container: PodContainer): boolean {
  if (resourceEntries(container, "limits").some(({ key }) => key.text === EFA)) return true;
  if (itemsOf(nodeAt(pod.spec, "resourceClaims")).length > 0) return true;
  return itemsOf(nodeAt(pod.spec, "volumes")).some((volume) =>
    /^\/dev(?:\/infiniband|\/?$)/.test(textOf(nodeAt(volume, "hostPath", "path")) ?? ""),
  );
}

function* undelivered(container: PodContainer): Iterable<Problem> {
  const setting = itemsOf(nodeAt(container.node, "env")).find((item) => {
    const name = textOf(nodeAt(item, "name")) ?? "";
    if (!name.startsWith("NCCL_IB_")) return false;
    return name !== "NCCL_IB_DISABLE" || textOf(nodeAt(item, "value")) === "0";
  });
  const name = nodeAt(setting, "name");
  if (!name) return;
  yield {
    at: name,
    message: `${textOf(name)} is set, but no RDMA device is asked for: NCCL falls back to TCP. Add the cluster's resource (such as rdma/hca_shared_devices_a: 1) to the limits.`,
  };
}

function* unlocked(container: PodContainer, device: MapEntry, text: string): Iterable<Problem> {
  const added = textsOf(nodeAt(container.node, "securityContext", "capabilities", "add"));
  if (added.some((name) => /^(?:CAP_)?IPC_LOCK$|^ALL$/.test(name))) return;
  yield {
    at: device.key,
    message: "RDMA pins memory, which this container may not: add the capability IPC_LOCK.",
    fixes: [{ title: "Add IPC_LOCK", edits: [adding(container, text)] }],
  };
}

function adding(container: PodContainer, text: string): TextEdit {
  const context = nodeAt(container.node, "securityContext");
  const capabilities = nodeAt(context, "capabilities");
  if (capabilities?.kind === "map" && capabilities.entries.length > 0) {
    return isNull(nodeAt(capabilities, "add"))
      ? setEntry(text, capabilities, "add", ["IPC_LOCK"])
      : addItem(text, capabilities, "add", "IPC_LOCK");
  }
  const wanted = { add: ["IPC_LOCK"] };
  if (context?.kind === "map" && context.entries.length > 0)
    return setEntry(text, context, "capabilities", wanted);
  const existing = container.node.entries.some(({ key }) => key.text === "securityContext");
  return existing
    ? setEntry(text, container.node, "securityContext", { capabilities: wanted })
    : addEntry(text, container.node, "securityContext", { capabilities: wanted });
}
