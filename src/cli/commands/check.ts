// `slipway check`: finds what is wrong in manifests, Dockerfiles and devcontainers.
import { resolve } from "node:path";
import { Trouble } from "../../base/trouble.ts";
import { DEFAULT_VERSION } from "../../core/kube/schema/schemas.ts";
import { FileChecker, type FileOptions, type FileResult } from "../../io/check/fileChecker.ts";
import { decode } from "../../io/files/readText.ts";
import { readBaseline, withoutKnown, writeBaseline } from "../check/baseline.ts";
import { withCharts } from "../check/charts.ts";
import { learnCluster, type OpenCluster, openCluster, withCluster } from "../check/cluster.ts";
import { checkFiles } from "../check/checking.ts";
import { withOverlays } from "../check/overlays.ts";
import { type Checked, difference, repairs, write } from "../check/fixing.ts";
import { type CheckOptions, readOptions } from "../check/options.ts";
import { factsOf, type Input } from "../check/facts.ts";
import { findTargets, shownPath } from "../check/targets.ts";
import { verdict } from "../check/verdict.ts";
import type { CheckedFile } from "../formats/format.ts";
import { count } from "../../base/words.ts";
import type { ExitCode, Subcommand, World } from "../world.ts";

export const check: Subcommand = {
  name: "check",
  summary: "Check manifests, Dockerfiles and devcontainer.json files",
  help: `Usage: slipway check [options] PATH...

Checks Kubernetes manifests (*.yaml, *.yml), Dockerfiles, Compose files and devcontainer.json. A folder is
searched, without what git ignores; - reads standard input. The nearest .slipway.yaml says what is checked how.
Charts are rendered with helm and kustomizations built with kustomize or kubectl where they are in PATH, offline, and
what is found is told of the files that they are made of.

What is checked:
  --level RULE=LEVEL      Set a rule to off, error, warning or information; may be repeated
  --only RULE[,RULE]      Run these rules alone, by name or by the letters of their group (KUB, GPU003); may be repeated
  --profile NAME          recommended, strict, training or serving, over what .slipway.yaml says; strict also finds what
                          is a matter of style or policy
  --kubernetes-version 1.N
                          The version of Kubernetes to check manifests for (default: ${DEFAULT_VERSION}, and what newer
                          versions add is information)
  --pod-security LEVEL[:VERSION]
                          Hold all pods against a level of the Pod Security Standards, baseline or restricted, as of
                          a Kubernetes version (v1.30, 1.30 or latest, the default)
  --stdin-path NAME       The path that standard input is checked under (default: stdin.yaml)
  --no-gitignore          Check also what git ignores
  --helm-values FILE      Values to render charts with, over their own; may be repeated
  --no-helm               Do not render charts
  --no-kustomize          Do not build kustomizations
  --jobs NUMBER           Threads to check on (default: one per core for many files)

Which cluster is asked (none, unless one of these is there):
  --cluster               Look also at what the current context's cluster has: nodes, quotas, limits, queues, and
                          whether what is named is there; --context NAME asks another one
  --dry-run server        Also have its server try to apply the manifests, and keep nothing

What is printed:
  --format NAME           text (default), json, sarif, junit (a test report) or github (annotations)

What is repaired:
  --fix                   Repair what the API server or the engine would refuse
  --fix-all               Make the first fix of every finding, also where that changes what works today
  --fix-dry-run           Print as a diff what --fix (or --fix-all) would change, and change nothing

What counts:
  --write-baseline FILE   Write down what is found now
  --baseline FILE         Leave out what was found then
  --fail-on SEVERITY      End with 1 only for error, or for warning and worse (default: information)
  --max-warnings NUMBER   End with 1 for errors, and for more than this many warnings
  -h, --help              Show this help

Exit codes: 0 no findings · 1 findings · 2 could not run (a path that is not there, a wrong option,
a cluster that can't be reached).

Pods whose Namespace is among the files and has pod-security.kubernetes.io labels are held against those
levels without being asked.

A comment waves a finding through: "# slipway-ignore RULE: reason" on its line or the line before, or
"# slipway-ignore-file RULE: reason" at the top of the file. In Dockerfiles "# check=skip=NAME" and
"# hadolint ignore=NAME" count too, and so does a .hadolint.yaml in their folder or one above.
`,
  async run(args, world) {
    const options = readOptions(args, world);
    // Read first: a run of minutes must not end with a name that was mistyped.
    const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline, world);
    const cluster = options.cluster && (await openCluster(options.cluster, world));
    try {
      return await checked(options, baseline, cluster, world);
    } finally {
      cluster?.connection.dispose();
    }
  },
};

