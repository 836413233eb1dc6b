// Starts the sandbox cluster and shows it: a first look with nothing installed.
import { command } from "../command.ts";

export const startSandbox = command({
  id: "slipway.startSandbox",
  title: "Try a Sandbox Cluster",
  icon: "beaker",
  async run(app, ui) {
    await ui.progress("Starting the sandbox cluster", () => app.sandbox.start());
    await app.clusters.refresh();
  },
});
