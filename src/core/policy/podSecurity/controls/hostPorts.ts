// hostPorts: no container takes a port of its node.
import { capital } from "../../../../base/words.ts";
import { entryOf, itemsOf, nodeAt } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { isNonZero, type ReviewedPod } from "../pod.ts";

function* check({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    for (const port of itemsOf(nodeAt(container.map, "ports"))) {
      const entry = entryOf(port, "hostPort");
      if (!entry || port.kind !== "map" || !isNonZero(entry.value)) continue;
      yield {
        at: entry.value,
        message: `${capital(container.name)} must not take a port of the node: a Service reaches its containerPort without.`,
        missing: false,
        changes: [{ kind: "remove", map: port, entry }],
      };
    }
  }
}

export const hostPorts: Control = {
  id: "hostPorts",
  level: "baseline",
  remedy: "Take the host ports out of this pod",
  variants: [{ since: 0, check }],
};
