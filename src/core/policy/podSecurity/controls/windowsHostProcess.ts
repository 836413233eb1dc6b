// windowsHostProcess: no Windows container runs as a process of its node.
import { capital } from "../../../../base/words.ts";
import { booleanOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { holders, type ReviewedPod, setting } from "../pod.ts";

function* check(pod: ReviewedPod): Iterable<Violation> {
  for (const holder of holders(pod)) {
    const entry = setting(holder, "windowsOptions", "hostProcess");
    if (!entry || booleanOf(entry.value) !== true) continue;
    yield {
      at: entry.value,
      message: `${capital(holder.name)} must not run as a process of the Windows node (hostProcess).`,
      missing: false,
      changes: [
        {
          kind: "set",
          map: holder.map,
          path: ["securityContext", "windowsOptions", "hostProcess"],
          value: false,
        },
      ],
    };
  }
}

export const windowsHostProcess: Control = {
  id: "windowsHostProcess",
  level: "baseline",
  remedy: "Set hostProcess: false in this pod",
  variants: [{ since: 0, check }],
};
