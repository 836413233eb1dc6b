// The only engine of our rules: a file's text in, findings out. The editor and the command line both call it.
import { once } from "../../base/once.ts";
import type { SetObject } from "../kube/objectSet.ts";
import type { KindSchema } from "../kube/schema/schema.ts";
import type { KubernetesSchemas } from "../kube/schema/schemas.ts";
import type { WorkspaceFacts } from "../kube/workspaceFacts.ts";
import type { Finding, Fix } from "../syntax/finding.ts";
import { parseJson } from "../syntax/json.ts";
import { Lines } from "../syntax/lines.ts";
import type { ProblemFix } from "../syntax/problem.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { type Beside, checkDockerfile, withHadolint } from "./dockerfileCheck.ts";
import { type FileKind, fileKind } from "./fileKind.ts";
import { type CheckSettings, isOn, levelOf } from "./levels.ts";
import { type NamespacePolicies, namespacesOf, securityKey } from "./podSecurityScope.ts";
import type { Rule } from "./rule.ts";
import { asSyntax, attributed, MAXIMUM_FINDINGS, type RuleProblem } from "./ruleProblem.ts";
import { clusterProblems } from "./clusterCheck.ts";
import type { ClusterInput } from "./liveCluster.ts";
import { schemaCheck } from "./schemaCheck.ts";
import { type SchemaFacts, schemaFacts } from "./schemaFacts.ts";
import { suppressions } from "./suppress.ts";
import { checkYaml, type Placed, setProblems, type SliceCheck, type YamlContext } from "./yamlCheck.ts";

/**
 * What is known of the documents of one file from the last time, by their text. The caller keeps one per file
 * and gives it back; only documents that changed are then parsed again.
 */
export interface CheckCache {
  slices: ReadonlyMap<string, SliceCheck>;
  /** What those depend on beside their text: the rules that ran, and Pod Security's levels. */
  dependsOn?: string;
  /** And what they were held against as schemas. */
  schema?: SchemaFacts | undefined;
}

export interface CheckInput {
  /** Any form of path; its last part tells what kind of file this is. */
  readonly path: string;
  readonly text: string;
  readonly settings: CheckSettings;
  readonly rules: readonly Rule[];
  /** The Pod Security policies of namespaces that other files or a cluster have; those of this file go first. */
  readonly namespaces?: NamespacePolicies;
  readonly cache?: CheckCache;
  /**
   * The objects of the workspace's files (see `fileFacts`); without them only this file is known. While they are being
   * read (`pending`), rules that look at several objects wait for them: half of what is there would mislead.
   */
  readonly others?: WorkspaceFacts | "pending" | undefined;
  /** The schemas of Kubernetes, asked for when there is an object to check; without them no schema is checked. */
  readonly schemas?: () => KubernetesSchemas | undefined;
  /** Kinds that resource definitions in other files define. */
  readonly definitions?: readonly KindSchema[];
  /** The file is a patch: what it lacks is in its base. */
  readonly partial?: boolean;
  readonly beside?: Beside;
}

/** UTF-16 units: what can be parsed in about a second. */
const MAXIMUM_LENGTH: Readonly<Record<FileKind, number>> = {
  kubernetes: 2 * 1024 * 1024,
  compose: 2 * 1024 * 1024,
  dockerfile: 128 * 1024,
  devcontainer: 128 * 1024,
};

/** Findings in the order of the text. It never throws, and answers [] for a file that is none of ours. */
export function check(input: CheckInput): Finding[] {
  const kind = fileKind(input.path, input.text);
  if (!kind) return [];
  if (input.text.length > MAXIMUM_LENGTH[kind]) return [tooLarge(MAXIMUM_LENGTH[kind])];
  const settings = kind === "dockerfile" ? withHadolint(input.settings, input.beside) : input.settings;
  return findingsOf(problemsOf(kind, { ...input, settings }), input.text, settings);
}

/**
 * What a cluster says of a manifest, beside what it says itself: only the rules that ask a cluster. It never throws.
 */
export function checkCluster(input: CheckInput, cluster: ClusterInput): Finding[] {
  const { path, text, settings } = input;
  if (fileKind(path, text) !== "kubernetes" || text.length > MAXIMUM_LENGTH.kubernetes) return [];
  const rules = input.rules.filter((rule) => isOn(rule, settings));
  const namespaces = namespacesOf(text, input.namespaces);
  return findingsOf(clusterProblems(objectsOf(path, text), rules, cluster, namespaces), text, settings);
}

