// Finds an object of the open clusters by its name, and shows it in the tree.
import type { Cluster } from "../../app/stores/cluster/cluster.ts";
import { Disposables } from "../../base/disposables.ts";
import { Trouble } from "../../base/trouble.ts";
import { kindNamed, kinds } from "../../core/kube/kinds.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import { command } from "../command.ts";
import { chooseContext, type ObjectTarget, targetOf } from "../rows/kube/choose.ts";
import { revealObject } from "../rows/kube/reveal.ts";
import { joined } from "../rows/kube/row.ts";
import type { Choice } from "../ui.ts";

export const goToResource = command({
  id: "slipway.goToResource",
  title: "Go to Resource…",
  icon: "search",
  menus: [{ place: "view/title", when: "view == slipway.clusters", group: "navigation@1" }],
  async run(app, ui) {
    let open = app.clusters.opened;
    if (open.length === 0) {
      const context = await chooseContext(app, ui, "Go to a resource of which cluster?");
      if (context === undefined) return;
      open = [await app.clusters.open(context)];
    }
    // Held until the tree reads them itself.
    const reading = new Disposables();
    try {
      const choices = Promise.all(open.map((cluster) => resources(cluster, reading, open.length > 1)));
      const chosen = await ui.pick(
        "Go to which resource?",
        choices.then((all) => all.flat()),
        "Name, namespace, kind or status",
      );
      if (chosen) await revealObject(app, ui, chosen);
    } finally {
      reading.dispose();
    }
  },
});

/** @throws Trouble where nothing of the cluster may be seen. */
async function resources(
  cluster: Cluster,
  reading: Disposables,
  withContext: boolean,
): Promise<Choice<ObjectTarget>[]> {
  await Promise.all(
    kinds.map(async ({ kind }) => {
      reading.add(cluster.read(kind));
      await cluster.settled(kind);
    }),
  );
  const rows: ObjectRow[] = kinds.flatMap(({ kind }) => cluster.rows(kind));
  const condition = cluster.condition("Pod");
  if (rows.length === 0 && "trouble" in condition) throw condition.trouble;
  if (rows.length === 0)
    throw new Trouble("not-found", `Nothing is known of context ${cluster.entry.name} yet.`);
  const context = cluster.entry.name;
  return rows
    .map((row) => ({
      label: row.name,
      description: joined([row.kind, row.namespace, row.status, withContext ? context : undefined]),
      icon: kindNamed(row.kind)?.icon ?? "symbol-misc",
      value: targetOf(context, row),
    }))
    .sort((one, other) => (one.label < other.label ? -1 : one.label > other.label ? 1 : 0));
}
