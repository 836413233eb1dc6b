// seccompProfile_baseline: the filter of system calls is not turned off. Before 1.19 annotations said so.
import { entryOf, nodeAt, textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import type { ReviewedPod } from "../pod.ts";
import { badProfiles } from "../seccomp.ts";

const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/";

function* annotations({ metadata, containers }: ReviewedPod): Iterable<Violation> {
  if (!metadata) return;
  const names = containers.map(({ map }) => CONTAINER_ANNOTATION + (textOf(nodeAt(map, "name")) ?? ""));
  for (const key of new Set([POD_ANNOTATION, ...names])) {
    const entry = entryOf(nodeAt(metadata, "annotations"), key);
    if (!entry) continue;
    const profile = textOf(entry.value) ?? "";
    if (profile === "runtime/default" || profile === "docker/default" || profile.startsWith("localhost/"))
      continue;
    yield {
      at: entry.value,
      message: "The seccomp profile of an annotation must be runtime/default or localhost/….",
      missing: false,
      changes: [{ kind: "set", map: metadata, path: ["annotations", key], value: "runtime/default" }],
    };
  }
}

export const seccompProfileBaseline: Control = {
  id: "seccompProfile_baseline",
  level: "baseline",
  remedy: "Use the runtime's seccomp profile in this pod",
  variants: [
    { since: 0, check: annotations },
    { since: 19, check: badProfiles },
  ],
};
