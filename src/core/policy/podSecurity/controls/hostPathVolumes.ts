// hostPathVolumes: no pod mounts a folder of its node.
import type { Control, Violation } from "../control.ts";
import { volumes } from "../volumes.ts";
import type { ReviewedPod } from "../pod.ts";

function* check(pod: ReviewedPod): Iterable<Violation> {
  for (const { name, sources } of volumes(pod)) {
    const source = sources.find((entry) => entry.key.text === "hostPath");
    if (!source) continue;
    yield {
      at: source.key,
      message: `${name} must not be a folder of the node: use a PersistentVolumeClaim, or an emptyDir for what may be lost.`,
      missing: false,
      changes: [],
    };
  }
}

export const hostPathVolumes: Control = {
  id: "hostPathVolumes",
  level: "baseline",
  remedy: "Use a memory volume at /dev/shm instead",
  variants: [{ since: 0, check }],
};
