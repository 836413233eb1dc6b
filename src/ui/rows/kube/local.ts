// Local clusters in rows and pickers.
import type { App } from "../../../app/app.ts";
import type { ContextEntry } from "../../../app/stores/cluster/port.ts";
import type { LocalFacts } from "../../../app/stores/localClusters.ts";
import { Trouble } from "../../../base/trouble.ts";
import { type LocalCluster, localClusterOf } from "../../../core/kube/localCluster.ts";
import type { Ui } from "../../ui.ts";
import type { ClusterNode } from "./node.ts";

export interface LocalContext {
  context: string;
  cluster: LocalCluster;
}

/** `kind`, `minikube · stopped`. */
export function localText({ tool }: LocalCluster, { state }: LocalFacts): string {
  return state === "stopped" ? `${tool} · stopped` : tool;
}

/** What the menu of its context offers. */
export function localWords({ state, canTurn, canLoad }: LocalFacts, isReadOnly: boolean): string[] {
  if (isReadOnly) return [];
  return [
    ...(canTurn && state !== "running" ? ["localStart"] : []),
    ...(canTurn && state !== "stopped" ? ["localStop"] : []),
    ...(canLoad ? ["localLoad"] : []),
  ];
}

/** The local cluster of a context's row, or one that is picked; undefined when dismissed. @throws Trouble */
export async function chooseLocal(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
): Promise<LocalContext | undefined> {
  const { contexts } = await app.clusters.contexts();
  const found = contexts.flatMap((entry) => localOf(entry) ?? []);
  const node = target as ClusterNode | undefined;
  if (node?.type === "context") {
    const one = found.find(({ context }) => context === node.context);
    if (one) return one;
    throw new Trouble("bad-input", `Context ${node.context} is no cluster of this machine that is known.`);
  }
  const offered = found.filter(({ context }) => app.clusters.guard(context) !== "readOnly");
  if (offered.length === 0)
    throw new Trouble(
      "not-found",
      "No context is a cluster of this machine that may be changed: make one with kind, minikube or k3d first.",
    );
  return ui.pick(
    title,
    offered.map((one) => ({
      label: one.context,
      description: localText(one.cluster, app.localClusters.facts(one.cluster)),
      value: one,
    })),
    "Context",
  );
}

function localOf(entry: ContextEntry): LocalContext | undefined {
  const cluster = localClusterOf(entry);
  return cluster && { context: entry.name, cluster };
}
