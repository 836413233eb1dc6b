// Opens a terminal with the best shell that a container of a pod has.
import { command } from "../command.ts";
import { confirmWhereProtected, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { runningContainer } from "../rows/kube/containers.ts";
import { debugPod as debug } from "../rows/kube/debug.ts";
import { openTerminal, shellOf } from "../rows/kube/shell.ts";

const menu = "view == slipway.clusters && viewItem =~ /\\bpod\\b/ && viewItem =~ /\\bexecutable\\b/";
const DEBUG = "Add a Debug Container…";

export const openPodShell = command({
  id: "slipway.openPodShell",
  title: "Open Shell in Pod",
  icon: "terminal",
  needsTrust: true,
  menus: [
    { place: "view/item/context", when: menu, group: "inline@3" },
    { place: "view/item/context", when: menu, group: "2_reach@2" },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Open a shell in which pod?", "Pod", {
      changes: true,
      hand: "executable",
    });
    if (!pod) return;
    const { context, name } = pod;
    // To the API an exec only reads; what is typed there may change anything.
    mayChange(app, context);
    const container = await runningContainer(app, ui, pod, `Open a shell in which container of ${name}?`);
    if (container === undefined) return;
    const sure = await confirmWhereProtected(app, ui, {
      context,
      question: `Open a shell in pod ${name}?`,
      detail: whereLines(pod).join("\n"),
      action: "Open Shell",
      name,
    });
    if (!sure) return;
    const found = await ui.progress(`Looking for a shell in ${name}`, async (_progress, signal) => {
      const { connection } = await app.clusters.open(context);
      const place = { namespace: pod.namespace ?? "default", pod: name, container };
      return { shell: await shellOf(connection, place, signal) };
    });
    if (!found) return;
    if (found.shell !== undefined) {
      await openTerminal(app, ui, pod, { container, command: [found.shell] });
      return;
    }
    const text = `Container ${container} of pod ${name} has no shell in its image. A debug container can be added to the pod, with tools of its own.`;
    if ((await ui.say("warning", text, DEBUG)) === DEBUG) await debug(app, ui, pod, container);
  },
});
