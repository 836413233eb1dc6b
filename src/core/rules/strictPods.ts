// What the strict rules about pods have in common: who they speak of, and settings that a container may take from its pod.
import type { PodContainer, PodTemplate } from "../kube/podTemplates.ts";
import { isNull, nodeAt, type SyntaxNode } from "../syntax/node.ts";

/** The containers of a pod that is written out, and not a patch. */
export function wholeContainers(pod: PodTemplate): readonly PodContainer[] {
  return pod.partial ? [] : pod.containers;
}

/** Where a container is spoken of as a whole: its name. */
export function nameOf(container: PodContainer): SyntaxNode {
  return nodeAt(container.node, "name") ?? nodeAt(container.node, "image") ?? container.node;
}

/** A setting of a container's securityContext; undefined where it is not set. */
export function securityOf(container: PodContainer, ...path: readonly string[]): SyntaxNode | undefined {
  const found = nodeAt(container.node, "securityContext", ...path);
  return isNull(found) ? undefined : found;
}

/** As `securityOf`, or what the pod sets for all its containers. */
export function inheritedSecurity(
  pod: PodTemplate,
  container: PodContainer,
  key: string,
): SyntaxNode | undefined {
  const own = securityOf(container, key);
  if (own) return own;
  const found = nodeAt(pod.spec, "securityContext", key);
  return isNull(found) ? undefined : found;
}
