// Which object of a manifest a place belongs to.
import { type ObjectNode, objectNodes } from "../kube/objectNodes.ts";
import { documents } from "./documents.ts";

export type ObjectName = Pick<ObjectNode, "group" | "kind" | "name" | "namespace">;

/**
 * The object around `offset`; what stands between two belongs to the one before, and what stands before the first to
 * that. Undefined where there is none.
 */
export function objectAt(text: string, offset: number): ObjectName | undefined {
  let found: ObjectName | undefined;
  for (const { root, start } of documents(text))
    for (const object of objectNodes(root)) {
      if (found && start + object.root.start > offset) return found;
      const { group, kind, name, namespace } = object;
      found = { group, kind, name, namespace };
    }
  return found;
}
