// Launching a dev container as a person sees it: what runs on their machine is shown first, then progress and
// log, and at the end where Jupyter is.
import type { App } from "../../../app/app.ts";
import type { Launched, LaunchSpec, LaunchWatcher } from "../../../app/jobs/launch/launches.ts";
import type { ReadyJupyter } from "../../../app/jobs/launch/jupyterServers.ts";
import type { JupyterAddress } from "../../../app/stores/environments/ports.ts";
import type { Signal } from "../../../base/signal.ts";
import { coalesce } from "../../../base/coalesce.ts";
import { devcontainerId } from "../../../core/devcontainer/names.ts";
import type { Ui } from "../../ui.ts";
import { checkText } from "../docker/run.ts";

const [open, copy, notebook] = ["Open in Browser", "Copy URL", "Use in Notebook"] as const;

export async function launch(app: App, ui: Ui, label: string, spec: LaunchSpec): Promise<void> {
  const id = devcontainerId(spec.folder, spec.configFile);
  const environments = await app.environments();
  if (environments.isBusy(id)) {
    await ui.say("info", `${label} is being worked on already. Wait for its end, or cancel it.`);
    return;
  }
  if (!(await isAgreed(app, ui, spec.configFile))) return;
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
        return launchAndCheck(app, spec, { step, log }, signal);
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
  const { address } = result.jupyter;
  const text = `${label} is ready: ${result.text}`;
  await offerJupyter(app, ui, label, text, address);
}

/** Says where Jupyter is and what can be done with it. */
export async function offerJupyter(
  app: App,
  ui: Ui,
  label: string,
  text: string,
  address: JupyterAddress,
): Promise<void> {
  if (app.kernels.isAvailable()) await app.kernels.offer();
  const actions = [...(app.kernels.isAvailable() ? [notebook] : []), open, copy];
  const chosen = await ui.say("info", text, ...actions);
  if (chosen === open) await openJupyterAt(ui, address);
  if (chosen === copy) await copyJupyterUrl(ui, address);
  if (chosen === notebook) await useInNotebook(ui, label);
}

/** The words at the end say what was seen: the kernels that Jupyter lists, the GPUs that nvidia-smi sees inside. */
async function launchAndCheck(
  app: App,
  spec: LaunchSpec,
  watcher: LaunchWatcher,
  signal: Signal,
): Promise<Launched & { jupyter: ReadyJupyter; text: string }> {
  const launched = await app.launches.launch(spec, watcher, signal);
  const { state, note } = launched.jupyter;
  const kernels = state.kernels.map((kernel) => kernel.displayName).join(", ") || "none";
  let gpu = launched.gpu.text;
  if (launched.gpu.availability === "all") {
    watcher.step("Asking nvidia-smi in the container");
    gpu = checkText("The container", await app.containers.checkGpu(launched.containerId, signal));
  }
  const text = `Jupyter at ${state.url}, kernels: ${kernels}. ${gpu}${note === undefined ? "" : ` ${note}`}`;
  watcher.log(`\nReady: ${text}\n`);
  return { ...launched, text };
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
