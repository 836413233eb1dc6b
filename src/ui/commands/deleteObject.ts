// Deletes an object of a cluster, after a question that names all of it.
import { command } from "../command.ts";
import { isResource, kindWord } from "../../core/kube/kind.ts";
import type { KindName } from "../../app/stores/cluster/cluster.ts";
import { confirmChange, mayChange, whereLines } from "../rows/kube/change.ts";
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
    const object = await chooseObject(app, ui, target, "Delete which object?", undefined, {
      changes: true,
      hand: "deletable",
    });
    if (!object) return;
    const { name, context } = object;
    const kind = kindWord(object.kind);
    mayChange(app, context);
    // The cluster that was clicked, and not what its context leads to when the question is answered.
    const cluster = await app.clusters.open(context);
    const owner = cluster.row(object.kind, object.uid)?.owner;
    const lines = [...whereLines(object), consequence(object.kind, owner?.kind)];
    const question = `Delete ${kind} ${name}?`;
    const sure = await confirmChange(app, ui, {
      context,
      question,
      detail: lines.join("\n"),
      action: "Delete",
      name,
    });
    if (!sure) return;
    await ui.progress(`Deleting ${targetText(object)}`, async (_progress, signal) => {
      await cluster.connection.remove(await placeOf(cluster, object), object.uid, signal);
    });
  },
});

function consequence(kind: KindName, ownerKind: string | undefined): string {
  const told = CONSEQUENCES[kind];
  // Whoever owns other things need not make them anew.
  if (ownerKind !== undefined && (kind === "Pod" || kind === "ReplicaSet" || kind === "Job"))
    return `\nIts ${ownerKind} will make a new one.`;
  if (told !== undefined) return `\n${told}`;
  return isResource(kind) ? "\nWhat it owns is deleted with it." : "\nIts pods are deleted with it.";
}

const CONSEQUENCES: Readonly<Record<string, string>> = {
  Pod: "Nothing will make a new one.",
  Service: "Its address is gone for all who use it.",
  Namespace: "Everything in the namespace is deleted with it.",
  "CustomResourceDefinition.apiextensions.k8s.io": "All objects of the kind it defines are deleted with it.",
  "PersistentVolumeClaim.core": "Its data may be deleted with it: the volume's reclaim policy says.",
};
