// The options of `slipway check`, read and judged.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Trouble } from "../../base/trouble.ts";
import type { Level } from "../../core/rules/levels.ts";
import { minorOf } from "../../core/kube/schema/schemas.ts";
import { type LevelVersion, parseLevelVersion } from "../../core/policy/podSecurity/level.ts";
import type { Over } from "../../core/rules/configured.ts";
import type { FixScope } from "../../core/rules/fixing.ts";
import { PROFILE_NAMES, type ProfileName } from "../../core/rules/profiles.ts";
import { ruleNames } from "../../core/rules/ruleNames.ts";
import type { Severity } from "../../core/syntax/finding.ts";
import { FORMATS } from "../formats.ts";
import type { Format } from "../formats/format.ts";
import type { World } from "../world.ts";
import type { Tolerance } from "./verdict.ts";

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly over: Over;
  /** Ids of the only rules that run; undefined runs those of the profile. */
  readonly only: readonly string[] | undefined;
  /** The path that standard input is checked under. */
  readonly inputPath: string;
  /** Checks also what git ignores. */
  readonly all: boolean;
  /** Renders charts; undefined does not. */
  readonly helm: { readonly values: readonly string[] } | undefined;
  /** Builds kustomizations. */
  readonly kustomize: boolean;
  readonly fix: FixScope | undefined;
  /** Shows what would be repaired instead of repairing it. */
  readonly dryRun: boolean;
  /** File whose findings do not count. */
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly tolerance: Tolerance;
  /** The cluster to ask; undefined asks none. */
  readonly cluster: ClusterOptions | undefined;
  /** Threads; undefined leaves it to the number of files. */
  readonly jobs: number | undefined;
}

export interface ClusterOptions {
  /** Undefined for the kubeconfig's current one. */
  readonly context: string | undefined;
  /** The server tries to apply what is checked, and keeps nothing. */
  readonly dryRun: boolean;
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "information"];
const LEVELS: readonly Level[] = ["off", ...SEVERITIES];

/** @throws Trouble for an option that can't be meant. */
export function readOptions(args: readonly string[], world: World): CheckOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string", default: "text" },
      level: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true },
      profile: { type: "string" },
      "pod-security": { type: "string" },
      "kubernetes-version": { type: "string" },
      "stdin-path": { type: "string", default: "stdin.yaml" },
      "no-gitignore": { type: "boolean", default: false },
      "no-helm": { type: "boolean", default: false },
      "no-kustomize": { type: "boolean", default: false },
      "helm-values": { type: "string", multiple: true, default: [] },
      fix: { type: "boolean", default: false },
      "fix-all": { type: "boolean", default: false },
      "fix-dry-run": { type: "boolean", default: false },
      baseline: { type: "string" },
      "write-baseline": { type: "string" },
      "fail-on": { type: "string" },
      "max-warnings": { type: "string" },
      jobs: { type: "string" },
      cluster: { type: "boolean", default: false },
      context: { type: "string" },
      "dry-run": { type: "string" },
    },
  });
  if (positionals.length === 0)
    throw new Trouble("bad-input", "Name a file or folder to check, such as `slipway check .`.");
  const format = Object.hasOwn(FORMATS, values.format) ? FORMATS[values.format] : undefined;
  if (!format) {
    const names = Object.keys(FORMATS);
    const known = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    throw new Trouble("bad-input", `There is no format "${values.format}"; use ${known}.`);
  }
  const version = values["kubernetes-version"];
  if (version !== undefined && minorOf(version) === undefined)
    throw new Trouble("bad-input", `--kubernetes-version takes a version such as 1.33, not "${version}".`);
  const dryRun = values["fix-dry-run"];
  const fix = values["fix-all"] ? "all" : values.fix || dryRun ? "refused" : undefined;
  if (fix !== undefined && positionals.includes("-"))
    throw new Trouble("bad-input", "--fix changes files; standard input is none.");
  const only = values.only === undefined ? undefined : readOnly(values.only, world);
  return {
    paths: positionals,
    format,
    over: {
      levels: Object.fromEntries(values.level.map((setting) => readLevel(setting, world))),
      profile: readProfile(values.profile) ?? only?.profile,
      podSecurity: readPodSecurity(values["pod-security"]),
      kubernetesVersion: version,
    },
    only: only?.ids,
    inputPath: values["stdin-path"],
    all: values["no-gitignore"],
    kustomize: !values["no-kustomize"],
    helm: values["no-helm"]
      ? undefined
      : { values: values["helm-values"].map((file) => resolve(world.workingDirectory, file)) },
    fix,
    dryRun,
    baseline: values.baseline,
    writeBaseline: values["write-baseline"],
    cluster: readCluster(values.cluster, values.context, values["dry-run"]),
    tolerance: readTolerance(values["fail-on"], values["max-warnings"]),
    jobs: values.jobs === undefined ? undefined : readNumber("--jobs", values.jobs, 1),
  };
}

