// Empties a node: no new pods, and those on it are asked to leave, as their disruption budgets allow.
import { drain, type LeftPod, leftWords } from "../../app/jobs/drain.ts";
import { type DrainPlan, drainPlan, podWords } from "../../core/kube/drain.ts";
import { count } from "../../base/words.ts";
import { command } from "../command.ts";
import { confirmChange, mayChange } from "../rows/kube/change.ts";
import { chooseObject, type ObjectTarget } from "../rows/kube/choose.ts";
import { cordonPatch } from "../rows/kube/cordon.ts";
import { placeOf } from "../rows/kube/read.ts";

/** So many pods are named. */
const MOST_NAMED = 8;

export const drainNode = command({
  id: "slipway.drainNode",
  title: "Drain Node…",
  icon: "sign-out",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bdrainable\\b/",
      group: "3_change@2",
    },
  ],
  async run(app, ui, target) {
    const node = await chooseObject(app, ui, target, "Drain which node?", "Node", {
      changes: true,
      hand: "drainable",
    });
    if (!node) return;
    const { context, name } = node;
    mayChange(app, context);
    const plan = await ui.progress(`Reading the pods of node ${name}`, async (_progress, signal) => {
      const { connection } = await app.clusters.open(context);
      const pods = await connection.list("/api/v1/pods", { fieldSelector: `spec.nodeName=${name}` }, signal);
      return drainPlan(pods);
    });
    if (!plan) return;
    const sure = await confirmChange(app, ui, {
      context,
      question: `Drain node ${name}?`,
      detail: question(node, plan),
      action: "Drain",
      name,
    });
    if (!sure) return;
    let left: readonly LeftPod[] = [];
    const total = plan.leaving.length;
    const ended = await ui.progress(`Draining node ${name}`, async (progress, signal) => {
      const cluster = await app.clusters.open(context);
      const { connection } = cluster;
      await connection.patch("cordon", await placeOf(cluster, node), cordonPatch(node, true), signal);
      const report = (now: readonly LeftPod[]) => {
        left = now;
        progress.report(`${now.length} of ${total} left: ${leftWords(now, 2)}`, 1 - now.length / total);
      };
      return drain({ connection, clock: app.clock }, name, plan.leaving, report, signal);
    });
    const still = ended ?? left;
    if (ended?.length === 0) {
      await ui.say(
        "info",
        `Node ${name} is drained: ${stays(plan)}. It gets no new pods until it is uncordoned.`,
      );
    } else if (still.length > 0) {
      const there = `${count(still.length, "pod")} still there: ${leftWords(still, MOST_NAMED)}`;
      await ui.say(
        "warning",
        `The drain of node ${name} was ended before it was done; it stays cordoned. ${there}.`,
      );
    }
  },
});

function question({ context, name }: ObjectTarget, plan: DrainPlan): string {
  const { leaving } = plan;
  const alone = leaving.filter((pod) => pod.isAlone);
  const scratch = leaving.filter((pod) => pod.hasScratch);
  return [
    `Context: ${context}`,
    `Node: ${name}`,
    "",
    `${count(leaving.length, "pod")} will be evicted, as disruption budgets allow; ${stays(plan)}.`,
    ...named("Nothing will make these anew", alone),
    ...named("The files in emptyDir volumes of these are lost", scratch),
  ].join("\n");
}

function named(what: string, pods: DrainPlan["leaving"]): string[] {
  if (pods.length === 0) return [];
  const names = pods.slice(0, MOST_NAMED).map(podWords);
  const more = pods.length > MOST_NAMED ? [`and ${pods.length - MOST_NAMED} more`] : [];
  return ["", `${what}: ${[...names, ...more].join(", ")}.`];
}

function stays({ daemons, mirrors }: DrainPlan): string {
  const parts = [
    ...(daemons > 0 ? [`${count(daemons, "pod")} of DaemonSets`] : []),
    ...(mirrors > 0 ? [`${count(mirrors, "static pod")}`] : []),
  ];
  const number = daemons + mirrors;
  return number === 0 ? "no pod stays" : `${parts.join(" and ")} ${number === 1 ? "stays" : "stay"}`;
}
