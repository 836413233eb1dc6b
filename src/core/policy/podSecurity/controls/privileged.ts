// privileged: no container has all the rights of its node.
import { capital } from "../../../../base/words.ts";
import { booleanOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { type ReviewedPod, setting } from "../pod.ts";

function* check({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    const entry = setting(container, "privileged");
    if (!entry || booleanOf(entry.value) !== true) continue;
    yield {
      at: entry.value,
      message: `${capital(container.name)} must not be privileged; a GPU needs no privileges, its limit gives it the device.`,
      missing: false,
      changes: [{ kind: "set", map: container.map, path: ["securityContext", "privileged"], value: false }],
    };
  }
}

export const privileged: Control = {
  id: "privileged",
  level: "baseline",
  remedy: "Set privileged: false in this pod",
  variants: [{ since: 0, check }],
};
