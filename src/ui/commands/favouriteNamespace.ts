// Makes a namespace a favourite: it stands first in its context, in every window.
import { command } from "../command.ts";
import { chooseFavourites } from "../rows/kube/favourites.ts";

export const favouriteNamespace = command({
  id: "slipway.favouriteNamespace",
  title: "Add Namespace to Favourites",
  icon: "star-empty",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bplainNamespace\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bplainNamespace\\b/",
      group: "2_show@1",
    },
  ],
  run: (app, ui, target) => chooseFavourites(app, ui, target, true),
});
