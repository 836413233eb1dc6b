// Follows a rollout until all pods are new, or until it can't go on.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { rollingKinds, showRollout, whenRolling } from "../rows/kube/rollout.ts";

export const showRolloutStatus = command({
  id: "slipway.showRolloutStatus",
  title: "Show Rollout Status",
  menus: [{ place: "view/item/context", when: whenRolling, group: "1_read@5" }],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Show the rollout of which workload?", rollingKinds);
    if (object) await showRollout(app, ui, object);
  },
});
