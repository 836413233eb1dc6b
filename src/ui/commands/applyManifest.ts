// Applies the manifest in the editor, or those in files and folders, to a cluster, after the server has tried it and the person has seen what changes.
import { type ApplyStep, applyManifest as applyAll, tryManifest } from "../../app/jobs/apply.ts";
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

/** So many objects are named in the question, and so many fields of each. */
const MOST_NAMED = 12;
const MOST_FIELDS = 3;

export const applyManifest = command<ManifestTarget>({
  id: "slipway.applyManifest",
  title: "Apply Manifest…",
  icon: "cloud-upload",
  needsTrust: true,
  menus: manifestMenus(2),
  takesMany: true,
  async run(app, ui, target) {
    const manifests = await chosenManifests(app, ui, target);
    if (!manifests) return;
    const { name: source, objects, leftOut } = manifests;
    const title = `Apply ${source} to which cluster?`;
    const context = await chooseContext(app, ui, title, { changes: true });
    if (context === undefined) return;
    mayChange(app, context);
    const tried = await ui.progress(`Trying ${source}`, async (progress, signal) => {
      const { connection, entry } = await app.clusters.open(context);
      const namespace = entry.namespace ?? "default";
      const applier = connection.applier();
      const step = progress.report.bind(progress);
      return { applier, namespace, steps: await tryManifest(applier, objects, namespace, step, signal) };
    });
    if (!tried) return;
    const { applier, namespace, steps } = tried;
    const conflicts = steps.flatMap(({ outcome }) => (outcome?.how === "conflict" ? [outcome.with] : []));
    const named = steps.slice(0, MOST_NAMED).map((step) => stepText(step, namespace));
    const more = steps.length > MOST_NAMED ? [`and ${steps.length - MOST_NAMED} more`] : [];
    const kinds = steps.length > MOST_NAMED ? [kindCounts(objects)] : [];
    const detail = [
      `Context: ${context}`,
      ...kinds,
      "",
      ...named,
      ...more,
      ...owners(conflicts),
      ...leftOutLines(leftOut),
    ].join("\n");
    const many = count(steps.length, "object");
    const force = conflicts.length > 0;
    const sure = await confirmChange(app, ui, {
      context,
      question: `Apply ${many} of ${source}?`,
      detail,
      action: force ? "Take Over and Apply" : "Apply",
      // Of many objects no name is the one that counts.
      name: objects.length === 1 ? (objects[0]?.name ?? context) : context,
    });
    if (!sure) return;
    const done = await ui.progress(`Applying ${source}`, (progress, signal) =>
      applyAll(
        applier,
        objects,
        { namespace, force, clock: app.clock },
        progress.report.bind(progress),
        signal,
      ),
    );
    if (done) await ui.say("info", `Applied ${many} to context ${context}: ${summary(done)}.`);
  },
});

function stepText({ target, outcome }: ApplyStep, namespace: string): string {
  const place = outcome ? outcome.namespace : (target.namespace ?? namespace);
  const what =
    outcome === undefined ? "can be tried only once its namespace or kind is there" : words(outcome.how);
  const fields = outcome?.how === "changed" ? fieldsText(outcome.fields) : "";
  return `${placeWords(target, place)}: ${what}${fields}`;
}

function fieldsText(fields: readonly string[]): string {
  const more = fields.length > MOST_FIELDS ? ` and ${fields.length - MOST_FIELDS} more` : "";
  return ` ${fields.slice(0, MOST_FIELDS).join(", ")}${more}`;
}

type How = NonNullable<ApplyStep["outcome"]>["how"];

function words(how: How): string {
  switch (how) {
    case "created":
      return "new";
    case "changed":
      return "changes";
    case "unchanged":
      return "stays as it is";
    case "conflict":
      return "has fields that somebody else set";
  }
}

function owners(conflicts: readonly string[]): string[] {
  if (conflicts.length === 0) return [];
  return ["", "Set by others, and yours from now on:", ...conflicts.slice(0, 3)];
}

function summary(steps: readonly ApplyStep[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of steps) {
    const how = outcome?.how ?? "changed";
    counts.set(how, (counts.get(how) ?? 0) + 1);
  }
  return Array.from(counts, ([how, count]) => `${count} ${how}`).join(", ");
}
