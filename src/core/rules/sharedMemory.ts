// /dev/shm of a container: who mounts one, and the edits that give it one.
import type { PodContainer, PodTemplate } from "../kube/podTemplates.ts";
import { formatBinaryQuantity, parseQuantity } from "../kube/quantity.ts";
import { addItem, type Value } from "../syntax/edit.ts";
import { itemsOf, type MapNode, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
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

/** An item that a list of a map must get. */
export interface Addition {
  readonly map: MapNode;
  readonly key: string;
  readonly item: Value;
}

/** What mounts a memory volume at /dev/shm in `containers`, using the pod's own where it has one. */
export function sharedMemoryAdditions(pod: PodTemplate, containers: readonly PodContainer[]): Addition[] {
  const existing = textOf(nodeAt(memoryVolumes(pod)[0], "name"));
  const name = existing ?? freeName(pod);
  const additions: Addition[] = containers.map(({ node }) => {
    return { map: node, key: "volumeMounts", item: { name, mountPath: "/dev/shm" } };
  });
  if (existing === undefined && containers.length > 0)
    additions.push({ map: pod.spec, key: "volumes", item: { name, emptyDir: memoryVolume(containers) } });
  return additions;
}

/** A volume in memory, of a size that leaves room for the processes of these containers. */
export function memoryVolume(containers: readonly PodContainer[]): { medium: string; sizeLimit: string } {
  return { medium: "Memory", sizeLimit: suggestedSize(containers) };
}

/** The same as edits. */
export function mountSharedMemory(
  text: string,
  pod: PodTemplate,
  containers: readonly PodContainer[],
): TextEdit[] {
  return sharedMemoryAdditions(pod, containers).map(({ map, key, item }) => addItem(text, map, key, item));
}

function freeName(pod: PodTemplate): string {
  const taken = itemsOf(nodeAt(pod.spec, "volumes")).map((volume) => textOf(nodeAt(volume, "name")));
  return ["dshm", "shared-memory", "slipway-dshm"].find((name) => !taken.includes(name)) ?? "dev-shm";
}
