// Shows a view of ours as a VS Code tree: rows become items, changes fire only for the nodes they name.
import * as vscode from "vscode";
import type { App } from "../app/app.ts";
import type { Clock } from "../base/clock.ts";
import { OpenedRows } from "../ui/openedRows.ts";
import type { Row, Tree, View } from "../ui/view.ts";
import type { Present } from "./present.ts";

/** A row that was asked for is shown at the third try, or is not there. */
const MOST_TRIES = 3;

/** Shows what a target stands for in one of the views. */
export type Reveal = (view: string, target: unknown) => Promise<boolean>;

/** @param app built when the first view is seen. */
export function registerViews(
  views: readonly View[],
  app: () => Promise<App>,
  present: Present,
  clock: Clock,
): vscode.Disposable & { reveal: Reveal } {
  const registered = new Map(
    views.map((view) => [view.id as string, registerView(view, app, present, clock)]),
  );
  return Object.assign(vscode.Disposable.from(...registered.values()), {
    reveal: async (view: string, target: unknown) => (await registered.get(view)?.reveal(target)) ?? false,
  });
}

type Registered = vscode.Disposable & { reveal(target: unknown): Promise<boolean> };

function registerView(view: View, app: () => Promise<App>, present: Present, clock: Clock): Registered {
  const changed = new vscode.EventEmitter<object[] | undefined>();
  let tree: Tree<object> | undefined;
  let listener: { dispose(): void } | undefined;
  // The tree is made when VS Code first asks for its roots, which is when the view is first seen.
  let opening: Promise<Tree<object>> | undefined;
  let isDisposed = false;
  let isHidden = false;
  const make = async () => {
    const made = (await view.create(await app())) as Tree<object>;
    if (isDisposed) made.dispose();
    tree = made;
    listener = made.changed((nodes) => changed.fire(nodes));
    if (isHidden) made.setVisible?.(false);
    return made;
  };
  const open = () => (opening ??= make());
  const openedRows = new OpenedRows<object>(clock, (node) => {
    // It may be gone by now.
    void shown.reveal(node, { select: false, focus: false, expand: true }).then(undefined, () => {});
  });
  const children = async (node: object | undefined) => {
    try {
      return await (await open()).children(node);
    } catch (error) {
      void present(error);
      return [];
    }
  };
  const provider: vscode.TreeDataProvider<object> = {
    onDidChangeTreeData: changed.event as vscode.Event<never>,
    getChildren: (node) => openedRows.answer(node, () => children(node)),
    getParent: (node) => tree?.parent?.(node),
    // A node is known only from the tree that gave it.
    getTreeItem: (node) => (tree ? item(tree.row(node)) : new vscode.TreeItem("")),
  };
  const shown = vscode.window.createTreeView(view.id, { treeDataProvider: provider, showCollapseAll: true });
  const visibility = shown.onDidChangeVisibility(({ visible }) => {
    isHidden = !visible;
    if (isHidden) openedRows.forget();
    tree?.setVisible?.(visible);
  });
  const expanded = shown.onDidExpandElement(({ element }) => {
    tree?.setExpanded?.(element, true);
    openedRows.opened(element);
  });
  const collapsed = shown.onDidCollapseElement(({ element }) => {
    openedRows.closed(element);
    tree?.setExpanded?.(element, false);
  });
  const disposable = vscode.Disposable.from(shown, visibility, expanded, collapsed, changed, openedRows, {
    dispose() {
      isDisposed = true;
      listener?.dispose();
      tree?.dispose();
    },
  });
  return Object.assign(disposable, {
    async reveal(target: unknown) {
      // A view that is not shown does nothing; its tree may not even be made.
      await vscode.commands.executeCommand(`${view.id}.focus`);
      const node = await (await open()).find?.(target);
      if (node === undefined) return false;
      // What stands above it may be drawn closed at that time: then VS Code shows nothing, and says nothing.
      let tries = 0;
      do await shown.reveal(node, { select: true, focus: true, expand: true });
      while (!shown.selection.includes(node) && ++tries < MOST_TRIES);
      return true;
    },
  });
}

function item(row: Row): vscode.TreeItem {
  const result = new vscode.TreeItem(row.label, collapsible[row.collapsible]);
  result.id = row.id;
  if (row.description !== undefined) result.description = row.description;
  if (row.icon) {
    result.iconPath = new vscode.ThemeIcon(
      row.icon.id,
      row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined,
    );
  }
  result.tooltip = row.tooltip ?? "";
  if (row.words) result.contextValue = row.words.join(" ");
  if (row.accessibleLabel) result.accessibilityInformation = { label: row.accessibleLabel };
  if (row.command) result.command = { title: "", command: row.command.id, arguments: row.command.args };
  return result;
}

const collapsible = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};
