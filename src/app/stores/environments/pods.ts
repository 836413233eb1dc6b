// The Jupyter servers in pods: those of open clusters that seem to run one, and those that were attached to.
import type { Disposable } from "../../../base/disposables.ts";
import { Disposables } from "../../../base/disposables.ts";
import type { Clusters } from "../clusters.ts";
import type { Forwards } from "../forwards.ts";
import type { PodPlace } from "./ports.ts";

export interface PodEnvironment {
  kind: "pod";
  id: string;
  label: string;
  place: PodPlace;
  /** Of the pod, where its cluster is open: `Running`. */
  status: string | undefined;
  /** Where its Jupyter is forwarded to, while it is. */
  url: string | undefined;
  container: undefined;
}

const prefix = "pod:";

export function podId({ context, namespace, kind, name }: PodPlace): string {
  return `${prefix}${JSON.stringify([context, namespace, kind, name])}`;
}

/** The pod of such an id; undefined for any other. */
export function podOf(id: string): PodPlace | undefined {
  if (!id.startsWith(prefix)) return undefined;
  const [context = "", namespace = "", kind = "", name = ""] = JSON.parse(
    id.slice(prefix.length),
  ) as string[];
  return { context, namespace, kind, name };
}

/** @param server the name under which forwards to Jupyter stand in Endpoints. */
export function podEnvironments(clusters: Clusters, forwards: Forwards, server: string): PodEnvironment[] {
  const found = new Map<string, PodEnvironment>();
  const add = (place: PodPlace, more: { status?: string; url?: string | undefined }) => {
    const id = podId(place);
    const known = found.get(id);
    const { status, url } = { ...known, ...more };
    found.set(id, { kind: "pod", id, label: place.name, place, status, url, container: undefined });
  };
  for (const cluster of clusters.opened) {
    for (const row of cluster.rows("Pod")) {
      if (row.kind !== "Pod" || row.namespace === undefined || !row.seemsJupyter) continue;
      const { namespace, name, status } = row;
      add({ context: cluster.entry.name, namespace, kind: "Pod", name }, { status });
    }
  }
  for (const { spec, url } of forwards.all) {
    const { context, namespace, kind, name } = spec;
    if (spec.server === server) add({ context, namespace, kind, name }, { url });
  }
  return Array.from(found.values()).sort((one, other) => one.label.localeCompare(other.label));
}

/** Reads the pods of the clusters that are open, also of those that are opened meanwhile, until disposed. */
export function readPods(clusters: Clusters, onChange: () => void): Disposable {
  const own = new Disposables();
  let readers = new Map<unknown, Disposable>();
  const reconcile = () => {
    const { opened } = clusters;
    const next = new Map<unknown, Disposable>();
    for (const cluster of opened) next.set(cluster, readers.get(cluster) ?? cluster.read("Pod"));
    for (const [cluster, reader] of readers) if (!next.has(cluster)) reader.dispose();
    readers = next;
  };
  own.add(
    clusters.changed((news) => {
      const isOurs = news.some(
        (one) => one.what === "contexts" || (one.what === "rows" && one.kind === "Pod"),
      );
      if (!isOurs && clusters.opened.length === readers.size) return;
      reconcile();
      onChange();
    }),
  );
  own.add({
    dispose() {
      for (const reader of readers.values()) reader.dispose();
    },
  });
  reconcile();
  return own;
}
