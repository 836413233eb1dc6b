// hostProbesAndHostLifecycle: probes and lifecycle handlers call the pod itself, not a host of their choice.
import { entryOf, nodeAt, textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import type { ReviewedPod } from "../pod.ts";

const HANDLERS = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
];

function* check({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    for (const handler of HANDLERS) {
      for (const action of ["httpGet", "tcpSocket"]) {
        const map = nodeAt(container.map, ...handler, action);
        const entry = entryOf(map, "host");
        if (map?.kind !== "map" || !entry || (textOf(entry.value) ?? "") === "") continue;
        yield {
          at: entry.value,
          message: `${handler.at(-1)} must not name a host: without one it calls the pod itself.`,
          missing: false,
          changes: [{ kind: "remove", map, entry }],
        };
      }
    }
  }
}

export const hostProbesAndHostLifecycle: Control = {
  id: "hostProbesAndHostLifecycle",
  level: "baseline",
  remedy: "Let probes and handlers call the pod itself",
  variants: [{ since: 34, check }],
};
