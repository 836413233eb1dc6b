// A node in words: its health, what it offers, and who holds its GPUs.
import {
  acceleratorName,
  acceleratorText,
  acceleratorUseText,
  isAccelerator,
  sumAccelerators,
} from "../accelerators.ts";
import { type KubeObject, list, record, text } from "../object.ts";
import type { PodRow } from "../row.ts";
import { kindNamed } from "../kinds.ts";
import { block, entriesText, type Lines, pairs, table } from "./text.ts";

const OFFERS = ["cpu", "memory", "ephemeral-storage", "pods"];

/** @param holders the pods on the node that hold accelerators. */
export function describeNode(node: KubeObject, holders: readonly PodRow[]): Lines {
  const row = kindNamed("Node")?.project(node);
  if (row?.kind !== "Node") return [];
  const requested = sumAccelerators(holders.map((pod) => pod.accelerators));
  const allocatable = record(node, "status", "allocatable");
  const capacity = record(node, "status", "capacity");
  const resources = Object.keys(capacity).filter((name) => OFFERS.includes(name) || isAccelerator(name));
  const labels = Object.entries(record(node, "metadata", "labels")).filter(([name]) =>
    /gpu|cuda|mig|accelerator|instance-type/.test(name),
  );
  return [
    ...pairs([
      ["Status", row.status],
      ["Reason", row.message],
      ["GPUs", acceleratorUseText(requested, row.allocatable)],
      ["Model", row.product],
      ["Kubelet", text(node, "status", "nodeInfo", "kubeletVersion")],
      ["Container runtime", text(node, "status", "nodeInfo", "containerRuntimeVersion")],
      ["System", text(node, "status", "nodeInfo", "osImage")],
      ["Address", text(list(node, "status", "addresses")[0], "address")],
    ]),
    ...block("Taints", row.taints, "none"),
    ...block(
      "Resources",
      table(
        ["NAME", "ALLOCATABLE", "CAPACITY"],
        resources.map((name) => [
          isAccelerator(name) ? `${name} (${acceleratorName(name)})` : name,
          text(allocatable, name) ?? "0",
          text(capacity, name) ?? "",
        ]),
      ),
    ),
    ...block(
      "Pods that hold GPUs",
      holders.map((pod) => `${pod.namespace ?? ""}/${pod.name}  ${acceleratorText(pod.accelerators)}`),
      "none",
    ),
    ...block("GPU labels", entriesText(Object.fromEntries(labels))),
  ];
}
