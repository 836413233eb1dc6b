// Replaces the pods of a workload by new ones of the same template, a few at a time.
import { command } from "../command.ts";
import { confirmChange, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { mergePatch, patchTarget } from "../rows/kube/patch.ts";
import { rollingKinds, showRollout, whenRolling } from "../rows/kube/rollout.ts";

export const restartRollout = command({
  id: "slipway.restartRollout",
  title: "Restart Rollout…",
  icon: "debug-restart",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: `${whenRolling} && viewItem =~ /\\bchangeable\\b/`,
      group: "3_change@2",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Restart which workload?", rollingKinds, {
      changes: true,
      hand: "changeable",
    });
    if (!object) return;
    const { context, kind, name } = object;
    mayChange(app, context);
    const sure = await confirmChange(app, ui, {
      context,
      question: `Restart ${kind} ${name}?`,
      detail: [...whereLines(object), "", "Its pods are replaced by new ones, a few at a time."].join("\n"),
      action: "Restart",
      name,
    });
    if (!sure) return;
    // The annotation of kubectl, so that both see the same history.
    const restartedAt = new Date(app.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const annotations = { "kubectl.kubernetes.io/restartedAt": restartedAt };
    const change = { spec: { template: { metadata: { annotations } } } };
    const done = await patchTarget(app, ui, object, "restart", mergePatch(object, change));
    if (done) await showRollout(app, ui, object);
  },
});
