// Reading one object: its description with events, its YAML, its log.
import type { App } from "../../../app/app.ts";
import type { ObjectPlace } from "../../../app/stores/cluster/port.ts";
import { coalesce } from "../../../base/coalesce.ts";
import type { Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { acceleratorHolders, groupRows } from "../../../core/kube/grouping.ts";
import { describeObject } from "../../../core/kube/describe/describe.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import { type KubeObject, list, text } from "../../../core/kube/object.ts";
import type { PodRow } from "../../../core/kube/row.ts";
import type { Ui } from "../../ui.ts";
import { type ObjectTarget, targetText } from "./choose.ts";

/** Lines of a log that are fetched at first. */
const TAIL_LINES = 1000;
/** Lines that arrive together are shown together. */
const LOG_PAUSE_MS = 40;

export async function describe(app: App, target: ObjectTarget, signal: Signal): Promise<string> {
  const { connection } = await app.clusters.open(target.context);
  const [object, events] = await Promise.all([
    connection.get(placeOf(target), signal),
    connection.events(target.namespace, target.uid, signal).catch((error: unknown) => {
      if (Trouble.is(error, "denied")) return undefined;
      throw error;
    }),
  ]);
  return describeObject({
    kind: target.kind,
    object,
    events,
    nowMs: app.clock.now(),
    holders: await holdersOn(app, target),
  });
}

export async function yaml(app: App, target: ObjectTarget, signal: Signal): Promise<string> {
  const { connection } = await app.clusters.open(target.context);
  // Entered only now: the YAML package is too large for activation.
  const { yamlText } = await import("../../../core/kube/yamlText.ts");
  return yamlText(await connection.get(placeOf(target), signal));
}

/** Asks for the container when there are several, and follows its log until the person closes it. */
export async function followLogs(app: App, ui: Ui, target: ObjectTarget, previous: boolean): Promise<void> {
  const { connection } = await app.clusters.open(target.context);
  const pod = await ui.progress(`Reading ${targetText(target)}`, (_progress, signal) =>
    connection.get(placeOf(target), signal),
  );
  if (!pod) return;
  const container = await chooseContainer(ui, pod);
  if (container === undefined) return;
  const stream = await ui.stream(`${target.name} · ${container}${previous ? " (before)" : ""}`, "terminal");
  let waiting: string[] = [];
  const show = coalesce(app.clock, LOG_PAUSE_MS, () => {
    if (waiting.length > 0) stream.append(`${waiting.join("\n")}\n`);
    waiting = [];
  });
  const sink = {
    line(line: string) {
      waiting.push(line);
      if (waiting.length > TAIL_LINES) show.flush();
      show.trigger();
    },
    note(note: string) {
      show.flush();
      stream.note(note);
    },
  };
  const place = { namespace: target.namespace ?? "default", pod: target.name, container, previous };
  try {
    await connection.followLogs(place, TAIL_LINES, sink, stream.closed);
  } catch (error) {
    if (!Trouble.is(error)) throw error;
    sink.note(error.text);
  }
  show.flush();
}

export function placeOf({ kind, name, namespace }: ObjectTarget): ObjectPlace {
  const known = kindNamed(kind);
  if (!known) throw new Trouble("bad-input", `${kind} is no kind that Slipway shows.`);
  return { kind: known, name, namespace };
}

async function chooseContainer(ui: Ui, pod: KubeObject): Promise<string | undefined> {
  const names = ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
    list(pod, "spec", key).map((container) => ({
      name: text(container, "name") ?? "",
      image: text(container, "image") ?? "",
      isInit: key === "initContainers",
    })),
  );
  const [first] = names;
  if (names.length === 1 && first) return first.name;
  return ui.pick(
    "Log of which container?",
    names.map(({ name, image, isInit }) => ({
      label: name,
      description: isInit ? `${image} (before the others)` : image,
      value: name,
    })),
  );
}

/** Pods on a node that hold accelerators, as far as pods may be listed. */
async function holdersOn(app: App, target: ObjectTarget): Promise<readonly PodRow[]> {
  if (target.kind !== "Node") return [];
  const cluster = await app.clusters.open(target.context);
  const reading = [cluster.read("Node"), cluster.read("Pod")];
  await Promise.all([cluster.settled("Node"), cluster.settled("Pod")]);
  const node = cluster.row("Node", target.uid);
  const held = node?.kind === "Node" ? acceleratorHolders(groupRows([], cluster.rows("Pod")), node).pods : [];
  for (const one of reading) one.dispose();
  return held;
}
