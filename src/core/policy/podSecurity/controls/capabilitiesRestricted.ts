// capabilities_restricted: every container drops all capabilities, and may take back NET_BIND_SERVICE.
import { capital } from "../../../../base/words.ts";
import { textsOf } from "../../../syntax/node.ts";
import { addedCapabilities } from "../capabilities.ts";
import type { Control, Violation } from "../control.ts";
import { type ReviewedPod, setting } from "../pod.ts";

function* check({ containers }: ReviewedPod): Iterable<Violation> {
  for (const container of containers) {
    const drop = setting(container, "capabilities", "drop");
    if (!textsOf(drop?.value).includes("ALL"))
      yield {
        at: drop?.key ?? setting(container, "capabilities")?.key ?? container.place,
        message: `${capital(container.name)} must drop all capabilities (capabilities: {drop: [ALL]}).`,
        missing: !drop,
        changes: [
          {
            kind: "add",
            map: container.map,
            path: ["securityContext", "capabilities", "drop"],
            item: "ALL",
          },
        ],
      };
    yield* addedCapabilities(container, ["NET_BIND_SERVICE"], "restricted");
  }
}

export const capabilitiesRestricted: Control = {
  id: "capabilities_restricted",
  level: "restricted",
  remedy: "Drop all capabilities in this pod",
  replaces: "capabilities_baseline",
  variants: [
    { since: 22, check },
    { since: 25, check: (pod) => (pod.windows ? [] : check(pod)) },
  ],
};
