// Which pods a forward may go to, which of them it goes to, and to which of their ports.
import { field, type KubeObject, list, record, text } from "./object.ts";
import type { PodRow } from "./row.ts";
import { formatSelector } from "./selector.ts";

/** A part of the API's list query. */
export type PodQuery = { labelSelector: string } | { fieldSelector: string };

/**
 * The pods behind a Service or workload, or in place of a pod: those of its owner's selector, so that a
 * replacement is found. `owner` is the pod's workload where it has one. A sentence says why there are none.
 */
export function podQuery(object: KubeObject, owner: KubeObject | undefined): PodQuery | { problem: string } {
  const name = text(object, "metadata", "name") ?? "";
  const kind = text(object, "kind") ?? "object";
  if (kind === "Pod") {
    // The pods of a StatefulSet come back under their own names; one without an owner comes back as nothing else.
    if (owner && text(owner, "kind") !== "StatefulSet") {
      const query = podQuery(owner, undefined);
      if (!("problem" in query)) return query;
    }
    return { fieldSelector: `metadata.name=${name}` };
  }
  const selector =
    kind === "Service"
      ? { matchLabels: record(object, "spec", "selector") }
      : record(object, "spec", "selector");
  const labels = formatSelector(selector);
  if (labels === "") {
    return {
      problem:
        kind === "Service"
          ? `Service ${name} selects no pods itself: forward a port of the pod that serves it.`
          : `${kind} ${name} has no selector for its pods: forward a port of a pod.`,
    };
  }
  return { labelSelector: labels };
}

/**
 * The container port that a forward means in this pod: by number, by name, or as the Service maps it.
 * Undefined when the pod has no port of that name.
 */
export function containerPort(
  pod: KubeObject,
  wanted: { port: number; name: string | undefined },
  service: KubeObject | undefined,
): number | undefined {
  let target: unknown = wanted.name ?? wanted.port;
  if (service) {
    const entry = list(service, "spec", "ports").find((port) => field(port, "port") === wanted.port);
    if (entry === undefined) return undefined;
    target = field(entry, "targetPort") ?? wanted.port;
  }
  if (typeof target === "number") return target;
  const ports = list(pod, "spec", "containers").flatMap((container) => list(container, "ports"));
  const named = field(
    ports.find((port) => text(port, "name") === target),
    "containerPort",
  );
  if (typeof named === "number") return named;
  return service ? undefined : wanted.port;
}

/** The pod to forward to: the current one as long as it serves, else the newest that does. */
export function choosePod(pods: readonly PodRow[], currentUid: string | undefined): PodRow | undefined {
  const serving = pods.filter(isServing);
  const current = serving.find((pod) => pod.uid === currentUid);
  if (current) return current;
  // One that is not ready yet is better than none: its port may be open long before.
  const ready = serving.filter((pod) => pod.ready === pod.containers);
  const best = ready.length > 0 ? ready : currentUid === undefined ? serving : [];
  return best.reduce<PodRow | undefined>(
    (newest, pod) => (newest === undefined || pod.createdMs > newest.createdMs ? pod : newest),
    undefined,
  );
}

function isServing(pod: PodRow): boolean {
  return pod.phase === "Running" && pod.status !== "Terminating";
}
