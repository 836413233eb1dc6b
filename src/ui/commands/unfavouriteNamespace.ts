// Makes a namespace one like the others again.
import { command } from "../command.ts";
import { chooseFavourites } from "../rows/kube/favourites.ts";

export const unfavouriteNamespace = command({
  id: "slipway.unfavouriteNamespace",
  title: "Remove Namespace from Favourites",
  icon: "star-full",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bfavouriteNamespace\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bfavouriteNamespace\\b/",
      group: "2_show@1",
    },
  ],
  run: (app, ui, target) => chooseFavourites(app, ui, target, false),
});
