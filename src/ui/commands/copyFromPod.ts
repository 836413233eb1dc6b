// Copies a file or folder out of a container of a pod.
import { podPath } from "../../core/kube/copy/commands.ts";
import { command } from "../command.ts";
import { whereLines } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { runningContainer } from "../rows/kube/containers.ts";
import { containerPlace, copied, leftOutText, sumsText } from "../rows/kube/copying.ts";

export const copyFromPod = command({
  id: "slipway.copyFromPod",
  title: "Copy from Pod…",
  icon: "cloud-download",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bcopyable\\b/",
      group: "2_reach@5",
    },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Copy from which pod?", "Pod", { hand: "copyable" });
    if (!pod) return;
    const { context, name } = pod;
    const container = await runningContainer(app, ui, pod, `Copy from which container of ${name}?`);
    if (container === undefined) return;
    const path = await ui.input({
      title: `Copy which file or folder of container ${container}?`,
      prompt: "A path in the container; one without / at its beginning starts where the container works.",
      placeholder: "/workspace/model",
      check: (text) =>
        podPath(text) === undefined || text.startsWith("-")
          ? "Name a file or a folder, as /workspace/model."
          : undefined,
    });
    const copy = path === undefined ? undefined : podPath(path)?.name;
    if (path === undefined || copy === undefined) return;
    const folder = await ui.choosePath("folder", `Copy ${copy} into which folder?`, "Copy");
    if (folder === undefined) return;
    const copier = await (await app.clusters.open(context)).connection.copier();
    const place = `${folder.replace(/[\\/]+$/, "")}/${copy}`;
    const isTaken = await copier.isTaken(place);
    const lines = [
      `Folder: ${folder}`,
      ...whereLines(pod),
      "\nWhat is there now is replaced as a whole: it is lost.",
    ];
    if (isTaken && !(await ui.confirm(`Replace ${copy}?`, lines.join("\n"), "Replace"))) return;
    const received = await ui.progress(`Copying ${copy} from pod ${name}`, (progress, signal) =>
      copier.receive(containerPlace(pod, container), { path, folder }, copied(app, progress), signal),
    );
    if (!received) return;
    const { sums, complaint } = received;
    if (complaint !== undefined) {
      const detail = `The container says: ${complaint}\n\n${sumsText(sums)} have arrived.`;
      if (!(await ui.confirm(`Keep what could be read of ${copy}?`, detail, "Keep"))) {
        await received.discard();
        return;
      }
    }
    await received.keep(isTaken);
    const text = `Copied ${copy} from pod ${name} to ${place} (${sumsText(sums)}).`;
    await ui.say(sums.leftOutCount > 0 ? "warning" : "info", `${text}${leftOutText(sums)}`);
  },
});
