// The containers of a pod: what each is for, and whether it runs.
import { field, type KubeObject, list, text } from "./object.ts";

export interface PodContainer {
  name: string;
  image: string;
  /** init: runs before the others · sidecar: starts before the others and stays · ephemeral: was added for debugging. */
  role: "main" | "init" | "sidecar" | "ephemeral";
  isRunning: boolean;
}

const ROLES = [
  ["containers", "containerStatuses", "main"],
  ["initContainers", "initContainerStatuses", "init"],
  ["ephemeralContainers", "ephemeralContainerStatuses", "ephemeral"],
] as const;

/** All of them; the one that the pod names as its default comes first. */
export function containersOf(pod: KubeObject): PodContainer[] {
  const preferred = text(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container");
  const all = ROLES.flatMap(([key, statuses, role]) =>
    list(pod, "spec", key).map((container): PodContainer => {
      const name = text(container, "name") ?? "";
      const status = list(pod, "status", statuses).find((one) => text(one, "name") === name);
      const isSidecar = role === "init" && text(container, "restartPolicy") === "Always";
      return {
        name,
        image: text(container, "image") ?? "",
        role: isSidecar ? "sidecar" : role,
        isRunning: field(status, "state", "running") !== undefined,
      };
    }),
  );
  return all.sort((one, other) => Number(other.name === preferred) - Number(one.name === preferred));
}
