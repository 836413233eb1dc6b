// Logs: of one container, or of all pods of something.
import type { App } from "../../../app/app.ts";
import { followPods, type PodsWish } from "../../../app/jobs/podLogs.ts";
import { Trouble } from "../../../base/trouble.ts";
import { podQuery } from "../../../core/kube/forwardPods.ts";
import { containersOf } from "../../../core/kube/podContainers.ts";
import type { Ui } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";
import { chooseContainer } from "./containers.ts";
import { showLog } from "./logView.ts";
import { readTarget } from "./patch.ts";

const ALL = Symbol("all");

/** Asks for the container when there are several, and follows its log until the person closes it. */
export async function followLogs(app: App, ui: Ui, target: ObjectTarget, previous: boolean): Promise<void> {
  const pod = await readTarget(app, ui, target);
  if (!pod) return;
  const all = { label: "All of them", description: "merged", value: ALL };
  const title = "Log of which container?";
  const container = await chooseContainer(ui, title, containersOf(pod), previous ? [] : [all]);
  if (container === undefined) return;
  if (typeof container === "symbol") {
    await followAll(app, ui, target, { fieldSelector: `metadata.name=${target.name}` });
    return;
  }
  const { connection } = await app.clusters.open(target.context);
  const place = { namespace: target.namespace ?? "default", pod: target.name, container, previous };
  await showLog(app, ui, {
    name: `${target.name} · ${container}${previous ? " (before)" : ""}`,
    isMerged: false,
    follow: (start, view, signal) => connection.followLogs(place, start, view.source(""), signal),
  });
}

/** Follows the logs of all pods of a workload, a Service or a namespace. */
export async function followPodsOf(app: App, ui: Ui, target: ObjectTarget): Promise<void> {
  if (target.kind === "Namespace") {
    await followAll(app, ui, { ...target, namespace: target.name }, undefined);
    return;
  }
  const object = await readTarget(app, ui, target);
  if (!object) return;
  const query = podQuery({ ...object, kind: target.kind }, undefined);
  if ("problem" in query)
    throw new Trouble(
      "not-found",
      `${target.kind} ${target.name} has no selector that says which pods are its own.`,
    );
  await followAll(app, ui, target, { ...query });
}

async function followAll(app: App, ui: Ui, target: ObjectTarget, query: PodsWish["query"]): Promise<void> {
  const { connection } = await app.clusters.open(target.context);
  const namespace = target.namespace ?? "default";
  await showLog(app, ui, {
    name: `${target.name} · all pods`,
    isMerged: true,
    follow: (start, view, signal) =>
      followPods(
        connection,
        { namespace, query, start },
        {
          source: (pod, container, only) => view.source(only ? pod : `${pod} ${container}`),
          note: (text) => view.note(text),
        },
        signal,
      ),
  });
}
