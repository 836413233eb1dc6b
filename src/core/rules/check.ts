// The only engine of our rules: a file's text in, findings out. The editor and the command line both call it.
import { podTemplates } from "../kube/podTemplates.ts";
import { parseDockerfile } from "../syntax/dockerfile.ts";
import type { Finding, Severity } from "../syntax/finding.ts";
import { parseJson } from "../syntax/json.ts";
import { Lines } from "../syntax/lines.ts";
import type { Problem } from "../syntax/problem.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { holdsTemplate } from "../syntax/yamlTree.ts";
import { type FileKind, fileKind } from "./fileKind.ts";
import type { Rule } from "./rule.ts";
import { suppressions } from "./suppress.ts";

export type Level = "off" | Severity;

export interface CheckSettings {
  /** By rule id, or `syntax`; what is not in it has the rule's own level. */
  readonly levels: Readonly<Record<string, Level>>;
}

/**
 * What is known of the documents of one file from the last time, by their text. The caller keeps one per file
 * and gives it back; only documents that changed are then parsed again.
 */
export interface CheckCache {
  slices: ReadonlyMap<string, readonly RuleProblem[]>;
}

export interface CheckInput {
  /** Any form of path; its last part tells what kind of file this is. */
  readonly path: string;
  readonly text: string;
  readonly settings: CheckSettings;
  readonly rules: readonly Rule[];
  readonly cache?: CheckCache;
}

/** A problem with its rule; places count from the start of the document. */
export interface RuleProblem extends Problem {
  readonly rule: string;
  readonly level: Severity;
  readonly source?: string;
}

/** UTF-16 units: what can be parsed in about a second. */
const MAXIMUM_LENGTH: Readonly<Record<FileKind, number>> = {
  kubernetes: 2 * 1024 * 1024,
  compose: 2 * 1024 * 1024,
  dockerfile: 128 * 1024,
  devcontainer: 128 * 1024,
};

/** Documents that are often long, and hold no pods: only those of ordinary length are read for their syntax. */
const HOLDS_NO_PODS = /^kind:[ \t]*(?:CustomResourceDefinition|ConfigMap|Secret)\b/m;
const LARGE_LENGTH = 256 * 1024;

/** A file with more has one mistake many times; a list that long helps nobody. */
const MAXIMUM_FINDINGS = 1000;

/** Findings in the order of the text. It never throws, and answers [] for a file that is none of ours. */
export function check(input: CheckInput): Finding[] {
  const kind = fileKind(input.path, input.text);
  if (!kind) return [];
  if (input.text.length > MAXIMUM_LENGTH[kind]) return [tooLarge(MAXIMUM_LENGTH[kind])];
  const lines = new Lines(input.text);
  const suppressed = suppressions(lines);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { problem, offset } of problemsOf(kind, input)) {
    const range = lines.rangeOf({ start: problem.at.start + offset, end: problem.at.end + offset });
    const level = input.settings.levels[problem.rule] ?? problem.level;
    if (level === "off" || suppressed(problem.rule, range.start.line)) continue;
    // Through an alias the same place can be found more than once.
    const identity = JSON.stringify([problem.rule, range, problem.message]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const fixes = (problem.fixes ?? []).map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({
        range: lines.rangeOf({ start: edit.start + offset, end: edit.end + offset }),
        text: edit.text,
      })),
    }));
    const source = problem.source === undefined ? {} : { source: problem.source };
    findings.push({ rule: problem.rule, severity: level, range, message: problem.message, ...source, fixes });
  }
  return findings.toSorted(byPlace).slice(0, MAXIMUM_FINDINGS);
}

/** What to say of a file too large to check; callers may say it before they read such a file. */
export function tooLarge(maximum: number = MAXIMUM_LENGTH.kubernetes): Finding {
  const size = maximum >= 1024 * 1024 ? `${maximum / 1024 / 1024} MB` : `${maximum / 1024} KB`;
  const start = { line: 0, column: 0 };
  const message = `This file is too large to check: the limit is ${size}. Split it into smaller files.`;
  return { rule: "syntax", severity: "information", range: { start, end: start }, message, fixes: [] };
}

interface Placed {
  problem: RuleProblem;
  offset: number;
}

function problemsOf(kind: FileKind, input: CheckInput): Placed[] {
  if (kind === "dockerfile") return placed(checkDockerfile(input), 0);
  if (kind === "devcontainer") return placed(checkDevcontainer(input), 0);
  const found: Placed[] = [];
  const fresh = new Map<string, readonly RuleProblem[]>();
  for (const slice of yamlSlices(input.text)) {
    const text = input.text.slice(slice.start, slice.end);
    const known = fresh.get(text) ?? input.cache?.slices.get(text);
    const problems = known ?? checkYaml(text, input.rules);
    fresh.set(text, problems);
    found.push(...placed(problems, slice.start));
  }
  if (input.cache) input.cache.slices = fresh;
  return found;
}

function placed(problems: readonly RuleProblem[], offset: number): Placed[] {
  return problems.map((problem) => ({ problem, offset }));
}

/** One slice of a YAML file. Text that a template engine has yet to fill in is left alone. */
function checkYaml(text: string, rules: readonly Rule[]): RuleProblem[] {
  if (text.length > LARGE_LENGTH && HOLDS_NO_PODS.test(text)) return [];
  const found: RuleProblem[] = [];
  const template = text.includes("{{") || text.includes("{%");
  for (const { root, problems } of parseYaml(text)) {
    if (template && (!root || holdsTemplate(root, text))) return [];
    found.push(...problems.map(asSyntax));
    for (const pod of podTemplates(root)) {
      for (const rule of rules) {
        if (rule.appliesTo !== "pod" || found.length > MAXIMUM_FINDINGS) continue;
        found.push(...attributed(rule, rule.check(pod, text)));
      }
    }
  }
  return found;
}

function checkDockerfile(input: CheckInput): RuleProblem[] {
  const file = parseDockerfile(input.text);
  const found = file.problems.map(asSyntax);
  const path = input.path.replaceAll("\\", "/");
  for (const rule of input.rules)
    if (rule.appliesTo === "dockerfile") found.push(...attributed(rule, rule.check(file, path)));
  return found;
}

function checkDevcontainer(input: CheckInput): RuleProblem[] {
  const file = parseJson(input.text);
  if (file.problems.length > 0) return file.problems.map(asSyntax);
  return input.rules.flatMap((rule) =>
    rule.appliesTo === "devcontainer" ? attributed(rule, rule.check(file)) : [],
  );
}

function asSyntax(problem: Problem): RuleProblem {
  return { ...problem, rule: "syntax", level: problem.severity ?? "error" };
}

/** At most as many as are ever shown: the fixes of each cost time. */
function attributed(rule: Rule, problems: Iterable<Problem>): RuleProblem[] {
  const found: RuleProblem[] = [];
  for (const problem of problems) {
    const level = problem.severity ?? rule.severity;
    found.push({ ...problem, rule: rule.id, level, source: rule.source });
    if (found.length >= MAXIMUM_FINDINGS) break;
  }
  return found;
}

function byPlace(one: Finding, other: Finding): number {
  return (
    one.range.start.line - other.range.start.line ||
    one.range.start.column - other.range.start.column ||
    (one.rule < other.rule ? -1 : Number(one.rule > other.rule))
  );
}
