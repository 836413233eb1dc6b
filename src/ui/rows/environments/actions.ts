// What the commands for dev environments do.
import type { App } from "../../../app/app.ts";
import { Trouble } from "../../../base/trouble.ts";
import { workplace } from "../../../core/devcontainer/environments.ts";
import type { Ui } from "../../ui.ts";
import { chooseEnvironment, isReachable, isRunning, isStopped } from "./choose.ts";
import { copyJupyterUrl as copyUrl, launch, offerJupyter, openJupyterAt } from "./launch.ts";
import { podId } from "../../../app/stores/environments/pods.ts";
import type { PodPlace } from "../../../app/stores/environments/ports.ts";
import { chooseObject } from "../kube/choose.ts";
import { isEnvironment } from "./tree.ts";

const cell = "import sys; print('Python', sys.version.split()[0])";

export async function startEnvironment(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Start which dev environment?",
    isStopped,
    "No dev environment is stopped.",
  );
  const { container } = environment ?? {};
  if (!environment || !container) return;
  if (environment.kind === "devcontainer" && (await app.devcontainerFiles.exists(environment.configFile))) {
    // Its devcontainer.json may have something to run at each start.
    const { folder, configFile, label } = environment;
    await launch(app, ui, label, { folder, configFile, rebuild: false });
    return;
  }
  await ui.progress(`Starting ${environment.label}`, (progress, signal) =>
    environments.during(environment.id, async (say) => {
      say("starting");
      await app.containers.engine.start(container.id, signal);
      const folder = environment.kind === "devcontainer" ? environment.folder : undefined;
      // A container of somebody else starts its own Jupyter, if it has one.
      if (folder === undefined) return;
      const step = (text: string) => {
        progress.report(text);
        say(text);
      };
      await app.launches.ensure(container.id, folder, environment.id, step, signal);
    }),
  );
}

export async function stopEnvironment(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Stop which dev environment?",
    isRunning,
    "No dev environment is running.",
  );
  const { container } = environment ?? {};
  if (!environment || !container) return;
  await ui.progress(`Stopping ${environment.label}`, (_progress, signal) =>
    environments.during(environment.id, (say) => {
      say("stopping");
      return app.containers.engine.stop(container.id, signal);
    }),
  );
}

export async function removeEnvironment(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Remove which dev environment?",
    (one) => one.container !== undefined,
    "No dev environment has a container.",
  );
  const { container } = environment ?? {};
  if (!environment || !container) return;
  const stays = environment.kind === "devcontainer" ? ` ${environment.configFile} stays.` : "";
  const sure = await ui.confirm(
    `Remove the container of ${environment.label}?`,
    `${isRunning(environment) ? "It is running and will be killed, with its kernels. " : ""}What was written inside it, outside of mounted folders and of volumes with a name, is lost.${stays}`,
    "Remove",
  );
  if (!sure) return;
  await ui.progress(`Removing ${container.name}`, (_progress, signal) =>
    environments.during(environment.id, async (say) => {
      say("being removed");
      await app.containers.engine.removeContainer(container.id, signal);
      await environments.forget(environment.id);
    }),
  );
}

export async function openJupyter(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Open which Jupyter?",
    isReachable,
    "No dev environment is running, and no cluster with a notebook is open. Launch one first.",
  );
  if (!environment) return;
  const address = await ui.progress(`Looking for the Jupyter of ${environment.label}`, (_progress, signal) =>
    environments.connect(environment.id, signal),
  );
  if (address) await openJupyterAt(ui, address);
}

export async function copyJupyterUrl(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Copy the URL of which Jupyter?",
    isReachable,
    "No dev environment is running, and no cluster with a notebook is open. Launch one first.",
  );
  if (!environment) return;
  const address = await ui.progress(`Looking for the Jupyter of ${environment.label}`, (_progress, signal) =>
    environments.connect(environment.id, signal),
  );
  if (address) await copyUrl(ui, address);
}

export async function enterJupyterToken(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Enter the token of which Jupyter?",
    isReachable,
    "No dev environment is running, and no cluster with a notebook is open.",
  );
  if (!environment) return;
  const token = await askToken(ui, environment.label, "It is kept in VS Code's secret storage");
  if (token !== undefined) await environments.setToken(environment.id, token);
}

