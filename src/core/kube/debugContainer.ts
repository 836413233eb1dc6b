// An ephemeral container for looking into a running pod.
// Source: https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/
import { field, type KubeObject, list, text } from "./object.ts";

/** Starts the best shell of the image, whatever the image would run by itself. */
const SHELL = ["sh", "-c", "command -v bash >/dev/null && exec bash || exec sh"];

export interface DebugWish {
  image: string;
  /** Its processes are seen from the debug container. */
  target: string;
}

/** A name that the pod does not have yet, and the strategic patch that adds the container. */
export function debugContainer(
  pod: KubeObject,
  { image, target }: DebugWish,
): { name: string; patch: object } {
  const taken = new Set(
    ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
      list(pod, "spec", key).map((container) => text(container, "name")),
    ),
  );
  let number = 1;
  while (taken.has(`debug-${number}`)) number++;
  const name = `debug-${number}`;
  const container = {
    name,
    image,
    command: SHELL,
    stdin: true,
    tty: true,
    targetContainerName: target,
    imagePullPolicy: "IfNotPresent",
    terminationMessagePolicy: "File",
  };
  const uid = text(pod, "metadata", "uid");
  return { name, patch: { metadata: { uid }, spec: { ephemeralContainers: [container] } } };
}

/** running · failed: it won't come, and why · waiting: and for what. */
export type DebugState = { state: "running" } | { state: "waiting" | "failed"; why: string };

export function debugState(pod: KubeObject, name: string): DebugState {
  const status = list(pod, "status", "ephemeralContainerStatuses").find((one) => text(one, "name") === name);
  if (field(status, "state", "running") !== undefined) return { state: "running" };
  const ended = field(status, "state", "terminated");
  if (ended !== undefined) {
    const why = text(ended, "message") ?? text(ended, "reason") ?? "it ended at once";
    return { state: "failed", why };
  }
  const reason = text(status, "state", "waiting", "reason") ?? "it is not started yet";
  const message = text(status, "state", "waiting", "message");
  const why = message === undefined ? reason : `${reason}: ${message}`;
  return {
    state: /^(ErrImage|ImagePull|InvalidImage|Create|RunContainer)/.test(reason) ? "failed" : "waiting",
    why,
  };
}
