// runAsUser: nothing runs as user 0; since 1.35 root of a user namespace may.
import type { Control, Violation } from "../control.ts";
import { holders, isZero, type ReviewedPod, setting } from "../pod.ts";

/** The first user that a person has on most systems, and in most images that have one beside root. */
const ORDINARY_USER = 1000;

function* check(pod: ReviewedPod): Iterable<Violation> {
  for (const holder of holders(pod)) {
    const entry = setting(holder, "runAsUser");
    if (!entry || !isZero(entry.value)) continue;
    yield {
      at: entry.value,
      message:
        "runAsUser must not be 0, which is root: name a user that can read and write what the program needs.",
      missing: false,
      changes: [
        { kind: "set", map: holder.map, path: ["securityContext", "runAsUser"], value: ORDINARY_USER },
      ],
    };
  }
}

export const runAsUser: Control = {
  id: "runAsUser",
  level: "restricted",
  remedy: "Run as user 1000 in this pod",
  variants: [
    { since: 23, check },
    { since: 35, check: (pod) => (pod.userNamespace ? [] : check(pod)) },
  ],
};
