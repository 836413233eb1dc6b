// Renders charts with the helm of this machine, offline: nothing is fetched, no cluster is asked.
import { Trouble } from "../../base/trouble.ts";
import { isAbort, type Signal } from "../../base/signal.ts";
import {
  type HelmFailure,
  helmFailure,
  type RenderedTemplate,
  renderedTemplates,
} from "../../core/kube/helmOutput.ts";
import type { Processes } from "../process/processes.ts";

export interface ChartOptions {
  /** More files of values, over those of the chart. */
  readonly values: readonly string[];
  /** The version that templates are told of, as `1.30`. */
  readonly kubernetesVersion: string | undefined;
}

export type Rendered =
  | { readonly kind: "rendered"; readonly templates: readonly RenderedTemplate[] }
  | { readonly kind: "failed"; readonly failure: HelmFailure }
  /** There is no helm. */
  | { readonly kind: "missing" };

/** UTF-16 units: the largest charts that people share make a tenth of it. */
const MAXIMUM_LENGTH = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** @param folder of the chart, absolute. */
export async function renderChart(
  processes: Processes,
  folder: string,
  { values, kubernetesVersion }: ChartOptions,
  signal: Signal,
): Promise<Rendered> {
  const output: string[] = [];
  const errors: string[] = [];
  let length = 0;
  const args = ["template", "slipway", folder];
  for (const file of values) args.push("--values", file);
  if (kubernetesVersion !== undefined) args.push("--kube-version", kubernetesVersion);
  try {
    const { exitCode } = await processes.run(
      {
        command: "helm",
        args,
        onLine(line, stream) {
          length += line.length;
          if (length < MAXIMUM_LENGTH) (stream === "stdout" ? output : errors).push(line);
        },
      },
      AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    );
    if (exitCode !== 0) return { kind: "failed", failure: helmFailure(errors.join("\n")) };
    if (length < MAXIMUM_LENGTH) return { kind: "rendered", templates: renderedTemplates(output.join("\n")) };
    return failed(`it makes more than ${MAXIMUM_LENGTH / 1024 / 1024} MB`);
  } catch (error) {
    if (Trouble.is(error, "missing-tool")) return { kind: "missing" };
    if (isAbort(error) && !signal.aborted)
      return failed(`that took longer than ${TIMEOUT_MS / 1000} seconds`);
    throw error;
  }
}

function failed(message: string): Rendered {
  return { kind: "failed", failure: { source: undefined, line: undefined, message } };
}
