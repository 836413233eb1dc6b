// What a tree view is: data for the manifest, children and rows.
import type { App } from "../app/app.ts";
import type { Event } from "../base/event.ts";
import type { Disposable } from "../base/disposables.ts";

/** One line of a tree, ready to be shown. */
export interface Row {
  /** Stable over time and unique in the view: context/uid. */
  id: string;
  label: string;
  description?: string;
  /** Codicon and, if it says something, a theme colour id. */
  icon?: { id: string; color?: string };
  collapsible: "none" | "collapsed" | "expanded";
  /** Words that menus ask for with `viewItem =~ /\bword\b/`. */
  words?: string[];
  /** Markdown is not rendered; plain lines. */
  tooltip?: string;
  /** Spoken instead of label and description. */
  accessibleLabel?: string;
  /** Command run by Enter or a click. */
  command?: { id: string; args: unknown[] };
}

export interface Tree<Node> extends Disposable {
  /** Children of `node`, or the roots. May start work; the view is visible whenever it is called. */
  children(node: Node | undefined): Node[] | Promise<Node[]>;
  row(node: Node): Row;
  /** Nodes whose row or children changed; undefined for the whole tree. */
  changed: Event<Node[] | undefined>;
  /** Under what a node stands; only trees that can find nodes have it. */
  parent?(node: Node): Node | undefined;
  /** The node of what a command has found, and all above it; undefined where there is none. */
  find?(target: unknown): Promise<Node | undefined>;
  /** Called when the view is shown and hidden, so that work is done only for what is visible. */
  setVisible?(visible: boolean): void;
  /** Called when the person opens and closes a node, for the same reason. */
  setExpanded?(node: Node, expanded: boolean): void;
}

/** Text and buttons of an empty view (`viewsWelcome`). */
export interface Welcome {
  /** Markdown as VS Code reads it there; `[Text](command:slipway.x)` on its own line is a button. */
  contents: string;
  when?: string;
}

export interface View<Node = unknown> {
  id: `slipway.${string}`;
  name: string;
  /** A codicon, shown when the view is moved. */
  icon: string;
  order: number;
  when?: string;
  /** Only its title is shown until the person opens it: the room belongs to the views above. */
  isCollapsed?: boolean;
  welcome: Welcome[];
  /** Called when the view is first seen; its code may be loaded only then. */
  create(app: App): Tree<Node> | Promise<Tree<Node>>;
}

/** Keeps the type of the nodes while the registry holds `View<unknown>`. */
export function view<Node>(definition: View<Node>): View {
  return definition as View;
}
