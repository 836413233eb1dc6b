// Which contexts and namespaces stand open, over reloads of the window too.
import type { ClusterLooks, Expanded } from "../../../app/stores/clusterLooks.ts";
import type { ClusterNode } from "./node.ts";

const nothing: Expanded = { isOpen: false, namespaces: new Set() };

export class Expansion {
  readonly #looks: ClusterLooks;
  /** As an earlier window left it, less what was closed since; the rest is the view's own affair. */
  readonly #restored = new Map<string, Expanded>();

  constructor(looks: ClusterLooks) {
    this.#looks = looks;
  }

  /** It is to be open as soon as it is shown. */
  isRestored(node: ClusterNode): boolean {
    if (node.type === "context") return this.#of(node.context).isOpen;
    return node.type === "namespace" && this.#of(node.context).namespaces.has(node.name);
  }

  /** What the person opens and closes is kept for the next window. */
  set(node: ClusterNode, isOpen: boolean): void {
    if (node.type !== "context" && node.type !== "namespace") return;
    const { context } = node;
    const restored = this.#of(context);
    this.#looks.setExpanded(context, after(this.#looks.expanded(context), node, isOpen));
    // Shown anew, as after a filter, it stays as the person left it.
    if (!isOpen) this.#restored.set(context, after(restored, node, false));
  }

  /** The person is done with the context. */
  forget(context: string): void {
    this.#restored.set(context, nothing);
    this.#looks.setExpanded(context, nothing);
  }

  #of(context: string): Expanded {
    let restored = this.#restored.get(context);
    if (!restored) this.#restored.set(context, (restored = this.#looks.expanded(context)));
    return restored;
  }
}

function after(
  { isOpen, namespaces }: Expanded,
  node: ClusterNode & { type: "context" | "namespace" },
  opens: boolean,
): Expanded {
  if (node.type === "context") return { isOpen: opens, namespaces };
  const others = Array.from(namespaces).filter((name) => name !== node.name);
  return { isOpen, namespaces: new Set(opens ? [...others, node.name] : others) };
}
