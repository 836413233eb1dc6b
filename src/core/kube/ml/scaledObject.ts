// ScaledObject: how many pods something has by what goes on outside, by KEDA.
// Source: https://github.com/kedacore/keda apis/keda/v1alpha1/scaledobject_types.go, condition_types.go
import { isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { list, text } from "../object.ts";

const PAUSED = "autoscaling.keda.sh/paused";

export const scaledObject: MlKind = {
  kind: "ScaledObject",
  group: "keda.sh",
  plural: "scaledobjects",
  icon: "arrow-both",
  switch: {
    isOff: (object) => text(object, "metadata", "annotations", PAUSED) === "true",
    off: {
      title: "Pause",
      detail: "The number of pods stays as it is.",
      patch: () => ({ metadata: { annotations: { [PAUSED]: "true" } } }),
    },
    on: {
      title: "Resume",
      detail: "It scales again.",
      patch: () => ({ metadata: { annotations: { [PAUSED]: null } } }),
    },
  },
  read(object) {
    const target = text(object, "spec", "scaleTargetRef", "name");
    const types = list(object, "spec", "triggers").flatMap((one) => text(one, "type") ?? []);
    const facts = [
      ["Scales", target] as const,
      ["By", types.length === 0 ? undefined : types.join(", ")] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Paused")) return { health: "warning", status: "Paused", facts };
    if (isFalse(object, "Ready"))
      return {
        health: "error",
        status: why(object, "Ready").reason ?? "not ready",
        message: why(object, "Ready").message,
        facts,
      };
    if (isTrue(object, "Fallback"))
      return { health: "warning", status: "Fallback", message: why(object, "Fallback").message, facts };
    return { health: "ok", status: isTrue(object, "Active") ? "Active" : "idle", facts };
  },
};
