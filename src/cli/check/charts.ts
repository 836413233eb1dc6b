// Charts among the files of a run: rendered with helm, and what is found in the output told of the templates.
import { basename, dirname, join, sep } from "node:path";
import { silentLog } from "../../base/log.ts";
import { chartFindings } from "../../io/check/chartFindings.ts";
import type { FileChecker, FileOutcome } from "../../io/check/fileChecker.ts";
import { renderChart } from "../../io/helm/charts.ts";
import { Processes } from "../../io/process/processes.ts";
import { count } from "../../base/words.ts";
import type { World } from "../world.ts";
import type { Checked } from "./fixing.ts";

/** helm is mostly one thread that reads and writes small files. */
const AT_ONCE = 4;

/** The results with those of templates replaced by what is found in what they make. */
export async function withCharts(
  all: readonly Checked[],
  values: readonly string[],
  checker: FileChecker,
  world: World,
): Promise<Checked[]> {
  const charts = chartsAmong(all);
  if (charts.length === 0) return [...all];
  const processes = new Processes(silentLog, () => world.environment);
  const outcomes = new Map<string, FileOutcome>();
  let missing = 0;
  const waiting = [...charts];
  const lane = async () => {
    for (let chart = waiting.shift(); chart !== undefined; chart = waiting.shift()) {
      const kubernetesVersion = checker.settingsOf(join(chart, "Chart.yaml"))?.kubernetesVersion;
      const rendered = await renderChart(processes, chart, { values, kubernetesVersion }, world.signal);
      if (rendered.kind === "missing") missing++;
      for (const [path, outcome] of chartFindings(chart, rendered, checker, world.rules))
        outcomes.set(path, outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, charts.length) }, lane));
  if (missing > 0)
    world.error(
      `slipway: helm is not in PATH: of ${count(missing, "chart")} only what needs no rendering was checked.\n`,
    );
  return all.map(({ target, result }) => {
    const outcome = outcomes.get(target.path);
    return { target, result: outcome ? { ...result, outcome } : result };
  });
}

/** Folders with a Chart.yaml; a chart inside a chart is rendered with the outer one. */
function chartsAmong(all: readonly Checked[]): string[] {
  const folders = all
    .filter(({ target }) => basename(target.path) === "Chart.yaml")
    .map(({ target }) => dirname(target.path));
  const inner = (folder: string) => folders.some((outer) => folder.startsWith(`${outer}${sep}charts${sep}`));
  return folders.filter((folder) => !inner(folder)).toSorted();
}
