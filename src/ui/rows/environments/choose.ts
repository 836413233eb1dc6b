// Pickers for commands that were run without a row of Dev Environments.
import type { App } from "../../../app/app.ts";
import type { Environment } from "../../../app/stores/environments.ts";
import { never } from "../../../base/signal.ts";
import type { Choice, Ui } from "../../ui.ts";
import { environmentRow } from "./row.ts";
import { isEnvironment } from "./tree.ts";

/** The clicked environment, else the one chosen among those that `fits`; undefined when dismissed. */
export async function chooseEnvironment(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
  fits: (environment: Environment) => boolean,
  none: string,
): Promise<Environment | undefined> {
  if (isEnvironment(target)) return target;
  const environments = await app.environments();
  const all = await environments.load(never()).catch((error: unknown) => {
    // Pods are there also where no engine is.
    const pods = environments.all.filter((one) => one.kind === "pod");
    if (pods.some(fits)) return pods;
    throw error;
  });
  const found = all.filter(fits);
  const [only] = found;
  if (!only) {
    await ui.say("info", none);
    return undefined;
  }
  if (found.length === 1) return only;
  const choices = found.map((environment): Choice<Environment> => {
    const { label, description, icon } = environmentRow(environment, {
      canAttach: false,
      gpus: undefined,
    });
    const detail =
      environment.kind === "devcontainer" ? environment.configFile : environment.container?.image;
    return {
      label,
      ...(detail === undefined ? {} : { detail }),
      ...(description === undefined ? {} : { description }),
      ...(icon ? { icon: icon.id } : {}),
      value: environment,
    };
  });
  return ui.pick(title, choices);
}

/** Its Jupyter can be asked for: a container that runs, or a pod. */
export const isReachable = (environment: Environment): boolean =>
  environment.kind === "pod" || isRunning(environment);

export const isRunning = ({ container }: Environment): boolean => container?.state === "running";

export const isStopped = ({ container }: Environment): boolean =>
  container !== undefined && container.state !== "running";
