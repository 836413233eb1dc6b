// procMount: the masks over /proc stay; since 1.35 a pod in a user namespace of its own may take them off.
import { textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { placeOf, type ReviewedPod, setting } from "../pod.ts";

export function* unmasked({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    const entry = setting(container, "procMount");
    if (!entry || textOf(entry.value) === "Default") continue;
    yield {
      at: placeOf(entry),
      message: "procMount must be Default: anything else shows the container parts of the node's /proc.",
      missing: false,
      changes: [
        { kind: "set", map: container.map, path: ["securityContext", "procMount"], value: "Default" },
      ],
    };
  }
}

export const procMount: Control = {
  id: "procMount",
  level: "baseline",
  remedy: "Set procMount: Default in this pod",
  variants: [
    { since: 0, check: unmasked },
    { since: 35, check: (pod) => (pod.userNamespace ? [] : unmasked(pod)) },
  ],
};
