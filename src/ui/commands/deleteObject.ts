// Deletes an object of a cluster, after a question that names all of it.
import { command } from "../command.ts";
import { chooseObject, targetText } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";

export const deleteObject = command({
  id: "slipway.deleteObject",
  title: "Delete Kubernetes Object…",
  icon: "trash",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bdeletable\\b/",
      group: "9_delete@1",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Delete which object?");
    if (!object) return;
    const { kind, name, namespace, context } = object;
    const owner = app.clusters.get(context)?.row(kind, object.uid)?.owner;
    const lines = [
      `Context: ${context}`,
      ...(namespace === undefined ? [] : [`Namespace: ${namespace}`]),
      `Kind: ${kind}`,
      `Name: ${name}`,
      consequence(kind, owner?.kind),
    ];
    const sure = await ui.confirm(`Delete ${kind} ${name}?`, lines.join("\n"), "Delete");
    if (!sure) return;
    await ui.progress(`Deleting ${targetText(object)}`, async (_progress, signal) => {
      const { connection } = await app.clusters.open(context);
      await connection.remove(placeOf(object), object.uid, signal);
    });
  },
});

function consequence(kind: string, ownerKind: string | undefined): string {
  if (ownerKind !== undefined) return `\nIts ${ownerKind} will make a new one.`;
  if (kind === "Pod") return "\nNothing will make a new one.";
  if (kind === "Namespace") return "\nEverything in the namespace is deleted with it.";
  return "\nIts pods are deleted with it.";
}
