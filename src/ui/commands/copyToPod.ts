// Copies a file or folder of this machine into a container of a pod.
import { command } from "../command.ts";
import { lastPart } from "../../base/words.ts";
import { joinPath } from "../../core/kube/copy/commands.ts";
import { confirmChange, confirmWhereProtected, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { runningContainer } from "../rows/kube/containers.ts";
import { containerPlace, copied, leftOutText, sumsText } from "../rows/kube/copying.ts";

export const copyToPod = command({
  id: "slipway.copyToPod",
  title: "Copy File or Folder to Pod…",
  icon: "cloud-upload",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bexecutable\\b/",
      group: "2_reach@4",
    },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Copy to which pod?", "Pod", {
      changes: true,
      hand: "executable",
    });
    if (!pod) return;
    const { context, name } = pod;
    mayChange(app, context);
    const container = await runningContainer(app, ui, pod, `Copy to which container of ${name}?`);
    if (container === undefined) return;
    const what = await ui.pick<"file" | "folder">(`Copy what to ${name}?`, [
      { label: "File…", icon: "file", value: "file" },
      { label: "Folder…", icon: "folder", value: "folder" },
    ]);
    if (what === undefined) return;
    const path = await ui.choosePath(what, `Copy which ${what} to ${name}?`, "Copy");
    if (path === undefined) return;
    const copy = lastPart(path);
    const folder = await ui.input({
      title: `Copy ${copy} into which folder of container ${container}?`,
      prompt: "A folder that is there, as /workspace.",
      value: "/tmp",
      check: (text) => (text.startsWith("/") ? undefined : "Type a path that begins with /."),
    });
    if (folder === undefined) return;
    const place = containerPlace(pod, container);
    const found = await ui.progress(`Looking into ${folder} of ${name}`, async (_progress, signal) => {
      const copier = await (await app.clusters.open(context)).connection.copier();
      return { copier, there: await copier.look(place, { folder, name: copy }, signal) };
    });
    if (!found) return;
    const { copier, there } = found;
    const destination = joinPath(folder, copy);
    const isTaken = there.taken !== undefined;
    const lost = {
      folder: "\nThe folder that is there is replaced as a whole: what is only in it is lost.",
      file: "\nThe file that is there is lost.",
    };
    const change = {
      context,
      question: isTaken ? `Replace ${destination} in pod ${name}?` : `Copy ${copy} to pod ${name}?`,
      detail: [
        ...whereLines(pod),
        `Container: ${container}`,
        `Folder: ${folder}`,
        ...(there.taken === undefined ? [] : [lost[there.taken]]),
      ].join("\n"),
      action: isTaken ? "Replace" : "Copy",
      name,
    };
    const sure = await (isTaken ? confirmChange : confirmWhereProtected)(app, ui, change);
    if (!sure) return;
    const wish = { path, folder, name: copy, replace: isTaken, hasTar: there.hasTar };
    const sums = await ui.progress(`Copying ${copy} to pod ${name}`, (progress, signal) =>
      copier.send(place, wish, copied(app, progress), signal),
    );
    if (!sums) return;
    const text = `Copied ${copy} to ${destination} in container ${container} of pod ${name} (${sumsText(sums)}).`;
    await ui.say(sums.leftOutCount > 0 ? "warning" : "info", `${text}${leftOutText(sums)}`);
  },
});
