// allowPrivilegeEscalation: no container may let a program gain rights, as a set-user-ID program would.
import { capital } from "../../../../base/words.ts";
import { booleanOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { placeOf, type ReviewedPod, setting } from "../pod.ts";

function* check({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    const entry = setting(container, "allowPrivilegeEscalation");
    if (entry && booleanOf(entry.value) === false) continue;
    yield {
      at: entry ? placeOf(entry) : container.place,
      message: entry
        ? "allowPrivilegeEscalation must be false."
        : `${capital(container.name)} must set allowPrivilegeEscalation: false in its securityContext.`,
      missing: !entry,
      changes: [
        {
          kind: "set",
          map: container.map,
          path: ["securityContext", "allowPrivilegeEscalation"],
          value: false,
        },
      ],
    };
  }
}

export const allowPrivilegeEscalation: Control = {
  id: "allowPrivilegeEscalation",
  level: "restricted",
  remedy: "Set allowPrivilegeEscalation: false in this pod",
  variants: [
    { since: 8, check },
    { since: 25, check: (pod) => (pod.windows ? [] : check(pod)) },
  ],
};
