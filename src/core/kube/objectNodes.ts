// The Kubernetes objects of a manifest as nodes with their places, lists taken apart.
import { itemsOf, type MapNode, nodeAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import { groupOf } from "./apiVersion.ts";

export interface ObjectNode {
  readonly apiVersion: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string | undefined;
  /** As the manifest has it; undefined leaves it to the context. */
  readonly namespace: string | undefined;
  readonly root: MapNode;
  /** A patch (kustomize, strategic merge): what is not there may be in the base. */
  readonly partial?: boolean;
}

/**
 * The objects of a document; none for what has no apiVersion and kind.
 * @param partial they are patches.
 */
export function objectNodes(root: SyntaxNode | undefined, partial = false): ObjectNode[] {
  const apiVersion = textOf(nodeAt(root, "apiVersion"));
  const kind = textOf(nodeAt(root, "kind"));
  if (root?.kind !== "map" || apiVersion === undefined || kind === undefined) return [];
  if (kind === "List" && apiVersion === "v1")
    return itemsOf(nodeAt(root, "items")).flatMap((item) => objectNodes(item, partial));
  const metadata = nodeAt(root, "metadata");
  const [name, namespace] = [textOf(nodeAt(metadata, "name")), textOf(nodeAt(metadata, "namespace"))];
  return [{ apiVersion, group: groupOf(apiVersion), kind, name, namespace, root, partial }];
}
