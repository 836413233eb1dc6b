// Shows the object under the cursor of a manifest in the tree of clusters.
import type { App } from "../../app/app.ts";
import type { Cluster } from "../../app/stores/cluster/cluster.ts";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { text } from "../../core/kube/object.ts";
import type { ObjectName } from "../../core/language/objectAt.ts";
import { command } from "../command.ts";
import { chooseContext, type ObjectTarget } from "../rows/kube/choose.ts";
import { revealObject } from "../rows/kube/reveal.ts";

/** Its knowledge of manifests is too large for activation. */
const knowledge = () => import("../../core/language/objectAt.ts");

interface Wanted extends ObjectName {
  name: string;
}

export const revealInClusters = command({
  id: "slipway.revealInClusters",
  title: "Reveal in Clusters",
  icon: "target",
  menus: [{ place: "editor/context", when: "resourceLangId == yaml", group: "7_slipway@4" }],
  async run(app, ui) {
    const source = await ui.textOf(undefined);
    if (!source) throw new Trouble("bad-input", "Open a manifest and put the cursor into an object first.");
    const { objectAt } = await knowledge();
    const object = objectAt(source.text, source.offset ?? 0);
    if (!object) throw new Trouble("bad-input", `${source.name} has no Kubernetes object at the cursor.`);
    const { name } = object;
    if (name === undefined)
      throw new Trouble(
        "bad-input",
        `The ${object.kind} at the cursor has no name, so nobody can tell which it is.`,
      );
    const clusters = await openClusters(app, ui);
    if (!clusters) return;
    const wanted: Wanted = { ...object, name };
    const found = await ui.progress(`Looking for ${object.kind} ${name}`, async (_, signal) => {
      const all = await Promise.all(clusters.map((cluster) => findIn(cluster, wanted, signal)));
      return all.filter((one) => one !== undefined);
    });
    if (!found) return;
    const [first, second] = found;
    if (!first) throw new Trouble("not-found", nowhere(clusters, wanted));
    const choices = found.map((one) => ({
      label: one.context,
      description: one.namespace ?? "",
      value: one,
    }));
    const chosen = second ? await ui.pick(`Reveal ${object.kind} ${name} of which context?`, choices) : first;
    if (chosen) await revealObject(app, ui, chosen);
  },
});

/** Those that are open, else one that the person picks. */
async function openClusters(
  app: App,
  ui: Parameters<typeof chooseContext>[1],
): Promise<Cluster[] | undefined> {
  if (app.clusters.opened.length > 0) return app.clusters.opened;
  const context = await chooseContext(app, ui, "Reveal it in which cluster?");
  return context === undefined ? undefined : [await app.clusters.open(context)];
}

/** @throws Trouble where the cluster does not say. */
async function findIn(
  cluster: Cluster,
  { group, kind, name, namespace }: Wanted,
  signal: Signal,
): Promise<ObjectTarget | undefined> {
  const { kinds } = await cluster.discover();
  const known = kinds.find(({ kind: one }) => one.group === group && one.kind.split(".")[0] === kind)?.kind;
  if (!known) return undefined;
  const place = known.namespaced ? (namespace ?? cluster.entry.namespace ?? "default") : undefined;
  try {
    const object = await cluster.connection.get({ kind: known, namespace: place, name }, signal);
    const uid = text(object, "metadata", "uid") ?? "";
    return { context: cluster.entry.name, kind: known.kind, name, namespace: place, uid };
  } catch (error) {
    if (Trouble.is(error, "not-found")) return undefined;
    throw error;
  }
}

function nowhere(clusters: readonly Cluster[], { kind, name, namespace }: Wanted): string {
  const [first] = clusters;
  const where = clusters.length === 1 && first ? `Context ${first.entry.name} has` : "The open contexts have";
  const place = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `${where} no ${kind} ${name}${place}: apply the manifest first, or open its context.`;
}
