// The question for one container of a pod.
import type { App } from "../../../app/app.ts";
import { Trouble } from "../../../base/trouble.ts";
import { containersOf, type PodContainer } from "../../../core/kube/podContainers.ts";
import type { Choice, Ui } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";
import { readTarget } from "./patch.ts";

const ROLE_WORDS: Readonly<Record<PodContainer["role"], string>> = {
  main: "",
  init: " (before the others)",
  sidecar: " (beside the others)",
  ephemeral: " (for debugging)",
};

/** The only one is not asked for. */
export async function chooseContainer<T = never>(
  ui: Ui,
  title: string,
  containers: readonly PodContainer[],
  more: readonly Choice<T>[] = [],
): Promise<string | T | undefined> {
  const [first] = containers;
  if (containers.length === 1 && first) return first.name;
  return ui.pick<string | T>(title, [
    ...containers.map(({ name, image, role }) => ({
      label: name,
      description: `${image}${ROLE_WORDS[role]}`,
      value: name,
    })),
    ...more,
  ]);
}

/** One of those that run; undefined when dismissed. @throws Trouble when none does. */
export async function runningContainer(
  app: App,
  ui: Ui,
  pod: ObjectTarget,
  title: string,
): Promise<string | undefined> {
  const object = await readTarget(app, ui, pod);
  if (!object) return undefined;
  const running = containersOf(object).filter(({ isRunning }) => isRunning);
  if (running.length === 0)
    throw new Trouble(
      "not-found",
      `No container of pod ${pod.name} runs: look at its description or its log.`,
    );
  return chooseContainer(ui, title, running);
}
