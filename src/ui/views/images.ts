// View Images & Containers: what the Docker engine has, live.
import { DockerTree } from "../rows/docker/tree.ts";
import { view } from "../view.ts";

export const images = view({
  id: "slipway.images",
  name: "Images & Containers",
  icon: "package",
  order: 20,
  welcome: [],
  create: (app) => new DockerTree(app),
});
