// Who made or owns an object, as far as its annotations say. Kubernetes itself keeps no such name; projects do.
// Sources, as of 2026-08: Kubeflow's crud-web-apps (notebooks.kubeflow.org/creator) and profile controller (owner),
// JupyterHub's kubespawner (hub.jupyter.org/username), Open Data Hub (opendatahub.io/username), OpenShift's projects
// (openshift.io/requester), and app.kubernetes.io/created-by.
import { type KubeObject, text } from "./object.ts";

export const creatorAnnotations: readonly string[] = [
  "notebooks.kubeflow.org/creator",
  "hub.jupyter.org/username",
  "opendatahub.io/username",
  "app.kubernetes.io/created-by",
  "openshift.io/requester",
  "owner",
];

/** The names, a line each. */
export function creatorsOf(object: KubeObject): string | undefined {
  const names = creatorAnnotations.flatMap((key) => text(object, "metadata", "annotations", key) ?? []);
  return names.length === 0 ? undefined : Array.from(new Set(names)).join("\n");
}