/** Rules that are named run also where the profile has them not; of a group those of the profile. */
function readOnly(
  settings: readonly string[],
  world: World,
): { ids: string[]; profile: ProfileName | undefined } {
  const names = ruleNames(world.rules);
  const ids: string[] = [];
  let profile: ProfileName | undefined;
  for (const asked of settings.flatMap((setting) => setting.split(",")).map((name) => name.trim())) {
    const named = names.get(asked.toLowerCase());
    const byName = world.rules.filter(({ id, aliases }) => id === named || aliases?.includes(named ?? ""));
    const found = byName.length > 0 ? byName : world.rules.filter(({ id }) => startsWith(id, asked));
    if (found.length === 0)
      throw new Trouble("bad-input", `--only: there is no rule "${asked}"; \`slipway rules\` lists them.`);
    if (byName.some((rule) => rule.profile === "strict")) profile = "strict";
    ids.push(...found.map(({ id }) => id));
  }
  return { ids, profile };
}

/** True for the letters that the ids of a group begin with, such as KUB. */
function startsWith(id: string, group: string): boolean {
  return /^[A-Z]+$/i.test(group) && /^[A-Z]+/.exec(id)?.[0] === group.toUpperCase();
}

/** Who names a context or wants a dry run means a cluster. */
function readCluster(
  wanted: boolean,
  context: string | undefined,
  dryRun: string | undefined,
): ClusterOptions | undefined {
  if (dryRun !== undefined && dryRun !== "server" && dryRun !== "none")
    throw new Trouble("bad-input", `--dry-run takes server or none, not "${dryRun}".`);
  if (!wanted && context === undefined && dryRun === undefined) return undefined;
  return { context, dryRun: dryRun === "server" };
}

function readProfile(setting: string | undefined): ProfileName | undefined {
  const profile = PROFILE_NAMES.find((name) => name === setting);
  if (setting !== undefined && profile === undefined) {
    const known = `${PROFILE_NAMES.slice(0, -1).join(", ")} or ${PROFILE_NAMES.at(-1)}`;
    throw new Trouble("bad-input", `There is no profile "${setting}"; use ${known}.`);
  }
  return profile;
}

function readPodSecurity(setting: string | undefined): LevelVersion | undefined {
  if (setting === undefined) return undefined;
  const level = parseLevelVersion(setting);
  if (!level)
    throw new Trouble(
      "bad-input",
      `--pod-security takes privileged, baseline or restricted, with a version if you like (restricted:v1.30), not "${setting}".`,
    );
  return level;
}

function readLevel(setting: string, world: World): [string, Level] {
  const [id = "", name = ""] = setting.split("=");
  const rule = ruleNames(world.rules).get(id.toLowerCase());
  if (rule === undefined)
    throw new Trouble("bad-input", `There is no rule "${id}"; \`slipway rules\` lists them.`);
  const level = LEVELS.find((known) => known === name);
  if (!level)
    throw new Trouble(
      "bad-input",
      `--level takes RULE=LEVEL with off, error, warning or information, not "${setting}".`,
    );
  return [rule, level];
}

/** Who says how many warnings may be means warnings: what is less does not fail then. */
function readTolerance(failOn: string | undefined, most: string | undefined): Tolerance {
  const maximumWarnings = most === undefined ? undefined : readNumber("--max-warnings", most, 0);
  const severity = SEVERITIES.find((known) => known === failOn);
  if (failOn !== undefined && !severity)
    throw new Trouble("bad-input", `--fail-on takes error, warning or information, not "${failOn}".`);
  return {
    failOn: severity ?? (maximumWarnings === undefined ? "information" : "warning"),
    maximumWarnings,
  };
}

function readNumber(option: string, text: string, least: number): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least))
    throw new Trouble("bad-input", `${option} takes a number from ${least} on, not "${text}".`);
  return number;
}
