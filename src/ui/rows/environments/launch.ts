// Launching a dev container as a person sees it: what runs on their machine is shown first, then progress and
// log, and at the end where Jupyter is.
import type { App } from "../../../app/app.ts";
import type { LaunchSpec } from "../../../app/jobs/launch/launches.ts";
import type { JupyterAddress } from "../../../app/stores/environments/ports.ts";
import { coalesce } from "../../../base/coalesce.ts";
import { devcontainerId } from "../../../core/devcontainer/names.ts";
import type { Ui } from "../../ui.ts";

const [open, copy, notebook] = ["Open in Browser", "Copy URL", "Use in Notebook"] as const;

export async function launch(app: App, ui: Ui, label: string, spec: LaunchSpec): Promise<void> {
  if (!(await isAgreed(app, ui, spec.configFile))) return;
  const id = devcontainerId(spec.folder, spec.configFile);
  const environments = await app.environments();
  const result = await ui.progress(`Launching ${label}`, async (progress, signal) => {
    const output = await ui.stream(`Slipway Dev Container: ${label}`, "output");
    let waiting = "";
    const writing = coalesce(app.clock, 50, () => {
      output.append(waiting);
      waiting = "";
    });
    const log = (text: string) => {
      waiting += text;
      writing.trigger();
    };
    try {
      return await environments.during(id, (say) => {
        const step = (text: string) => {
          progress.report(text);
          say(text);
        };
        return app.launches.launch(spec, { step, log }, signal);
      });
    } catch (error) {
      log(
        signal.aborted ? "\nCancelled.\n" : `\n${error instanceof Error ? error.message : String(error)}\n`,
      );
      throw error;
    } finally {
      writing.flush();
    }
  });
  if (!result) return;
  app.usedEnvironments.add({ id, label });
  const { state, address } = result.jupyter;
  const kernels = state.kernels.map((kernel) => kernel.displayName).join(", ");
  const text = `${label} is ready: Jupyter at ${state.url}, kernels: ${kernels || "none"}. ${result.gpu.text}`;
  if (app.kernels.isAvailable()) await app.kernels.offer();
  const actions = [...(app.kernels.isAvailable() ? [notebook] : []), open, copy];
  const chosen = await ui.say("info", text, ...actions);
  if (chosen === open) await openJupyterAt(ui, address);
  if (chosen === copy) await copyJupyterUrl(ui, address);
  if (chosen === notebook) await useInNotebook(ui, label);
}

/** What runs on this machine, outside of any container, is asked for each time that it changed. */
async function isAgreed(app: App, ui: Ui, configFile: string): Promise<boolean> {
  const command = await app.launches.toAllow(configFile);
  if (command === undefined) return true;
  const agreed = await ui.confirm(
    "This dev container runs a command on your machine, outside of any container.",
    `initializeCommand in ${configFile}:\n\n${command}`,
    "Run and Launch",
  );
  if (agreed) await app.launches.allow(configFile, command);
  return agreed;
}

/** With the token, which goes nowhere but into the browser. */
export async function openJupyterAt(ui: Ui, address: JupyterAddress): Promise<void> {
  await ui.openUrl(withToken(address));
}

/** With the token, which goes nowhere but onto the clipboard. */
export async function copyJupyterUrl(ui: Ui, address: JupyterAddress): Promise<void> {
  await ui.copy(withToken(address));
  void ui.say(
    "info",
    "The URL is on the clipboard, with its token: whoever has it can run code in the container.",
  );
}

export async function useInNotebook(ui: Ui, label: string): Promise<void> {
  await ui.say(
    "info",
    `Choose the kernel of ${label} in a notebook: Select Kernel, Select Another Kernel, Slipway.`,
  );
}

function withToken({ url, token }: JupyterAddress): string {
  return token === "" ? url : `${url}?token=${encodeURIComponent(token)}`;
}
