// View Images & Containers: what the Docker engine has, live.
import { view } from "../view.ts";

/** More than activation should load. */
const rows = () => import("../rows/docker/tree.ts");

export const images = view({
  id: "slipway.images",
  name: "Images & Containers",
  icon: "package",
  order: 20,
  welcome: [],
  create: async (app) => new (await rows()).DockerTree(app),
});