/** Places in the file, at their levels, less what a comment waves through. */
function findingsOf(
  problems: readonly Placed<RuleProblem>[],
  text: string,
  settings: CheckSettings,
): Finding[] {
  const lines = new Lines(text);
  const suppressed = suppressions(lines);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const fixOf = fixesIn(lines);
  for (const { thing: problem, offset } of problems) {
    const range = lines.rangeOf({ start: problem.at.start + offset, end: problem.at.end + offset });
    const level = levelOf(problem, settings);
    if (level === "off" || suppressed(problem.names, range.start.line)) continue;
    // Through an alias the same place can be found more than once.
    const identity = JSON.stringify([problem.rule, range, problem.message]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const fixes = (problem.fixes ?? []).map((fix) => fixOf(fix, offset));
    const source = problem.source === undefined ? {} : { source: problem.source };
    findings.push({ rule: problem.rule, severity: level, range, message: problem.message, ...source, fixes });
  }
  return findings.toSorted(byPlace).slice(0, MAXIMUM_FINDINGS);
}

/** Fixes with their places in the file. Many findings may share one, which is worked out once. */
function fixesIn(lines: Lines): (fix: ProblemFix, offset: number) => Fix {
  const known = new Map<ProblemFix, { offset: number; fix: Fix }>();
  return (fix, offset) => {
    const before = known.get(fix);
    if (before?.offset === offset) return before.fix;
    const edits = fix.edits.map(({ start, end, text }) => {
      return { range: lines.rangeOf({ start: start + offset, end: end + offset }), text };
    });
    const made = { title: fix.title, edits };
    known.set(fix, { offset, fix: made });
    return made;
  };
}

/** The objects of a manifest; none of the documents that can't be read. */
function objectsOf(path: string, text: string): Placed<SetObject>[] {
  const security = { namespaces: new Map() };
  return yamlSlices(text).flatMap(({ start, end }) => {
    const { objects } = checkYaml(text.slice(start, end), { kind: "kubernetes", path, rules: [], security });
    return placed(objects ?? [], start);
  });
}

/** What to say of a file too large to check; callers may say it before they read such a file. */
export function tooLarge(maximum: number = MAXIMUM_LENGTH.kubernetes): Finding {
  const size = maximum >= 1024 * 1024 ? `${maximum / 1024 / 1024} MB` : `${maximum / 1024} KB`;
  const start = { line: 0, column: 0 };
  const message = `This file is too large to check: the limit is ${size}. Split it into smaller files.`;
  return { rule: "syntax", severity: "information", range: { start, end: start }, message, fixes: [] };
}

function problemsOf(kind: FileKind, given: CheckInput): Placed<RuleProblem>[] {
  if (kind === "dockerfile") return placed(checkDockerfile(given), 0);
  const input = { ...given, rules: given.rules.filter((rule) => isOn(rule, given.settings)) };
  if (kind === "devcontainer") return placed(checkDevcontainer(input), 0);
  const level = input.settings.podSecurity;
  const namespaces = namespacesOf(input.text, input.namespaces);
  const path = input.path.replaceAll("\\", "/");
  const { rules, partial = false } = input;
  return yamlProblems(input, { kind, path, rules, partial, security: { level, namespaces } });
}

function yamlProblems(input: CheckInput, given: YamlContext): Placed<RuleProblem>[] {
  const { text, settings, rules, cache, others } = input;
  const slices = yamlSlices(text).map(({ start, end }) => ({ start, text: text.slice(start, end) }));
  const schema = schemaFacts(input, slices, cache?.schema);
  const context = { ...given, schema: once(() => schemaCheck(input, schema)) };
  const dependsOn = [
    rules.map((rule) => rule.id).join(),
    securityKey(settings.podSecurity, context.security.namespaces),
  ].join(" ");
  const same = cache?.dependsOn === dependsOn && cache.schema === schema;
  const before = same ? cache.slices : undefined;
  const fresh = new Map<string, SliceCheck>();
  const found: Placed<RuleProblem>[] = [];
  const objects: Placed<SetObject>[] = [];
  let readable = true;
  for (const { start, text: slice } of slices) {
    const checked = fresh.get(slice) ?? before?.get(slice) ?? checkYaml(slice, context);
    fresh.set(slice, checked);
    found.push(...placed(checked.problems, start));
    readable &&= checked.objects !== undefined;
    objects.push(...placed(checked.objects ?? [], start));
  }
  if (cache) Object.assign(cache, { slices: fresh, dependsOn, schema });
  // Where a part of the file is not known, nothing is said of how its objects go together.
  if (readable && others !== "pending") found.push(...setProblems(objects, rules, others, context.path));
  return found;
}

function placed<Thing>(things: readonly Thing[], offset: number): Placed<Thing>[] {
  return things.map((thing) => ({ thing, offset }));
}

function checkDevcontainer(input: CheckInput): RuleProblem[] {
  const file = parseJson(input.text);
  if (file.problems.length > 0) return file.problems.map(asSyntax);
  return input.rules.flatMap((rule) =>
    rule.appliesTo === "devcontainer" ? attributed(rule, rule.check(file)) : [],
  );
}

function byPlace(one: Finding, other: Finding): number {
  return (
    one.range.start.line - other.range.start.line ||
    one.range.start.column - other.range.start.column ||
    (one.rule < other.rule ? -1 : Number(one.rule > other.rule))
  );
}
