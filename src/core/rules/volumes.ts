// What is mounted into a container, and whether it is still there after the pod.
import type { PodContainer, PodTemplate } from "../kube/podTemplates.ts";
import { entriesOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";

export interface Mount {
  readonly node: SyntaxNode;
  /** Without a slash at its end; empty for the root. */
  readonly path: string;
  readonly volume: string;
}

export function mountsOf(container: PodContainer): Mount[] {
  return itemsOf(nodeAt(container.node, "volumeMounts")).flatMap((node) => {
    const [path, volume] = [textOf(nodeAt(node, "mountPath")), textOf(nodeAt(node, "name"))];
    return path === undefined || volume === undefined
      ? []
      : [{ node, path: path.replace(/\/+$/, ""), volume }];
  });
}

export function volumeNamed(pod: PodTemplate, name: string): SyntaxNode | undefined {
  return itemsOf(nodeAt(pod.spec, "volumes")).find((volume) => textOf(nodeAt(volume, "name")) === name);
}

/** Volumes made for the pod and gone with it, or that hold configuration. */
const PASSING = new Set(["emptyDir", "configMap", "secret", "projected", "downwardAPI"]);

/** True for a volume that outlives the pod. A name without a volume is a claim that somebody else adds. */
export function outlivesPod(volume: SyntaxNode | undefined): boolean {
  return !entriesOf(volume).some(({ key }) => PASSING.has(key.text));
}