export async function checkJupyter(app: App, ui: Ui, target: unknown): Promise<void> {
  const environments = await app.environments();
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Check which Jupyter?",
    isReachable,
    "No dev environment is running, and no cluster with a notebook is open.",
  );
  if (!environment) return;
  const said = await ui.progress(`Checking the kernels of ${environment.label}`, (progress, signal) =>
    environments.checkKernels(environment.id, cell, (text) => progress.report(text), signal),
  );
  if (said) await ui.say("info", `${environment.label}: ${said.join("; ")}.`);
}

export async function attachDevContainer(app: App, ui: Ui, target: unknown): Promise<void> {
  if (!app.attachment.isAvailable()) {
    throw new Trouble(
      "missing-tool",
      "The extension Dev Containers is not installed here. Install it, then attach again.",
    );
  }
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Attach to which container?",
    isRunning,
    "No dev environment is running. Launch one first.",
  );
  const { container } = environment ?? {};
  if (!environment || !container) return;
  const folder = environment.kind === "devcontainer" ? environment.folder : undefined;
  const place = await ui.progress(`Asking for the folder in ${container.name}`, async (_progress, signal) =>
    workplace(await app.containers.engine.inspect(container.id, signal), folder),
  );
  if (place) await app.attachment.open(container.name, place.folder);
}

export async function launchDevContainer(app: App, ui: Ui, target: unknown): Promise<void> {
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Launch which dev container?",
    (one) => one.kind === "devcontainer",
    "This workspace has no devcontainer.json. Create one with New Jupyter Dev Container….",
  );
  if (environment?.kind !== "devcontainer") return;
  const { folder, configFile, label } = environment;
  await launch(app, ui, label, { folder, configFile, rebuild: false });
}

export async function rebuildDevContainer(app: App, ui: Ui, target: unknown): Promise<void> {
  const environment = await chooseEnvironment(
    app,
    ui,
    target,
    "Rebuild which dev container?",
    (one) => one.kind === "devcontainer" && one.container !== undefined,
    "No dev container was launched yet.",
  );
  if (environment?.kind !== "devcontainer") return;
  const { folder, configFile, label } = environment;
  const sure = await ui.confirm(
    `Rebuild ${label}?`,
    `Its container is removed and made anew from ${configFile}. What was written inside it, outside of ${folder} and of volumes with a name, is lost, and running kernels end.`,
    "Rebuild",
  );
  if (sure) await launch(app, ui, label, { folder, configFile, rebuild: true });
}

export async function attachPodJupyter(app: App, ui: Ui, target: unknown): Promise<void> {
  const place = await choosePod(app, ui, target);
  if (!place) return;
  const environments = await app.environments();
  const id = podId(place);
  const attach = () =>
    ui.progress(`Attaching to Jupyter in ${place.name}`, async (_progress, signal) => {
      try {
        return await environments.connect(id, signal);
      } catch (error) {
        if (Trouble.is(error, "denied")) return error;
        throw error;
      }
    });
  let address = await attach();
  if (Trouble.is(address)) {
    const token = await askToken(ui, place.name, address.text);
    if (token === undefined) return;
    await environments.setToken(id, token);
    address = await attach();
  }
  if (Trouble.is(address)) throw address;
  if (address)
    await offerJupyter(app, ui, place.name, `Jupyter in ${place.name} is at ${address.url}.`, address);
}

async function choosePod(app: App, ui: Ui, target: unknown): Promise<PodPlace | undefined> {
  if (isEnvironment(target) && target.kind === "pod") return target.place;
  const object = await chooseObject(app, ui, target, "Attach to the Jupyter of which pod?", ["Pod"]);
  if (object?.namespace === undefined) return undefined;
  const { context, namespace, kind, name } = object;
  return { context, namespace, kind, name };
}

async function askToken(ui: Ui, label: string, prompt: string): Promise<string | undefined> {
  const token = await ui.input({
    title: `Token of the Jupyter in ${label}`,
    prompt,
    secret: true,
    check: (text) => (text.trim() === "" ? "Enter the token." : undefined),
  });
  return token?.trim();
}
