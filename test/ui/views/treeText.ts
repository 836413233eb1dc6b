// Prints a tree as a person sees it, two blanks for each level.
import type { Row, Tree } from "../../../src/ui/view.ts";

/** @param open whether a node's children are shown too: all, but for what a cluster has of every kind. */
export async function treeText<Node>(
  tree: Tree<Node>,
  open: (row: Row) => boolean = (row) => row.label !== "Resources",
): Promise<string> {
  const lines: string[] = [];
  const walk = async (node: Node | undefined, depth: number): Promise<void> => {
    for (const child of await tree.children(node)) {
      const at = lines.push("") - 1;
      const before = tree.row(child);
      if (before.collapsible !== "none" && open(before)) await walk(child, depth + 1);
      // What its children brought may stand in the row of a node; a window would show that by `changed`.
      const row = tree.row(child);
      const description = row.description === undefined ? "" : ` | ${row.description}`;
      lines[at] = `${"  ".repeat(depth)}${row.label}${description}`;
    }
  };
  await walk(undefined, 0);
  return lines.join("\n");
}
