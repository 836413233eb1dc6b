// Asks for the token of a Jupyter server that does not show its own; it is kept in the secret storage.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const enterJupyterToken = command({
  id: "slipway.enterJupyterToken",
  title: "Enter Jupyter Token…",
  icon: "key",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\blocked\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\b(running|pod)\\b/",
      group: "2_reach@4",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).enterJupyterToken(app, ui, target);
  },
});
