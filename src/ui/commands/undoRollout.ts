// Goes back to an earlier revision of a workload, chosen from its history.
import { Trouble } from "../../base/trouble.ts";
import { ageText } from "../../core/kube/age.ts";
import { kindNamed } from "../../core/kube/kinds.ts";
import { resourcePath } from "../../core/kube/kind.ts";
import { field, type KubeObject, text } from "../../core/kube/object.ts";
import { type Revision, revisionsOf, undoPatch } from "../../core/kube/revisions.ts";
import { formatSelector } from "../../core/kube/selector.ts";
import type { App } from "../../app/app.ts";
import { command } from "../command.ts";
import { confirmChange, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject, type ObjectTarget, targetText } from "../rows/kube/choose.ts";
import { patchTarget } from "../rows/kube/patch.ts";
import { placeOf } from "../rows/kube/read.ts";
import { rollingKinds, showRollout, whenRolling } from "../rows/kube/rollout.ts";
import { joined } from "../rows/kube/row.ts";
import type { Ui } from "../ui.ts";

export const undoRollout = command({
  id: "slipway.undoRollout",
  title: "Undo Rollout…",
  icon: "discard",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: `${whenRolling} && viewItem =~ /\\bchangeable\\b/`,
      group: "3_change@3",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Undo the rollout of which workload?", rollingKinds, {
      changes: true,
      hand: "changeable",
    });
    if (!object) return;
    const { context, kind, name } = object;
    mayChange(app, context);
    const history = await historyOf(app, ui, object);
    if (!history) return;
    const { workload, current, earlier } = history;
    if (earlier.length === 0)
      throw new Trouble("not-found", `${kind} ${name} has no earlier revision to go back to.`);
    if (field(workload, "spec", "paused") === true) {
      throw new Trouble("conflict", `${kind} ${name} is paused: resume it before you go back to a revision.`);
    }
    const revision = await ui.pick(
      `Back to which revision of ${kind} ${name}?`,
      earlier.map((one) => ({
        label: `Revision ${one.number}`,
        description: joined([
          one.createdMs === undefined ? undefined : `made ${ageText(app.clock.now() - one.createdMs)} ago`,
          one.cause,
        ]),
        detail: one.images.join(", "),
        value: one,
      })),
      current && `Now: revision ${current.number} · ${current.images.join(", ")}`,
    );
    if (!revision) return;
    const detail = [...whereLines(object), "", `Images: ${imageChange(current, revision)}`];
    const sure = await confirmChange(app, ui, {
      context,
      question: `Bring back revision ${revision.number} of ${kind} ${name}?`,
      detail: detail.join("\n"),
      action: "Bring Back",
      name,
    });
    if (!sure) return;
    const body = undoPatch(workload, revision);
    const done = await patchTarget(app, ui, object, "undo the rollout of", { type: "json", body });
    if (done) await showRollout(app, ui, object);
  },
});

interface History {
  workload: KubeObject;
  current: Revision | undefined;
  earlier: readonly Revision[];
}

function historyOf(app: App, ui: Ui, object: ObjectTarget): Promise<History | undefined> {
  return ui.progress(`Reading the history of ${targetText(object)}`, async (_progress, signal) => {
    const cluster = await app.clusters.open(object.context);
    const { connection } = cluster;
    const workload = await connection.get(await placeOf(cluster, object), signal);
    if (text(workload, "metadata", "uid") !== object.uid) {
      throw new Trouble("conflict", `${targetText(object)} was made anew: look at it again first.`);
    }
    const replicaSets = kindNamed("ReplicaSet");
    if (!replicaSets) throw new Error("The kind ReplicaSet is not known");
    const path = resourcePath(replicaSets, object.namespace);
    const found = await connection.list(
      object.kind === "Deployment" ? path : path.replace(/replicasets$/, "controllerrevisions"),
      formatSelector(field(workload, "spec", "selector")),
      signal,
    );
    const [current, ...earlier] = revisionsOf(object.uid, found);
    return { workload, current, earlier };
  });
}

function imageChange(current: Revision | undefined, revision: Revision): string {
  const [before, after] = [current?.images.join(", "), revision.images.join(", ")];
  return before === after ? `${after} (the same)` : `${before ?? "unknown"} → ${after}`;
}
