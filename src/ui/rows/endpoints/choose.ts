// Asks for a forward where a command was started without one.
import type { App } from "../../../app/app.ts";
import { Forward } from "../../../app/jobs/forward/forward.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Ui } from "../../ui.ts";
import { forwardRow } from "./row.ts";

/** The forward of a row, or one that the person picks; undefined when dismissed. */
export async function chooseForward(
  app: App,
  ui: Ui,
  target: unknown,
  title: string,
  accepts: (forward: Forward) => boolean,
): Promise<Forward | undefined> {
  if (target instanceof Forward) return target;
  const fitting = app.forwards.all.filter(accepts);
  if (fitting.length === 0) {
    throw new Trouble("not-found", "No endpoint fits: forward a port first.", {
      remedy: { title: "Forward Port…", command: "slipway.forwardPort" },
    });
  }
  return ui.pick(
    title,
    fitting.map((forward) => {
      const { label, description } = forwardRow(forward);
      return { label, ...(description === undefined ? {} : { description }), value: forward };
    }),
  );
}
