// The objects of a manifest that have a port to be forwarded, each with its place.
import { objectNodes } from "../kube/objectNodes.ts";
import { podTemplates } from "../kube/podTemplates.ts";
import { itemsOf, nodeAt } from "../syntax/node.ts";
import { documents } from "./documents.ts";
import { fileKind } from "../rules/fileKind.ts";

export interface Forwardable {
  readonly kind: string;
  readonly name: string;
  /** Undefined leaves it to the context. */
  readonly namespace: string | undefined;
  /** Where it begins. */
  readonly start: number;
}

const KINDS = new Set(["Service", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]);

export function forwardables(path: string, text: string): Forwardable[] {
  if (fileKind(path, text) !== "kubernetes") return [];
  const found: Forwardable[] = [];
  for (const { root, start } of documents(text))
    for (const object of objectNodes(root)) {
      const { kind, group, name, namespace } = object;
      if (name === undefined || !KINDS.has(kind) || !["", "apps", "batch"].includes(group)) continue;
      const ports =
        kind === "Service"
          ? itemsOf(nodeAt(object.root, "spec", "ports"))
          : podTemplates(object).flatMap(({ containers }) =>
              containers.flatMap(({ node }) => itemsOf(nodeAt(node, "ports"))),
            );
      if (ports.length > 0) found.push({ kind, name, namespace, start: object.root.start + start });
    }
  return found;
}
