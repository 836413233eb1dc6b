// Whether an object is only a piece of one: what is missing in it may be in the base that it is laid over.
import { entryOf, nodeAt } from "../../syntax/node.ts";
import type { ObjectNode } from "../objectNodes.ts";
import type { PodTemplate } from "../podTemplates.ts";

/** Kinds whose selector must match the labels of their template: a whole one has both. */
const SELECTING = /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)$/;

/** @param path of the file, with any slashes. */
export function isPatchPath(path: string): boolean {
  return /(?:^|[/\\])(?:overlays?|patch(?:es)?)[/\\]|patch[^/\\]*\.ya?ml$/i.test(path);
}

/** Metadata and nothing else: a patch that labels something, unless the kind has no more. */
export function isBare({ root }: ObjectNode): boolean {
  return root.entries.every(({ key }) => /^(?:apiVersion|kind|metadata)$/.test(key.text));
}

export function looksPartial({ group, kind, root }: ObjectNode, pods: readonly PodTemplate[]): boolean {
  if (pods.some((pod) => pod.partial)) return true;
  const spec = nodeAt(root, "spec");
  if (group === "apps" && SELECTING.test(kind))
    return !entryOf(spec, "selector") && !nodeAt(spec, "template", "metadata", "labels");
  if (group === "batch" && kind === "Job") return !entryOf(spec, "template");
  if (group === "batch" && kind === "CronJob") return !entryOf(spec, "jobTemplate");
  return false;
}
