// Opens a terminal with the best shell that a running container has.
import { Trouble } from "../../base/trouble.ts";
import { command } from "../command.ts";
import { chooseContainer, isRunning } from "../rows/docker/choose.ts";

export const openContainerShell = command({
  id: "slipway.openContainerShell",
  title: "Open Shell in Container",
  icon: "terminal",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\brunning\\b/",
      group: "inline@3",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\brunning\\b/",
      group: "1_run@2",
    },
  ],
  async run(app, ui, target) {
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Open a shell in which container?",
      isRunning,
      "No container is running.",
    );
    if (!container) return;
    const { engine } = app.containers;
    const shell = await ui.progress(`Looking for a shell in ${container.name}`, async (_progress, signal) => {
      const found = await engine
        .execute(container.id, ["sh", "-c", "command -v bash || command -v sh"], signal)
        .catch((error: unknown) => {
          if (Trouble.is(error) && /executable file not found/.test(error.text)) return undefined;
          throw error;
        });
      const path = found?.exitCode === 0 ? found.output.trim().split("\n").at(-1) : undefined;
      if (path?.startsWith("/")) return path;
      throw new Trouble(
        "not-found",
        `${container.name} has no shell. Look at its logs, or build the image with one.`,
      );
    });
    if (shell === undefined) return;
    const { argv, env } = await engine.terminal(container.id, [shell]);
    ui.terminal(container.name, argv, env);
  },
});
