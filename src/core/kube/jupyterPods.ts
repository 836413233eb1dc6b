// Pods that seem to run a Jupyter server, from what a row can be made of: names, images, ports.
// Sources: jupyter/docker-stacks and Kubeflow's images (names), jupyter_server (port 8888).
import { field, type KubeObject, list, text } from "./object.ts";

const PORT = 8888;
/** What names of pods and images say where a Jupyter server is in them. */
export const jupyterNames = /jupyter|notebook/i;

/** True where the pod's name, an image or a declared port says so; only asking the server makes it certain. */
export function seemsJupyter(pod: KubeObject): boolean {
  if (jupyterNames.test(text(pod, "metadata", "name") ?? "")) return true;
  return list(pod, "spec", "containers").some(
    (container) =>
      jupyterNames.test(text(container, "image") ?? "") ||
      list(container, "ports").some((port) => field(port, "containerPort") === PORT),
  );
}
