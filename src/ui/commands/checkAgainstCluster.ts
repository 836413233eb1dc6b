// Holds the manifest in the editor against a cluster: its server tries to apply it, and what it has is looked at.
import { Trouble } from "../../base/trouble.ts";
import { count } from "../../base/words.ts";
import { command } from "../command.ts";
import { checkAgainst } from "../rows/kube/checkAgainst.ts";
import { chooseOpen } from "../rows/kube/choose.ts";

/** So much of what could not be seen is told. */
const MOST_UNSEEN = 3;

export const checkAgainstCluster = command<string>({
  id: "slipway.checkAgainstCluster",
  title: "Check Against Cluster",
  icon: "pass",
  menus: [{ place: "editor/context", when: "resourceLangId == yaml", group: "7_slipway@1" }],
  async run(app, ui, target) {
    const source = await ui.textOf(typeof target === "string" ? target : undefined);
    if (!source) throw new Trouble("bad-input", "No manifest is open: open one, then check it.");
    const context = await chooseOpen(app, ui, `Check ${source.name} against which cluster?`);
    if (context === undefined) return;
    const checked = await ui.progress(`Checking ${source.name} against ${context}`, (progress, signal) =>
      checkAgainst(app, source, context, progress.report.bind(progress), signal),
    );
    if (!checked) return;
    const { findings, unseen } = checked;
    const found = findings.length === 0 ? "nothing found" : count(findings.length, "finding");
    const told = unseen.slice(0, MOST_UNSEEN);
    const more =
      unseen.length > MOST_UNSEEN ? [`And ${unseen.length - MOST_UNSEEN} more could not be seen.`] : [];
    const text = [`Checked ${source.name} against context ${context}: ${found}.`, ...told, ...more].join(" ");
    await ui.say(unseen.length > 0 ? "warning" : "info", text);
  },
});
