// Shows an object in the tree of clusters, and what is in the way where the tree does not have it.
import type { App } from "../../../app/app.ts";
import type { Ui } from "../../ui.ts";
import { type ObjectTarget, targetText } from "./choose.ts";

interface Obstacle {
  text: string;
  action: string;
  remove(): void;
}

export async function revealObject(app: App, ui: Ui, target: ObjectTarget): Promise<void> {
  while (!(await ui.reveal("slipway.clusters", target))) {
    const obstacle = obstacleOf(app, target);
    if (!obstacle) {
      await ui.say("info", `The view Clusters does not have ${targetText(target)}: refresh it first.`);
      return;
    }
    if ((await ui.say("info", obstacle.text, obstacle.action)) !== obstacle.action) return;
    obstacle.remove();
  }
}

/** How the person wants to see the context leaves it out. */
function obstacleOf({ looks }: App, target: ObjectTarget): Obstacle | undefined {
  const { context, namespace } = target;
  const { namespaces, filter, groupBy } = looks.of(context);
  if (namespaces && namespace !== undefined && !namespaces.includes(namespace))
    return {
      text: `Namespace ${namespace} is not among those that are shown of context ${context}.`,
      action: "Show All Namespaces",
      remove: () => looks.showNamespaces(context, []),
    };
  if (filter !== undefined)
    return {
      text: `The filter of context ${context} (${filter}) hides ${targetText(target)}.`,
      action: "Clear Filter",
      remove: () => looks.setFilter(context, ""),
    };
  if (groupBy !== "workload")
    return {
      text: `Grouped by ${groupBy}, context ${context} does not show ${targetText(target)}.`,
      action: "Group by Workload",
      remove: () => looks.setGroupBy(context, "workload"),
    };
  return undefined;
}
