// Asks for an object where a command was started without one.
import type { App } from "../../../app/app.ts";
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import { Disposables } from "../../../base/disposables.ts";
import { Trouble } from "../../../base/trouble.ts";
import { readOnlyTrouble } from "../../../core/kube/contextGuard.ts";
import type { Hand } from "../../../core/kube/access.ts";
import { type Kind, kindWord } from "../../../core/kube/kind.ts";
import { kindNamed, kinds, workloadKinds } from "../../../core/kube/kinds.ts";
import { text } from "../../../core/kube/object.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import { columnsText } from "../../../core/kube/tableKind.ts";
import type { Choice, Ui } from "../../ui.ts";
import { withRights } from "./access.ts";
import type { ClusterNode } from "./node.ts";
import { guardWord, joined } from "./row.ts";

/** What a command works on, captured when it was chosen: never looked up by "current" later. */
export interface ObjectTarget {
  context: string;
  kind: KindName;
  name: string;
  namespace: string | undefined;
  uid: string;
}

/** An object as a manifest names it. */
export interface WrittenObject {
  readonly type: "written";
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Kinds whose objects have pods, or are pods. */
export const podKinds: readonly KindName[] = ["Pod", "Service", ...workloadKinds.map((kind) => kind.kind)];

/** The object of a tree row, or one that the person picks; undefined when dismissed. */
export async function chooseObject(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
  only?: KindName | readonly KindName[],
  wish: ContextWish = {},
): Promise<ObjectTarget | undefined> {
  const node = target as ClusterNode | undefined;
  if (node?.type === "object") {
    const { context, kind, name, namespace, uid } = node;
    return { context, kind, name, namespace, uid };
  }
  if (node?.type === "namespace") {
    const row = app.clusters
      .get(node.context)
      ?.rows("Namespace")
      .find((one) => one.name === node.name);
    if (row) return targetOf(node.context, row);
  }
  const written = target as WrittenObject | undefined;
  if (written?.type === "written") return chooseWritten(app, ui, written, title);
  const context = await chooseContext(app, ui, title, wish);
  if (context === undefined) return undefined;
  const offered = typeof only === "string" ? [only] : only;
  const [first, second] = offered ?? [];
  const choices = offered
    ? choicesOf(kinds.filter((kind) => offered.includes(kind.kind)))
    : kindChoices(app, context);
  const kind = first !== undefined && second === undefined ? first : await ui.pick(title, choices, "Kind");
  if (kind === undefined) return undefined;
  return ui.pick(title, objectChoices(app, context, kind, wish.hand), kindWord(kind));
}

export interface ContextWish {
  /** Only contexts that are open. */
  open?: boolean;
  /** Only contexts in which something may be changed. */
  changes?: boolean;
  /** Only objects with which that may be done. */
  hand?: Hand;
}

/** The object of that name in the context that is open, or that the person picks. */
async function chooseWritten(
  app: App,
  ui: Ui,
  { kind, name, namespace }: WrittenObject,
  title: string,
): Promise<ObjectTarget | undefined> {
  const context = await chooseOpen(app, ui, title);
  const known = kindNamed(kind);
  if (context === undefined || !known) return undefined;
  const cluster = await app.clusters.open(context);
  const place = namespace ?? cluster.entry.namespace ?? "default";
  const found = await ui.progress(`Looking for ${kind} ${name}`, (_, signal) =>
    cluster.connection.get({ kind: known, namespace: place, name }, signal).catch((error: unknown) => {
      if (!Trouble.is(error, "not-found")) throw error;
      const text = `Context ${context} has no ${kind} ${name} in namespace ${place}: apply the manifest first.`;
      throw new Trouble("not-found", text);
    }),
  );
  if (!found) return undefined;
  return { context, kind: known.kind, name, namespace: place, uid: text(found, "metadata", "uid") ?? "" };
}

/** The only context that is open, else one that the person picks. */
export async function chooseOpen(app: App, ui: Ui, title: string): Promise<string | undefined> {
  const [open, ...others] = app.clusters.opened;
  return open && others.length === 0 ? open.entry.name : chooseContext(app, ui, title);
}

/** A context of the kubeconfig; the only one is not asked for. Open ones come first. */
export async function chooseContext(
  app: App,
  ui: Ui,
  title: string,
  wish: ContextWish = {},
): Promise<string | undefined> {
  const view = await app.clusters.contexts();
  if (view.contexts.length === 0) {
    throw new Trouble("not-found", view.trouble ?? "The kubeconfig has no context: add one first.");
  }
  const names = view.contexts
    .map(({ name }) => ({
      name,
      isOpen: app.clusters.get(name) !== undefined,
      guard: app.clusters.guard(name),
    }))
    .filter(({ isOpen, guard }) => (!wish.open || isOpen) && (!wish.changes || guard !== "readOnly"))
    .sort((one, other) => Number(other.isOpen) - Number(one.isOpen));
  if (names.length === 0) throw wish.open ? noneOpen() : readOnlyTrouble(view.contexts[0]?.name ?? "");
  const [first] = names;
  if (names.length === 1 && first) return first.name;
  return ui.pick(
    title,
    names.map(({ name, isOpen, guard }) => ({
      label: name,
      description: joined([
        name === view.current ? "current" : undefined,
        isOpen ? "open" : undefined,
        guardWord(guard),
      ]),
      value: name,
    })),
    "Context",
  );
}

function noneOpen(): Trouble {
  return new Trouble("not-found", "No context is open: expand one in the view Clusters first.");
}

/** Ours first, then all others that the cluster serves. */
async function kindChoices(app: App, context: string): Promise<Choice<KindName>[]> {
  const cluster = await app.clusters.open(context);
  const served = await cluster.discover().catch((error: unknown) => {
    // A cluster that does not say what it serves still has what every cluster has.
    if (Trouble.is(error)) return undefined;
    throw error;
  });
  const others = served?.kinds.map(({ kind }) => kind).filter((kind) => !kinds.includes(kind)) ?? [];
  return choicesOf([...kinds, ...others]);
}

function choicesOf(offered: readonly Kind[]): Choice<KindName>[] {
  return offered.map((kind) => ({
    label: kindWord(kind.kind),
    ...(kind.group === "" ? {} : { description: kind.group }),
    icon: kind.icon,
    value: kind.kind,
  }));
}

async function objectChoices(
  app: App,
  context: string,
  kind: KindName,
  hand: Hand | undefined,
): Promise<Choice<ObjectTarget>[]> {
  const cluster = await app.clusters.open(context);
  const reading = new Disposables();
  try {
    reading.add(cluster.read(kind));
    await cluster.settled(kind);
    if (cluster.condition(kind).state === "blocked") {
      // Not for the whole cluster: then for the namespaces that are known.
      await Promise.all(
        app.clusters.fallbackNamespaces(cluster).map(async (namespace) => {
          reading.add(cluster.read(kind, namespace));
          await cluster.settled(kind, namespace);
        }),
      );
    }
    const rows: ObjectRow[] = cluster.rows(kind);
    if (rows.length === 0) throw nothingThere(cluster, kind);
    const offered = hand === undefined ? rows : await withRights(cluster, rows, hand);
    return offered
      .map((row) => ({
        label: row.name,
        description: joined([row.namespace, row.status, ...("columns" in row ? columnsText(row) : [])]),
        value: targetOf(context, row),
      }))
      .sort((one, other) => (one.description + one.label < other.description + other.label ? -1 : 1));
  } finally {
    reading.dispose();
  }
}

function nothingThere(cluster: Cluster, kind: KindName): Trouble {
  const condition = cluster.condition(kind);
  if ("trouble" in condition) return condition.trouble;
  return new Trouble(
    "not-found",
    `Context ${cluster.entry.name} has no ${cluster.kind(kind)?.plural ?? kind}.`,
  );
}

export function targetOf(context: string, { kind, name, namespace, uid }: ObjectRow): ObjectTarget {
  return { context, kind, name, namespace, uid };
}

/** `Pod train in namespace ml of context dev`. */
export function targetText({ kind, name, namespace, context }: ObjectTarget): string {
  return `${kindWord(kind)} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`} of context ${context}`;
}
