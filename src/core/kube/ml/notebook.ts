// Notebook: a Jupyter server for one person, by Kubeflow's notebook controller.
// Source: https://github.com/kubeflow/kubeflow components/notebook-controller/api/v1/notebook_types.go, pkg/culler
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { count, field, text } from "../object.ts";

const STOPPED = "kubeflow-resource-stopped";
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

export const notebook: MlKind = {
  kind: "Notebook",
  group: "kubeflow.org",
  plural: "notebooks",
  icon: "notebook",
  podLabels: ["notebook-name"],
  switch: {
    isOff: (object) => text(object, "metadata", "annotations", STOPPED) !== undefined,
    off: {
      title: "Stop",
      detail: "Its pod is ended with what is only in memory; its volumes stay, and it can be started again.",
      patch: (nowMs) => ({ metadata: { annotations: { [STOPPED]: new Date(nowMs).toISOString() } } }),
    },
    on: {
      title: "Start",
      detail: "Its pod is made again.",
      patch: () => ({ metadata: { annotations: { [STOPPED]: null } } }),
    },
  },
  read(object) {
    if (text(object, "metadata", "annotations", STOPPED) !== undefined)
      return { health: "done", status: "Stopped" };
    if (!hasStatus(object)) return notLookedAt;
    if (count(object, "status", "readyReplicas") > 0) return { health: "ok", status: "Ready" };
    const state = field(object, "status", "containerState");
    const waiting = text(state, "waiting", "reason");
    if (waiting !== undefined)
      return {
        health: STARTING.has(waiting) ? "progress" : "error",
        status: waiting,
        message: text(state, "waiting", "message"),
      };
    const ended = text(state, "terminated", "reason");
    if (ended !== undefined)
      return { health: "error", status: ended, message: text(state, "terminated", "message") };
    return { health: "progress", status: "Starting" };
  },
};
