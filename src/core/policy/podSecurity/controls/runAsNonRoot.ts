// runAsNonRoot: every container runs as another user than root; since 1.35 root of a user namespace is none.
import type { Change } from "../../../syntax/changes.ts";
import { booleanOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { type Holder, holders, placeOf, type ReviewedPod, setting } from "../pod.ts";
import { uncovered } from "../inherited.ts";

const PATH = ["securityContext", "runAsNonRoot"] as const;

function* check(pod: ReviewedPod): Iterable<Violation> {
  const open = uncovered(pod, "runAsNonRoot", (value) => booleanOf(value) === true);
  const cover: Change[] = open ? [set(pod.pod)] : [];
  let explicit = false;
  for (const holder of holders(pod)) {
    const entry = setting(holder, "runAsNonRoot");
    if (!entry || booleanOf(entry.value) === true) continue;
    explicit = true;
    yield {
      at: placeOf(entry),
      message: "runAsNonRoot must be true, and the image or runAsUser must name another user than root.",
      missing: false,
      changes: [set(holder), ...cover],
    };
  }
  if (!open || explicit) return;
  yield {
    at: open.at,
    message: `The pod${open.orContainers} must set runAsNonRoot: true in the securityContext; the image or runAsUser must name another user than root.`,
    missing: true,
    changes: cover,
  };
}

function set(holder: Holder): Change {
  return { kind: "set", map: holder.map, path: PATH, value: true };
}

export const runAsNonRoot: Control = {
  id: "runAsNonRoot",
  level: "restricted",
  remedy: "Set runAsNonRoot: true for this pod",
  variants: [
    { since: 0, check },
    { since: 35, check: (pod) => (pod.userNamespace ? [] : check(pod)) },
  ],
};
