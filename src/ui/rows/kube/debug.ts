// A debug container: which image, beside which container, and a terminal in it once it runs.
import type { App } from "../../../app/app.ts";
import { followObject } from "../../../app/jobs/followObject.ts";
import { Trouble } from "../../../base/trouble.ts";
import { debugContainer, type DebugState, debugState } from "../../../core/kube/debugContainer.ts";
import { text } from "../../../core/kube/object.ts";
import type { Ui } from "../../ui.ts";
import { confirmChange, whereLines } from "./change.ts";
import { type ObjectTarget, targetText } from "./choose.ts";
import { containersOf } from "../../../core/kube/podContainers.ts";
import { chooseContainer } from "./containers.ts";
import { readTarget } from "./patch.ts";
import { placeOf } from "./read.ts";
import { openTerminal } from "./shell.ts";

const IMAGES: readonly [image: string, about: string][] = [
  ["busybox:1.37", "small: a shell and the usual tools"],
  ["nicolaka/netshoot:v0.13", "network tools: curl, dig, tcpdump, iperf"],
  ["ubuntu:24.04", "apt for whatever is missing"],
  ["python:3.12-slim", "Python"],
];
const OTHER = "Another image…";

/** @param target the container whose processes are to be seen; asked for when it is not given. */
export async function debugPod(app: App, ui: Ui, pod: ObjectTarget, target?: string): Promise<void> {
  const { context, name } = pod;
  const object = await readTarget(app, ui, pod);
  if (!object) return;
  if (text(object, "metadata", "uid") !== pod.uid)
    throw new Trouble("conflict", `${targetText(pod)} was made anew: look at it again first.`);
  const mains = containersOf(object).filter(({ role }) => role === "main");
  const beside = target ?? (await chooseContainer(ui, `Debug which container of ${name}?`, mains));
  if (beside === undefined) return;
  const image = await chooseImage(ui, name);
  if (image === undefined) return;
  const { name: container, patch } = debugContainer(object, { image, target: beside });
  const sure = await confirmChange(app, ui, {
    context,
    question: `Add a debug container to pod ${name}?`,
    detail: [
      ...whereLines(pod),
      `Image: ${image}`,
      "",
      "It can't be taken out again: it stays in the pod, ended, until the pod ends.",
    ].join("\n"),
    action: "Add",
    name,
  });
  if (!sure) return;
  const state = await ui.progress(`Debug container for pod ${name}`, async (progress, signal) => {
    const cluster = await app.clusters.open(context);
    const { connection } = cluster;
    const place = await placeOf(cluster, pod);
    await connection.patch(
      "add a debug container to",
      place,
      { type: "strategic", body: patch, subresource: "ephemeralcontainers" },
      signal,
    );
    const see = (now: Readonly<Record<string, unknown>>): DebugState | undefined => {
      const is = debugState(now, container);
      if (is.state !== "waiting") return is;
      progress.report(is.why);
      return undefined;
    };
    return followObject(connection, { place, uid: pod.uid }, see, signal);
  });
  if (!state) return;
  if (state.state !== "running") {
    const why = "why" in state ? state.why : "";
    throw new Trouble("failed", `The debug container ${container} of pod ${name} does not run: ${why}`);
  }
  await openTerminal(app, ui, pod, { container, command: undefined });
}

async function chooseImage(ui: Ui, pod: string): Promise<string | undefined> {
  const title = `Which image for the debug container of ${pod}?`;
  const picked = await ui.pick(title, [
    ...IMAGES.map(([image, about]) => ({ label: image, description: about, value: image })),
    { label: OTHER, value: OTHER },
  ]);
  if (picked !== OTHER) return picked;
  const typed = await ui.input({
    title,
    prompt: "An image with a shell. The node has to be able to pull it.",
    check: (text) => (/^\S+$/.test(text.trim()) ? undefined : "Type the name of an image."),
  });
  return typed?.trim();
}
