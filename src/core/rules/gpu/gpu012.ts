// GPU012: a privileged container only to reach its GPU.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import type { PodContainer, PodTemplate } from "../../kube/podTemplates.ts";
import { removeDeep, removeItem, type Step } from "../../syntax/edit.ts";
import { booleanOf, entryOf, itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Problem, TextEdit } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const gpu012: Rule = {
  id: "GPU012",
  title: "A GPU needs no privileged container",
  severity: "warning",
  why: "The device plugin gives the container exactly its GPUs. A privileged container sees every GPU and disk of the node, and the Pod Security levels baseline and restricted refuse it.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      securityContext:
        allowPrivilegeEscalation: false
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
      securityContext:
        privileged: «true»
        capabilities:
          add: [IPC_LOCK, «SYS_ADMIN»]
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      if (acceleratorsOf(container) === 0 || usesOtherDevices(pod, container)) continue;
      yield* privileged(container, text);
      yield* administrator(container, text);
    }
  },
};

/** Devices of the node that are no GPUs (a disk, FUSE, InfiniBand) may be a reason of their own. */
function usesOtherDevices(pod: PodTemplate, container: PodContainer): boolean {
  const mounted = itemsOf(nodeAt(container.node, "volumeMounts")).map((mount) =>
    textOf(nodeAt(mount, "name")),
  );
  return itemsOf(nodeAt(pod.spec, "volumes")).some((volume) => {
    const path = textOf(nodeAt(volume, "hostPath", "path")) ?? "";
    const device = /^\/dev(?:\/|$)/.test(path) && !/^\/dev\/(?:nvidia|dri|kfd|shm)/.test(path);
    return device && mounted.includes(textOf(nodeAt(volume, "name")));
  });
}

function* privileged(container: PodContainer, text: string): Iterable<Problem> {
  const steps = stepsTo(container, ["securityContext", "privileged"]);
  const value = steps.at(-1)?.entry.value;
  if (!value || booleanOf(value) !== true) return;
  const edit = removeDeep(text, steps);
  yield {
    at: value,
    message: "This container needs no privileges to use its GPU: the limit gives it the device.",
    ...fixOf("Take privileged out", edit),
  };
}

function* administrator(container: PodContainer, text: string): Iterable<Problem> {
  const steps = stepsTo(container, ["securityContext", "capabilities", "add"]);
  const list = steps.at(-1)?.entry.value;
  if (list?.kind !== "list") return;
  for (const [index, item] of list.items.entries()) {
    const name = textOf(item) ?? "";
    if (!/^(?:CAP_)?SYS_ADMIN$|^ALL$/.test(name)) continue;
    const edit = list.items.length === 1 ? removeDeep(text, steps) : removeItem(text, list, index);
    yield {
      at: item,
      message: `This container needs no ${name} to use its GPU: the limit gives it the device.`,
      ...fixOf(`Take ${name} out`, edit),
    };
  }
}

function fixOf(title: string, edit: TextEdit | undefined): Pick<Problem, "fixes"> {
  return edit ? { fixes: [{ title, edits: [edit] }] } : {};
}

/** The entries along `path`, or nothing when it does not lead to the end. */
function stepsTo(container: PodContainer, path: readonly string[]): Step[] {
  const steps: Step[] = [];
  let map = container.node;
  for (const key of path) {
    const entry = entryOf(map, key);
    if (!entry || entry.merged) return [];
    steps.push({ map, entry });
    if (entry.value.kind === "map") map = entry.value;
  }
  return steps.length === path.length && steps.at(-1)?.entry.key.text === path.at(-1) ? steps : [];
}
