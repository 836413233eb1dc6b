// Which pods a drain asks to leave a node, and what is lost with them.
// Source: k8s.io/kubectl/pkg/drain/filters.go
import { controllerOf, field, type KubeObject, list, text } from "./object.ts";

export interface DrainPod {
  uid: string;
  name: string;
  namespace: string;
  /** It has volumes that end with it. */
  hasScratch: boolean;
  /** Nothing makes a new one. */
  isAlone: boolean;
}

export interface DrainPlan {
  /** These are asked to leave. */
  leaving: readonly DrainPod[];
  /** Of DaemonSets: they would come back at once. */
  daemons: number;
  /** Of files on the node itself: the API has only their mirror. */
  mirrors: number;
}

export function drainPlan(pods: readonly KubeObject[]): DrainPlan {
  const leaving: DrainPod[] = [];
  let daemons = 0;
  let mirrors = 0;
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (field(pod, "metadata", "annotations", "kubernetes.io/config.mirror") !== undefined) mirrors++;
    else if (owner?.kind === "DaemonSet") daemons++;
    else {
      const hasEnded = ["Succeeded", "Failed"].includes(text(pod, "status", "phase") ?? "");
      leaving.push({
        uid: text(pod, "metadata", "uid") ?? "",
        name: text(pod, "metadata", "name") ?? "",
        namespace: text(pod, "metadata", "namespace") ?? "",
        hasScratch:
          !hasEnded && list(pod, "spec", "volumes").some((volume) => field(volume, "emptyDir") !== undefined),
        isAlone: !hasEnded && owner === undefined,
      });
    }
  }
  return { leaving, daemons, mirrors };
}

/** `ml/train`. */
export function podWords({ namespace, name }: Pick<DrainPod, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
