// Sets how many pods a workload has.
import { field } from "../../core/kube/object.ts";
import { count } from "../../base/words.ts";
import { command } from "../command.ts";
import { confirmChange, confirmWhereProtected, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { patchTarget, readTarget } from "../rows/kube/patch.ts";

export const scaleWorkload = command({
  id: "slipway.scaleWorkload",
  title: "Scale Workload…",
  icon: "arrow-both",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bscalable\\b/",
      group: "3_change@1",
    },
  ],
  async run(app, ui, target) {
    const kinds = ["Deployment", "StatefulSet", "ReplicaSet"] as const;
    const object = await chooseObject(app, ui, target, "Scale which workload?", kinds, {
      changes: true,
      hand: "scalable",
    });
    if (!object) return;
    mayChange(app, object.context);
    const now = await readTarget(app, ui, object);
    if (!now) return;
    const before = field(now, "spec", "replicas");
    const isNow = typeof before === "number" ? before : 1;
    const typed = await ui.input({
      title: `How many pods for ${object.kind} ${object.name} in context ${object.context}?`,
      prompt: `It has ${isNow}.`,
      value: String(isNow),
      check: (text) => (replicasOf(text) === undefined ? "Type a whole number, 0 or more." : undefined),
    });
    const wanted = typed === undefined ? undefined : replicasOf(typed);
    if (wanted === undefined || wanted === isNow) return;
    const change = {
      context: object.context,
      question: `Scale ${object.kind} ${object.name} from ${isNow} to ${wanted}?`,
      detail: [...whereLines(object), ...(wanted === 0 ? ["", "None of its pods is left then."] : [])].join(
        "\n",
      ),
      action: "Scale",
      name: object.name,
    };
    const ask = wanted === 0 ? confirmChange : confirmWhereProtected;
    if (!(await ask(app, ui, change))) return;
    const done = await patchTarget(app, ui, object, "scale", {
      type: "json",
      subresource: "scale",
      body: [
        { op: "test", path: "/metadata/uid", value: object.uid },
        { op: "add", path: "/spec/replicas", value: wanted },
      ],
    });
    if (done) await ui.say("info", `${object.kind} ${object.name} is to have ${count(wanted, "pod")} now.`);
  },
});

function replicasOf(text: string): number | undefined {
  const number = Number(text.trim());
  return /^\d{1,6}$/.test(text.trim()) ? number : undefined;
}
