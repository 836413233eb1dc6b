// Pushing and pulling with progress, and the registry's own words in an output channel.
import type { App } from "../../../app/app.ts";
import type { Ui } from "../../ui.ts";

export async function transfer(app: App, ui: Ui, verb: "push" | "pull", image: string): Promise<void> {
  const title = verb === "push" ? `Pushing ${image}` : `Pulling ${image}`;
  const done = await ui.progress(title, async (progress, signal) => {
    const output = await ui.stream(`Slipway ${verb === "push" ? "Push" : "Pull"}: ${image}`, "output");
    await app.containers.registry[verb](
      image,
      (line) => {
        output.append(`${line}\n`);
        if (line.trim() !== "") progress.report(line.trim());
      },
      signal,
    );
    return true;
  });
  if (done) await ui.say("info", verb === "push" ? `Pushed ${image}.` : `Pulled ${image}.`);
}
