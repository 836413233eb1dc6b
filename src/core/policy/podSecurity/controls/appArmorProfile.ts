// appArmorProfile: the runtime's AppArmor profile may be replaced by one of the node's, and not be turned off.
import { nodeAt, textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { holders, type ReviewedPod, setting } from "../pod.ts";

const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
const ALLOWED = ["RuntimeDefault", "Localhost"];

function* check(pod: ReviewedPod): Iterable<Violation> {
  for (const holder of holders(pod)) {
    const entry = setting(holder, "appArmorProfile");
    if (!entry || ALLOWED.includes(textOf(nodeAt(entry.value, "type")) ?? "")) continue;
    yield {
      at: setting(holder, "appArmorProfile", "type")?.value ?? entry.key,
      message: "The AppArmor profile must be of type RuntimeDefault or Localhost.",
      missing: false,
      changes: [
        {
          kind: "set",
          map: holder.map,
          path: ["securityContext", "appArmorProfile", "type"],
          value: "RuntimeDefault",
        },
      ],
    };
  }
  for (const entry of pod.annotations) {
    const profile = textOf(entry.value) ?? "";
    if (!entry.key.text.startsWith(ANNOTATION)) continue;
    if (profile === "" || profile === "runtime/default" || profile.startsWith("localhost/")) continue;
    yield {
      at: entry.value,
      message: "The AppArmor profile of an annotation must be runtime/default or localhost/….",
      missing: false,
      changes: pod.metadata
        ? [
            {
              kind: "set",
              map: pod.metadata,
              path: ["annotations", entry.key.text],
              value: "runtime/default",
            },
          ]
        : [],
    };
  }
}

export const appArmorProfile: Control = {
  id: "appArmorProfile",
  level: "baseline",
  remedy: "Use the runtime's AppArmor profile in this pod",
  variants: [{ since: 0, check }],
};
