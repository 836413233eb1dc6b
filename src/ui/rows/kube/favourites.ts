// Favourite namespaces: the one that was clicked, or those that the person picks.
import type { App } from "../../../app/app.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Ui } from "../../ui.ts";
import { chooseContext } from "./choose.ts";
import { knownNamespaces, namespaceChoices } from "./namespaces.ts";
import type { ClusterNode } from "./node.ts";

/** @param are whether they are to be favourites from now on. */
export async function chooseFavourites(app: App, ui: Ui, target: unknown, are: boolean): Promise<void> {
  const node = target as ClusterNode | undefined;
  if (node?.type === "namespace") return app.looks.setFavourites(node.context, [node.name], are);
  const context =
    node?.context ?? (await chooseContext(app, ui, `${are ? "Add" : "Remove"} favourites of which context?`));
  if (context === undefined) return;
  const look = app.looks.of(context);
  // What is a favourite is known without its cluster.
  const known = are ? (await knownNamespaces(app, ui, context))?.names : look.favourites;
  if (!known) return;
  const names = known.filter((name) => look.favourites.includes(name) !== are);
  if (names.length === 0) {
    throw new Trouble(
      "not-found",
      are
        ? `All namespaces of context ${context} that can be seen are favourites already.`
        : `Context ${context} has no favourite namespaces: the star on a namespace's row makes it one.`,
    );
  }
  const title = `${are ? "Add" : "Remove"} which favourites of ${context}?`;
  const chosen = await ui.pickMany(
    title,
    namespaceChoices(names, look, () => false),
    "Namespaces",
  );
  if (chosen && chosen.length > 0) app.looks.setFavourites(context, chosen, are);
}
