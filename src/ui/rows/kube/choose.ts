// Asks for an object where a command was started without one.
import type { App } from "../../../app/app.ts";
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import { Disposables } from "../../../base/disposables.ts";
import { Trouble } from "../../../base/trouble.ts";
import { kindNamed, kinds } from "../../../core/kube/kinds.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { Choice, Ui } from "../../ui.ts";
import type { ClusterNode } from "./node.ts";
import { joined } from "./row.ts";

/** What a command works on, captured when it was chosen: never looked up by "current" later. */
export interface ObjectTarget {
  context: string;
  kind: KindName;
  name: string;
  namespace: string | undefined;
  uid: string;
}

/** The object of a tree row, or one that the person picks; undefined when dismissed. */
export async function chooseObject(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
  only?: KindName,
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
  const context = await chooseContext(app, ui, title);
  if (context === undefined) return undefined;
  const kind = only ?? (await ui.pick(title, kindChoices(), "Kind"));
  if (kind === undefined) return undefined;
  return ui.pick(title, objectChoices(app, context, kind), kindNamed(kind)?.title ?? kind);
}

/** A context of the kubeconfig; the only one is not asked for. Open ones come first. */
export async function chooseContext(
  app: App,
  ui: Ui,
  title: string,
  accepts: (isOpen: boolean) => boolean = () => true,
): Promise<string | undefined> {
  const view = await app.clusters.contexts();
  if (view.contexts.length === 0) {
    throw new Trouble("not-found", view.trouble ?? "The kubeconfig has no context: add one first.");
  }
  const names = view.contexts
    .map(({ name }) => ({ name, isOpen: app.clusters.get(name) !== undefined }))
    .filter(({ isOpen }) => accepts(isOpen))
    .sort((one, other) => Number(other.isOpen) - Number(one.isOpen));
  if (names.length === 0)
    throw new Trouble("not-found", "No context is open: expand one in the view Clusters first.");
  const [first] = names;
  if (names.length === 1 && first) return first.name;
  return ui.pick(
    title,
    names.map(({ name, isOpen }) => ({
      label: name,
      description: joined([name === view.current ? "current" : undefined, isOpen ? "open" : undefined]),
      value: name,
    })),
    "Context",
  );
}

function kindChoices(): Choice<KindName>[] {
  return kinds.map((kind) => ({ label: kind.kind, icon: kind.icon, value: kind.kind }));
}

async function objectChoices(app: App, context: string, kind: KindName): Promise<Choice<ObjectTarget>[]> {
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
    return rows
      .map((row) => ({
        label: row.name,
        description: joined([row.namespace, row.status]),
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
  return new Trouble("not-found", `Context ${cluster.entry.name} has no ${kindNamed(kind)?.plural ?? kind}.`);
}

function targetOf(context: string, { kind, name, namespace, uid }: ObjectRow): ObjectTarget {
  return { context, kind, name, namespace, uid };
}

/** `Pod train in namespace ml of context dev`. */
export function targetText({ kind, name, namespace, context }: ObjectTarget): string {
  return `${kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`} of context ${context}`;
}
