// /dev/shm of a container: who mounts one, and the edits that give it one.
import type { PodContainer, PodTemplate } from "../kube/podTemplates.ts";
import { formatBinaryQuantity, parseQuantity } from "../kube/quantity.ts";
import { addItem } from "../syntax/edit.ts";
import { itemsOf, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import type { TextEdit } from "../syntax/problem.ts";

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;

/** True when something is mounted at /dev/shm. */
export function mountsSharedMemory(container: PodContainer): boolean {
  return itemsOf(nodeAt(container.node, "volumeMounts")).some(
    (mount) => textOf(nodeAt(mount, "mountPath"))?.replace(/\/$/, "") === "/dev/shm",
  );
}

/** Bytes; undefined without a memory limit. */
export function memoryLimitBytes(container: PodContainer): number | undefined {
  return parseQuantity(textOf(nodeAt(container.node, "resources", "limits", "memory")) ?? "");
}

/** The pod's volumes that live in memory. */
export function memoryVolumes(pod: PodTemplate): SyntaxNode[] {
  return itemsOf(nodeAt(pod.spec, "volumes")).filter(
    (volume) => textOf(nodeAt(volume, "emptyDir", "medium")) === "Memory",
  );
}

/** A size that leaves the process at least half of the smallest memory limit: 8Gi, or less. */
export function suggestedSize(containers: readonly PodContainer[]): string {
  const limits = containers.flatMap((container) => memoryLimitBytes(container) ?? []);
  const half = Math.min(...limits) / 2;
  if (!(half < 8 * GIBIBYTE)) return "8Gi";
  return formatBinaryQuantity(Math.max(1, Math.floor(half / MEBIBYTE)) * MEBIBYTE);
}

/** Edits that mount a memory volume at /dev/shm in `containers`, using the pod's own where it has one. */
export function mountSharedMemory(
  text: string,
  pod: PodTemplate,
  containers: readonly PodContainer[],
): TextEdit[] {
  const existing = textOf(nodeAt(memoryVolumes(pod)[0], "name"));
  const name = existing ?? freeName(pod);
  const edits = containers.map((container) =>
    addItem(text, container.node, "volumeMounts", { name, mountPath: "/dev/shm" }),
  );
  if (existing === undefined) {
    const emptyDir = { medium: "Memory", sizeLimit: suggestedSize(containers) };
    edits.push(addItem(text, pod.spec, "volumes", { name, emptyDir }));
  }
  return edits;
}

function freeName(pod: PodTemplate): string {
  const taken = itemsOf(nodeAt(pod.spec, "volumes")).map((volume) => textOf(nodeAt(volume, "name")));
  return ["dshm", "shared-memory", "slipway-dshm"].find((name) => !taken.includes(name)) ?? "dev-shm";
}
