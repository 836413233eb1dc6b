// Pickers for commands that were run without a line of the view.
import type { App } from "../../../app/app.ts";
import { never } from "../../../base/signal.ts";
import type { ContainerSummary } from "../../../core/image/objects.ts";
import { formatBytes } from "../../../core/image/text.ts";
import type { Choice, Ui } from "../../ui.ts";
import { type ImageNode, isNode } from "./nodes.ts";

/** The clicked container, else the one chosen among those that `fits`; undefined when dismissed. */
export async function chooseContainer(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
  fits: (container: ContainerSummary) => boolean,
  none: string,
): Promise<ContainerSummary | undefined> {
  if (isNode(target, "container")) return target.container;
  const found = (await app.containers.engine.containers(never())).filter(fits);
  if (found.length === 0) {
    await ui.say("info", none);
    return undefined;
  }
  const choices = found.map(
    (container): Choice<ContainerSummary> => ({
      label: container.name,
      description: container.image,
      detail: container.status,
      icon: container.state === "running" ? "vm-running" : "vm-outline",
      value: container,
    }),
  );
  return ui.pick(title, choices);
}

/** Name (or id, when it has none) of the clicked or chosen image; undefined when dismissed. */
export async function chooseImage(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
): Promise<string | undefined> {
  if (isNode(target, "image")) return imageName(target);
  if (typeof target === "string") return target;
  const images = await app.containers.engine.images(never());
  const choices = images.flatMap((image) =>
    image.tags.map(
      (tag): Choice<string> => ({
        label: tag,
        description: formatBytes(image.sizeBytes),
        icon: "package",
        value: tag,
      }),
    ),
  );
  if (choices.length === 0) {
    await ui.say("info", "The Docker engine has no named images yet. Build a Dockerfile or pull one first.");
    return undefined;
  }
  return ui.pick(title, choices);
}

export function imageName(node: ImageNode): string {
  return node.tag ?? node.image.id;
}

export const isRunning = (container: ContainerSummary): boolean => container.state === "running";
