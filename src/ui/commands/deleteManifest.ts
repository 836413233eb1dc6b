// Deletes the objects of manifests from a cluster, after a question that names them.
import { deleteFound, findManifest } from "../../app/jobs/apply.ts";
import { Trouble } from "../../base/trouble.ts";
import { count } from "../../base/words.ts";
import { command } from "../command.ts";
import { confirmChange, mayChange } from "../rows/kube/change.ts";
import { chooseContext } from "../rows/kube/choose.ts";
import {
  chosenManifests,
  kindCounts,
  leftOutLines,
  manifestMenus,
  type ManifestTarget,
  placeWords,
} from "../rows/kube/manifests.ts";

/** So many objects are named in the question. */
const MOST_NAMED = 20;

export const deleteManifest = command<ManifestTarget>({
  id: "slipway.deleteManifest",
  title: "Delete Manifest's Objects…",
  icon: "trash",
  needsTrust: true,
  menus: manifestMenus(3),
  takesMany: true,
  async run(app, ui, target) {
    const manifests = await chosenManifests(app, ui, target);
    if (!manifests) return;
    const { name: source, objects, leftOut } = manifests;
    const context = await chooseContext(app, ui, `Delete the objects of ${source} from which cluster?`, {
      changes: true,
    });
    if (context === undefined) return;
    mayChange(app, context);
    const looked = await ui.progress(`Looking for the objects of ${source}`, async (progress, signal) => {
      const { connection, entry } = await app.clusters.open(context);
      const applier = connection.applier();
      const namespace = entry.namespace ?? "default";
      const step = progress.report.bind(progress);
      return { applier, found: await findManifest(applier, objects, namespace, step, signal) };
    });
    if (!looked) return;
    const { applier, found } = looked;
    const [first] = found;
    if (!first) throw new Trouble("not-found", `Context ${context} has none of the objects of ${source}.`);
    const namespaces = new Set(found.flatMap(({ namespace }) => namespace ?? []));
    const missing = objects.length - found.length;
    const targets = found.map((one) => one.target);
    const lines = [
      `Context: ${context}`,
      ...(namespaces.size === 0 ? [] : [`Namespaces: ${Array.from(namespaces).join(", ")}`]),
      `Kinds: ${kindCounts(targets)}`,
      "",
      ...found.slice(0, MOST_NAMED).map((one) => placeWords(one.target, one.namespace)),
      ...(found.length > MOST_NAMED ? [`and ${found.length - MOST_NAMED} more`] : []),
      ...(missing === 0
        ? []
        : ["", `${count(missing, "object")} of ${source} ${missing === 1 ? "is" : "are"} not there.`]),
      ...consequences(targets.map(({ kind }) => kind)),
      ...leftOutLines(leftOut),
    ];
    const many = count(found.length, "object");
    const sure = await confirmChange(app, ui, {
      context,
      question: `Delete ${many} of ${source}?`,
      detail: lines.join("\n"),
      action: "Delete",
      // Of many objects no name is the one that counts.
      name: found.length === 1 ? first.target.name : context,
    });
    if (!sure) return;
    const done = await ui.progress(`Deleting ${many} of ${source}`, async (progress, signal) => {
      await deleteFound(applier, found, progress.report.bind(progress), signal);
      return true;
    });
    if (done)
      await ui.say("info", `Deleted ${many} of ${source} from context ${context}: ${kindCounts(targets)}.`);
  },
});

function consequences(kinds: readonly string[]): string[] {
  const told = [
    kinds.includes("Namespace") ? "Everything in a namespace is deleted with it." : "",
    kinds.includes("CustomResourceDefinition")
      ? "All objects of a kind are deleted with its definition."
      : "",
    kinds.includes("PersistentVolumeClaim") ? "The data of a claim may be deleted with it." : "",
  ].filter((line) => line !== "");
  return told.length === 0 ? [] : ["", ...told];
}