async function checked(
  options: CheckOptions,
  baseline: ReturnType<typeof readBaseline> | undefined,
  cluster: OpenCluster | undefined,
  world: World,
): Promise<ExitCode> {
  const troubles: Trouble[] = [];
  const { all: found, checker, input } = await checkAll(options, cluster, world, troubles);
  let all: readonly Checked[] = found;
  if (options.fix !== undefined) {
    const repaired = await repairs(all, options.fix, checker, world);
    if (options.dryRun) {
      world.out(await difference(repaired));
      return ended(all, options, troubles, world);
    }
    all = await write(all, repaired, world, troubles);
  }
  if (cluster) all = await withCluster(all, cluster, { checker, input }, world);
  if (options.writeBaseline !== undefined) {
    const [findings, files] = writeBaseline(all, options.writeBaseline, world);
    const many = `${count(findings, "finding")} of ${count(files, "file")}`;
    world.out(`Wrote ${many} to ${options.writeBaseline}.\n`);
    return ended([], options, troubles, world);
  }
  if (baseline !== undefined && options.baseline !== undefined) {
    const compared = withoutKnown(all, baseline, options.baseline, world);
    all = compared.all;
    tellOfBaseline(compared, options.baseline, world);
  }
  const files = report(all, world);
  world.out(options.format({ files, rules: world.rules, version: world.version, colour: world.colour }));
  return ended(all, options, troubles, world);
}

async function checkAll(
  options: CheckOptions,
  cluster: OpenCluster | undefined,
  world: World,
  troubles: Trouble[],
): Promise<{ all: Checked[]; checker: FileChecker; input: Input | undefined }> {
  const paths = options.paths.filter((path) => path !== "-");
  const targets = await findTargets({ paths, all: options.all }, world, troubles);
  const input = paths.length < options.paths.length ? await readInput(options.inputPath, world) : undefined;
  const { texts, facts } = await factsOf(targets, input, world);
  const manifests = [...texts.values(), ...(input ? [input.text] : [])];
  const learned = cluster && (await learnCluster(cluster, manifests, world));
  const fileOptions: FileOptions = {
    over: options.over,
    top: world.workingDirectory,
    patches: targets.patches,
    facts,
    only: options.only,
    served: learned?.definitions,
    clusterVersion: learned?.clusterVersion,
  };
  const results = await checkFiles(
    targets.files.map(({ path }) => ({ path, text: texts.get(path) })),
    fileOptions,
    options.jobs,
    world,
  );
  const checker = new FileChecker(world.rules, fileOptions, world.schemas);
  const all = targets.files.map((target, index) => ({ target, result: results[index] as FileResult }));
  if (input) all.push({ target: input.target, result: checker.checkText(input.target.path, input.text) });
  for (const { result } of all)
    if (result.outcome.kind === "trouble")
      troubles.push(new Trouble(result.outcome.trouble, result.outcome.text));
  const whole = [...all, ...faultyConfigurations(all, checker, world)];
  const rendered = options.helm ? await withCharts(whole, options.helm.values, checker, world) : whole;
  return {
    all: options.kustomize ? await withOverlays(rendered, targets.kustomizations, checker, world) : rendered,
    checker,
    input,
  };
}

async function readInput(name: string, world: World): Promise<Input> {
  const read = decode(await world.readInput());
  if (read.kind !== "text") throw new Trouble("bad-input", "Standard input is not text.");
  const path = resolve(world.workingDirectory, name);
  return { target: { path, shown: shownPath(name, world), named: true }, text: read.text };
}

/** A configuration with mistakes is told of even where it was not asked about: what it says did not count. */
function faultyConfigurations(all: readonly Checked[], checker: FileChecker, world: World): Checked[] {
  const faulty = new Set(all.flatMap(({ result }) => result.faulty ?? []));
  for (const { target } of all) faulty.delete(target.path);
  return [...faulty].toSorted().map((path) => {
    const target = { path, shown: shownPath(path, world), named: false };
    return { target, result: checker.check({ path }) };
  });
}

/** What was checked; of the rest it is said why not, where the person asked for it. */
function report(all: readonly Checked[], world: World): CheckedFile[] {
  return all.flatMap(({ target, result: { outcome } }) => {
    if (outcome.kind === "checked")
      return [{ path: target.shown, text: outcome.text, findings: outcome.findings }];
    if (!target.named || outcome.kind === "trouble") return [];
    const why =
      outcome.kind === "ignored"
        ? `is left alone by ${shownPath(outcome.by, world)}`
        : "is none of the files Slipway checks; it was left out";
    world.error(`slipway: ${target.shown} ${why}.\n`);
    return [];
  });
}

function tellOfBaseline({ known, gone }: { known: number; gone: number }, file: string, world: World): void {
  if (known > 0) world.error(`slipway: ${count(known, "finding")} known from ${file}, not shown.\n`);
  if (gone > 0)
    world.error(`slipway: ${count(gone, "finding")} of ${file} gone; --write-baseline writes it anew.\n`);
}

function ended(
  all: readonly Checked[],
  { tolerance }: CheckOptions,
  troubles: readonly Trouble[],
  world: World,
): ExitCode {
  for (const trouble of troubles) world.error(`slipway: ${trouble.text}\n`);
  if (troubles.length > 0) return 2;
  const findings = all.flatMap(({ result: { outcome } }) =>
    outcome.kind === "checked" ? outcome.findings : [],
  );
  return verdict(findings, tolerance);
}
