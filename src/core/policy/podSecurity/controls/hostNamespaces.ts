// hostNamespaces: no pod shares the network, the processes or the shared memory of its node.
import { booleanOf, entryOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import type { ReviewedPod } from "../pod.ts";

const SHARED: Readonly<Record<string, string>> = {
  hostNetwork: "network",
  hostPID: "processes",
  hostIPC: "shared memory",
};

function* check({ pod }: ReviewedPod): Iterable<Violation> {
  for (const [key, what] of Object.entries(SHARED)) {
    const entry = entryOf(pod.map, key);
    if (!entry || booleanOf(entry.value) !== true) continue;
    yield {
      at: entry.value,
      message: `${key} must not be true: it opens the ${what} of the node to the pod.`,
      missing: false,
      changes: [{ kind: "remove", map: pod.map, entry }],
    };
  }
}

export const hostNamespaces: Control = {
  id: "hostNamespaces",
  level: "baseline",
  remedy: "Take the node's namespaces out of this pod",
  variants: [{ since: 0, check }],
};
