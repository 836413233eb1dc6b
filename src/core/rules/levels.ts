// Which rules are on, and at which level their findings stand.
import type { LevelVersion } from "../policy/podSecurity/level.ts";
import type { Severity } from "../syntax/finding.ts";
import type { Problem } from "../syntax/problem.ts";
import type { RuleFacts } from "./rule.ts";

export type Level = "off" | Severity;

export interface CheckSettings {
  /** By a rule's id or alias, or `syntax`; what is not in it has the rule's own level. The id counts before aliases. */
  readonly levels: Readonly<Record<string, Level>>;
  /** The version of Kubernetes to check for, such as `1.33`; the default is our own choice. */
  readonly kubernetesVersion?: string | undefined;
  /** The Pod Security level that all pods are held against, beside what their namespaces ask. */
  readonly podSecurity?: LevelVersion | undefined;
  /** `strict` runs every rule; else those of the strict profile run only where `levels` names them. */
  readonly profile?: "recommended" | "strict";
  /** Ids of rules whose findings count one step higher: a warning is an error then. */
  readonly raised?: readonly string[];
}

/** What of a problem decides its level. */
export interface Levelled {
  /** The id of its rule, or `syntax`. */
  readonly rule: string;
  /** That id, and what else this problem goes by in settings and comments. */
  readonly names: readonly string[];
  /** Where nobody says otherwise. */
  readonly level: Severity;
  /** Its rule is one of the strict profile. */
  readonly strict?: true;
  /** The file itself asks for its rule. */
  readonly asked?: true;
}

/** The id of a rule and every name that settings and comments may use for this problem of it. */
export function namesOf(rule: RuleFacts, problem?: Problem): readonly string[] {
  return [rule.id, ...(problem?.aliases ?? rule.aliases ?? [])];
}

/** False for a rule that could only find what nobody is told. */
export function isOn(rule: RuleFacts, settings: CheckSettings): boolean {
  const given = namesOf(rule).map((name) => givenLevel([name], settings));
  if (given.some((level) => level !== undefined && level !== "off")) return true;
  return given[0] !== "off" && (rule.profile !== "strict" || settings.profile === "strict");
}

/** What a problem's finding stands at. */
export function levelOf(problem: Levelled, settings: CheckSettings): Level {
  const { rule, names, level, strict, asked } = problem;
  const given = givenLevel(names, settings);
  if (given !== undefined) return given;
  if (strict && settings.profile !== "strict" && !asked) return "off";
  const higher = level === "information" ? "warning" : "error";
  return settings.raised?.includes(rule) ? higher : level;
}

/** The level that somebody gave to the rule, else to one of its other names: the last is of the narrowest case. */
function givenLevel([id = "", ...aliases]: readonly string[], { levels }: CheckSettings): Level | undefined {
  const has = (name: string) => Object.hasOwn(levels, name);
  const name = has(id) ? id : aliases.findLast(has);
  return name === undefined ? undefined : levels[name];
}

/**
 * Levels that lie over others. One for a single case of a rule lies over a lower one for the whole rule, which then
 * holds for its other cases.
 */
export function layered(
  lower: Readonly<Record<string, Level>>,
  upper: Readonly<Record<string, Level>>,
  rules: readonly RuleFacts[],
): Record<string, Level> {
  const levels = { ...lower };
  for (const { id, aliases = [] } of rules) {
    const whole = levels[id];
    if (whole === undefined || !aliases.some((alias) => Object.hasOwn(upper, alias))) continue;
    delete levels[id];
    for (const alias of aliases) levels[alias] = whole;
  }
  return { ...levels, ...upper };
}
