// View Endpoints: ports of pods that were forwarded to this machine.
import { view } from "../view.ts";

/** More than activation should load. */
const rows = () => import("../rows/endpoints/tree.ts");

export const endpoints = view({
  id: "slipway.endpoints",
  name: "Endpoints",
  icon: "plug",
  order: 30,
  isCollapsed: true,
  welcome: [
    {
      contents:
        "No ports are forwarded. Reach a model server or a notebook in a cluster from this machine.\n\n[Forward Port…](command:slipway.forwardPort)",
    },
  ],
  create: async (app) => new (await rows()).EndpointTree(app),
});
