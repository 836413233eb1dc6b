// seccompProfile_restricted: every container has a filter of system calls, from its pod or of its own.
import type { Control, Violation } from "../control.ts";
import { uncovered } from "../inherited.ts";
import type { ReviewedPod } from "../pod.ts";
import { badProfiles, isGoodProfile, setProfile } from "../seccomp.ts";

function* check(pod: ReviewedPod): Iterable<Violation> {
  const open = uncovered(pod, "seccompProfile", isGoodProfile);
  const cover = open ? [setProfile(pod.pod)] : [];
  const bad = badProfiles(pod);
  for (const violation of bad) yield { ...violation, changes: [...violation.changes, ...cover] };
  if (!open || bad.length > 0) return;
  yield {
    at: open.at,
    message: `The pod${open.orContainers} must set seccompProfile: {type: RuntimeDefault} in the securityContext.`,
    missing: true,
    changes: cover,
  };
}

export const seccompProfileRestricted: Control = {
  id: "seccompProfile_restricted",
  level: "restricted",
  remedy: "Use the runtime's seccomp profile in this pod",
  replaces: "seccompProfile_baseline",
  variants: [
    { since: 19, check },
    { since: 25, check: (pod) => (pod.windows ? [] : check(pod)) },
  ],
};
