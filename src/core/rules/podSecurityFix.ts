// Quick fixes for what Pod Security forbids: what the controls say, and the shared memory that GPU work needs.
import { acceleratorsOf, hasAccelerators } from "../gpu/podGpus.ts";
import type { PodContainer, PodTemplate } from "../kube/podTemplates.ts";
import type { FoundViolation } from "../policy/podSecurity/evaluate.ts";
import { type Change, editsFor } from "../syntax/changes.ts";
import { entryOf, itemsOf, type MapEntry, type MapNode, nodeAt, textOf } from "../syntax/node.ts";
import type { ProblemFix } from "../syntax/problem.ts";
import { memoryVolume, mountsSharedMemory, sharedMemoryAdditions } from "./sharedMemory.ts";

/**
 * For each control that finds something in the pod: one fix for all that it finds, and one after which the pod
 * passes the level. Neither is offered where only a person can tell what to do.
 * @param violations all of them, of one level.
 */
export function podSecurityFixes(
  text: string,
  pod: PodTemplate,
  violations: readonly FoundViolation[],
  level: string,
): Map<string, ProblemFix[]> {
  const byControl = new Map<string, FoundViolation[]>();
  for (const violation of violations) {
    const { id } = violation.control;
    const found = byControl.get(id) ?? [];
    found.push(violation);
    byControl.set(id, found);
  }
  // A patch changes what its base holds; what its base lacks is not known.
  const sound = pod.partial ? [] : violations;
  const whole = byControl.size > 1 ? fixOf(text, pod, sound, wholeTitle(pod, level)) : [];
  const fixes = new Map<string, ProblemFix[]>();
  for (const [id, found] of byControl) {
    const remedy = found[0]?.control.remedy ?? "";
    fixes.set(id, [...fixOf(text, pod, found, remedy), ...whole]);
  }
  return fixes;
}

function wholeTitle(pod: PodTemplate, level: string): string {
  return hasAccelerators(pod)
    ? `Make this pod pass ${level} and keep its GPU`
    : `Make this pod pass ${level}`;
}

function fixOf(
  text: string,
  pod: PodTemplate,
  violations: readonly FoundViolation[],
  title: string,
): ProblemFix[] {
  const changes = violations.map((violation) => [...violation.changes, ...sharedMemory(pod, violation)]);
  if (violations.length === 0 || changes.some((some) => some.length === 0)) return [];
  const edits = editsFor(text, changes.flat());
  return edits ? [{ title, edits }] : [];
}

/** The pod's own memory at /dev/shm, where the node's was what it used. */
function sharedMemory(pod: PodTemplate, { control, at }: FoundViolation): Change[] {
  if (control.id === "hostNamespaces" && at === entryOf(pod.spec, "hostIPC")?.value) {
    const needy = pod.containers.filter(
      (container) => !container.init && acceleratorsOf(container) > 0 && !mountsSharedMemory(container),
    );
    return sharedMemoryAdditions(pod, needy).map(({ map, key, item }): Change => {
      return { kind: "add", map, path: [key], item };
    });
  }
  for (const volume of itemsOf(nodeAt(pod.spec, "volumes"))) {
    const source = entryOf(volume, "hostPath");
    if (volume.kind === "map" && source && at === source.key) return ownSharedMemory(pod, volume, source);
  }
  return [];
}

/** Of a node's folders only /dev/shm is known to be no more than memory. */
function ownSharedMemory(pod: PodTemplate, volume: MapNode, source: MapEntry): Change[] {
  if (textOf(nodeAt(source.value, "path"))?.replace(/\/$/, "") !== "/dev/shm") return [];
  const users = pod.containers.filter((container) => mounts(container, textOf(nodeAt(volume, "name"))));
  return [
    { kind: "remove", map: volume, entry: source },
    { kind: "set", map: volume, path: ["emptyDir"], value: memoryVolume(users) },
  ];
}

function mounts(container: PodContainer, volume: string | undefined): boolean {
  return itemsOf(nodeAt(container.node, "volumeMounts")).some(
    (mount) => textOf(nodeAt(mount, "name")) === volume,
  );
}
