// Reading one object: its description with events, its YAML, its log.
import type { App } from "../../../app/app.ts";
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ObjectPlace } from "../../../app/stores/cluster/port.ts";
import type { Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { acceleratorHolders, groupRows } from "../../../core/kube/grouping.ts";
import { describeObject } from "../../../core/kube/describe/describe.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import type { PodRow } from "../../../core/kube/row.ts";
import type { ObjectTarget } from "./choose.ts";

export async function describe(app: App, target: ObjectTarget, signal: Signal): Promise<string> {
  const cluster = await app.clusters.open(target.context);
  const { connection } = cluster;
  const place = await placeOf(cluster, target);
  const [object, events] = await Promise.all([
    connection.get(place, signal),
    connection.events(target.namespace, target.uid, signal).catch((error: unknown) => {
      if (Trouble.is(error, "denied")) return undefined;
      throw error;
    }),
  ]);
  return describeObject({
    kind: kindWord(target.kind),
    status: place.kind.table ? undefined : place.kind.project(object),
    object,
    events,
    nowMs: app.clock.now(),
    holders: await holdersOn(app, target),
  });
}

export async function yaml(app: App, target: ObjectTarget, signal: Signal): Promise<string> {
  const cluster = await app.clusters.open(target.context);
  const object = await cluster.connection.get(await placeOf(cluster, target), signal);
  // Entered only now: the YAML package is too large for activation.
  const { yamlText } = await import("../../../core/kube/yamlText.ts");
  return yamlText(object);
}

/** Where the object is in the API; a kind that is not known yet is asked for. @throws Trouble */
export async function placeOf(
  cluster: Cluster,
  { kind: key, name, namespace }: Pick<ObjectTarget, "kind" | "name" | "namespace">,
): Promise<ObjectPlace> {
  if (!cluster.kind(key)) await cluster.discover();
  const kind = cluster.kind(key);
  if (kind) return { kind, name, namespace };
  throw new Trouble("not-found", `The cluster serves no kind ${kindWord(key)} any more: refresh the view.`);
}

/** Pods on a node that hold accelerators, as far as pods may be listed. */
async function holdersOn(app: App, target: ObjectTarget): Promise<readonly PodRow[]> {
  if (target.kind !== "Node") return [];
  const cluster = await app.clusters.open(target.context);
  const reading = [cluster.read("Node"), cluster.read("Pod")];
  await Promise.all([cluster.settled("Node"), cluster.settled("Pod")]);
  const node = cluster.row("Node", target.uid);
  const held = node?.kind === "Node" ? acceleratorHolders(groupRows(cluster.rows("Pod")), node).pods : [];
  for (const one of reading) one.dispose();
  return held;
}
