// View Dev Environments: devcontainers and Jupyter servers, with their state.
import { view } from "../view.ts";

/** More than activation should load. */
const rows = () => import("../rows/environments/tree.ts");

export const environments = view({
  id: "slipway.environments",
  name: "Dev Environments",
  icon: "notebook",
  order: 10,
  when: "isWorkspaceTrusted",
  isCollapsed: true,
  welcome: [
    {
      contents:
        "No dev container and no Jupyter server was found. A dev container for notebooks uses a GPU where there is one, and starts where there is none.\n[New Jupyter Dev Container…](command:slipway.newJupyterDevContainer)",
    },
  ],
  create: async (app) => new (await rows()).EnvironmentTree(app, await app.environments()),
});
