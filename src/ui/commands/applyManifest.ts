// Applies the manifest in the editor to a cluster, after the server has tried it and the person has seen what changes.
import { type ApplyStep, applyManifest as applyAll, tryManifest } from "../../app/jobs/apply.ts";
import { Trouble } from "../../base/trouble.ts";
import { manifestWords } from "../../core/kube/manifestObject.ts";
import { command } from "../command.ts";
import { chooseContext } from "../rows/kube/choose.ts";

const isManifest =
  "resourceLangId == yaml || resourceLangId == json || resourceExtname =~ /^\\.(ya?ml|json)$/";
/** So many objects are named in the question. */
const MOST_NAMED = 12;

export const applyManifest = command<string>({
  id: "slipway.applyManifest",
  title: "Apply Manifest…",
  icon: "cloud-upload",
  needsTrust: true,
  menus: [
    { place: "explorer/context", when: isManifest, group: "7_slipway@2" },
    { place: "editor/context", when: "resourceLangId == yaml", group: "7_slipway@2" },
  ],
  async run(app, ui, target) {
    const source = await ui.textOf(typeof target === "string" ? target : undefined);
    if (!source) throw new Trouble("bad-input", "No manifest is open: open one, then apply it.");
    // The parser is too much to load before anybody applies anything.
    const { readManifest } = await import("../../core/kube/manifest.ts");
    const manifest = readManifest(source.text);
    if ("problem" in manifest) {
      throw new Trouble("bad-input", `${source.name} can't be applied. ${manifest.problem}`);
    }
    const { objects } = manifest;
    const context = await chooseContext(app, ui, `Apply ${source.name} to which cluster?`);
    if (context === undefined) return;
    const tried = await ui.progress(`Trying ${source.name}`, async (progress, signal) => {
      const { connection, entry } = await app.clusters.open(context);
      const namespace = entry.namespace ?? "default";
      const step = progress.report.bind(progress);
      return {
        connection,
        namespace,
        steps: await tryManifest(connection, objects, namespace, step, signal),
      };
    });
    if (!tried) return;
    const { connection, namespace, steps } = tried;
    const conflicts = steps.flatMap(({ outcome }) => (outcome?.how === "conflict" ? [outcome.with] : []));
    const named = steps.slice(0, MOST_NAMED).map((step) => stepText(step, namespace));
    const more = steps.length > MOST_NAMED ? [`and ${steps.length - MOST_NAMED} more`] : [];
    const detail = [`Context: ${context}`, "", ...named, ...more, ...owners(conflicts)].join("\n");
    const many = steps.length === 1 ? "1 object" : `${steps.length} objects`;
    const force = conflicts.length > 0;
    if (
      !(await ui.confirm(`Apply ${many} of ${source.name}?`, detail, force ? "Take Over and Apply" : "Apply"))
    )
      return;
    const done = await ui.progress(`Applying ${source.name}`, (progress, signal) =>
      applyAll(connection, objects, { namespace, force }, progress.report.bind(progress), signal),
    );
    if (done) await ui.say("info", `Applied ${many} to context ${context}: ${summary(done)}.`);
  },
});

function stepText({ target, outcome }: ApplyStep, namespace: string): string {
  const place = outcome ? outcome.namespace : (target.namespace ?? namespace);
  const where = place === undefined ? "" : ` in namespace ${place}`;
  const what =
    outcome === undefined ? "can be tried only once its namespace or kind is there" : words(outcome.how);
  return `${manifestWords(target)}${where}: ${what}`;
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
    const how = outcome?.how === "conflict" ? "changed" : (outcome?.how ?? "changed");
    counts.set(how, (counts.get(how) ?? 0) + 1);
  }
  return Array.from(counts, ([how, count]) => `${count} ${how}`).join(", ");
}
