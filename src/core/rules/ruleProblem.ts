// A problem with the rule that found it, before it has a place in a file.
import type { Problem } from "../syntax/problem.ts";
import { type Levelled, namesOf } from "./levels.ts";
import type { Rule } from "./rule.ts";

/** A file with more has one mistake many times; a list that long helps nobody. */
export const MAXIMUM_FINDINGS = 1000;

/** A problem with its rule; places count from the start of the document. */
export interface RuleProblem extends Problem, Levelled {
  readonly source?: string;
}

/** At most as many as are ever shown: the fixes of each cost time. */
export function attributed(rule: Rule, problems: Iterable<Problem>): RuleProblem[] {
  const found: RuleProblem[] = [];
  for (const problem of problems) {
    const level = problem.severity ?? rule.severity;
    const strict = rule.profile === "strict" ? ({ strict: true } as const) : {};
    const names = namesOf(rule, problem);
    found.push({ ...problem, rule: rule.id, names, level, source: rule.source, ...strict });
    if (found.length >= MAXIMUM_FINDINGS) break;
  }
  return found;
}

/** What a parser says. */
export function asSyntax(problem: Problem): RuleProblem {
  return { ...problem, rule: "syntax", names: ["syntax"], level: problem.severity ?? "error" };
}
