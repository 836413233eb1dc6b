// What Kueue's two kinds of queues share: how many workloads wait and run, and how a queue is held.
// Source: https://github.com/kubernetes-sigs/kueue apis/kueue/v1beta2/localqueue_types.go (StopPolicy)
import type { KindSwitch } from "./kind.ts";
import { field, type KubeObject, text } from "./object.ts";

export const queueSwitch: KindSwitch = {
  isOff: (object) => ["Hold", "HoldAndDrain"].includes(text(object, "spec", "stopPolicy") ?? "None"),
  off: {
    title: "Hold",
    detail: "Nothing more is admitted from it; what runs goes on.",
    patch: () => ({ spec: { stopPolicy: "Hold" } }),
  },
  on: {
    title: "Resume",
    detail: "What waits in it may be admitted again.",
    patch: () => ({ spec: { stopPolicy: "None" } }),
  },
};

/** Counts as the status has them; one that is absent is not known. */
export function queueFacts(object: KubeObject): [string, string | undefined][] {
  const counted = (name: string) => {
    const number = field(object, "status", name);
    return typeof number === "number" ? String(number) : undefined;
  };
  return [
    ["Waiting", counted("pendingWorkloads")],
    ["Admitted", counted("admittedWorkloads")],
  ];
}
