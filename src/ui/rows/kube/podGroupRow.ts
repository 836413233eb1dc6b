// The row of pods that run on the same node, or have the same status: how many they are, and what they hold.
import { worstHealth } from "../../../core/kube/arrangement.ts";
import { acceleratorText } from "../../../core/kube/accelerators.ts";
import type { Row } from "../../view.ts";
import type { Laid } from "./namespaceNodes.ts";
import type { PodGroupNode } from "./node.ts";
import { healthIcon, joined, POD_ICON, podsAccelerators } from "./row.ts";

export function podGroupRow(
  node: PodGroupNode,
  { laid }: { laid: (namespace: string) => Laid | undefined },
): Row {
  const group = laid(node.namespace)?.arrangement.groups.find(({ key }) => key === node.key);
  const pods = group?.pods ?? [];
  const label = node.key === "" ? (node.by === "node" ? "On no node yet" : "Unknown") : node.key;
  const count = `${pods.length} ${pods.length === 1 ? "pod" : "pods"}`;
  const description = joined([count, acceleratorText(podsAccelerators(pods))]);
  const health = group ? worstHealth(group) : "unknown";
  const icon = node.by === "status" ? healthIcon(POD_ICON[health], health) : { id: "server" };
  return {
    id: node.id,
    label,
    description,
    icon,
    collapsible: "collapsed",
    words: ["heading"],
    tooltip: `${node.by === "node" ? "Node" : "Status"}: ${label}\n${description}`,
    accessibleLabel: `${label}, ${description}`,
  };
}
