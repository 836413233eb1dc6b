// Which namespaces of a context are shown, and how a person chooses among them.
import type { App } from "../../../app/app.ts";
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import type { Signal } from "../../../base/signal.ts";
import type { Choice, Ui } from "../../ui.ts";
import { chooseContext } from "./choose.ts";
import type { ClusterNode } from "./node.ts";

/** Those that were chosen, favourites first, each part by name. */
export function shownNamespaces(
  all: readonly string[],
  { namespaces, favourites }: Pick<ClusterLook, "namespaces" | "favourites">,
): string[] {
  const shown = all.filter((name) => !namespaces || namespaces.includes(name)).sort();
  const isFavourite = (name: string) => favourites.includes(name);
  return [...shown.filter(isFavourite), ...shown.filter((name) => !isFavourite(name))];
}

/** They can't be listed, and which there are stands elsewhere. */
export function areNamespacesDenied(cluster: Cluster): boolean {
  const condition = cluster.condition("Namespace");
  return condition.state === "blocked" && condition.trouble.kind === "denied";
}

/** `3 of 40 namespaces`; undefined while all are shown. */
export function choiceText(cluster: Cluster | undefined, look: ClusterLook): string | undefined {
  const { namespaces } = look;
  if (!namespaces) return undefined;
  const condition = cluster?.condition("Namespace").state;
  if (cluster && (condition === "live" || condition === "stale")) {
    const all = cluster.rows("Namespace").map((row) => row.name);
    return `${shownNamespaces(all, look).length} of ${count(all.length)}`;
  }
  return `only ${count(namespaces.length)}`;
}

function count(number: number): string {
  return `${number} ${number === 1 ? "namespace" : "namespaces"}`;
}

/** The context of what was clicked, or one that the person picks. */
export async function contextOf(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
): Promise<string | undefined> {
  const node = target as ClusterNode | undefined;
  return node?.context ?? chooseContext(app, ui, title);
}

export interface KnownNamespaces {
  names: string[];
  /** Nobody knows whether there are others. */
  isDenied: boolean;
}

/** The namespaces of a context, waited for. @throws Trouble where the cluster does not answer. */
export async function knownNamespaces(
  app: App,
  ui: Ui,
  context: string,
): Promise<KnownNamespaces | undefined> {
  return ui.progress(`Listing the namespaces of context ${context}`, async (_, signal) => {
    const cluster = await app.clusters.open(context);
    const reading = cluster.read("Namespace");
    try {
      await Promise.race([cluster.settled("Namespace"), aborted(signal)]);
      if (signal.aborted) return undefined;
      const condition = cluster.condition("Namespace");
      const isDenied = areNamespacesDenied(cluster);
      if (!isDenied && "trouble" in condition && condition.state !== "stale") throw condition.trouble;
      const names = isDenied
        ? app.clusters.fallbackNamespaces(cluster)
        : cluster.rows("Namespace").map((row) => row.name);
      return { names, isDenied };
    } finally {
      reading.dispose();
    }
  });
}

/** Namespaces to pick, favourites first. */
export function namespaceChoices(
  names: readonly string[],
  look: ClusterLook,
  isPicked: (name: string) => boolean,
): Choice<string>[] {
  const { favourites } = look;
  return shownNamespaces(names, { namespaces: undefined, favourites }).map((name) => ({
    label: name,
    ...(favourites.includes(name) ? { description: "favourite" } : {}),
    picked: isPicked(name),
    value: name,
  }));
}

function aborted(signal: Signal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
