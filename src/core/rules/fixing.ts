// Repairs a text by the fixes of its findings, round by round, and keeps only what was seen to repair.
import { applied, placed } from "../syntax/applyEdits.ts";
import type { Finding, Fix } from "../syntax/finding.ts";
import { Lines } from "../syntax/lines.ts";
import type { RuleFacts } from "./rule.ts";

/**
 * refused: what the API server or the engine refuses as it stands, so that nothing that works can change;
 * where a secret is concerned or there is a choice, a person has to decide. · all: the first fix of each finding ·
 * a rule: the first fix of each of its findings.
 */
export type FixScope = "refused" | "all" | { readonly rule: string };

export interface Fixed {
  readonly text: string;
  /** What was repaired, in the order in which that happened; places are those of the text before each. */
  readonly done: readonly { readonly finding: Finding; readonly fix: Fix }[];
  /** What is found in the text as it is now. */
  readonly findings: readonly Finding[];
}

type Choice = { readonly finding: Finding; readonly fix: Fix };

/** A fix may uncover the next finding; more rounds than this would be a fix that undoes another. */
const MAXIMUM_ROUNDS = 8;

/**
 * Ends when nothing is left to repair, at the latest after some rounds.
 * @param check the findings of a changed text.
 */
export function fixText(
  text: string,
  findings: readonly Finding[],
  scope: FixScope,
  rules: readonly RuleFacts[],
  check: (text: string) => readonly Finding[],
): Fixed {
  let now: Fixed = { text, done: [], findings };
  const hopeless = new Set<string>();
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const choices = choicesOf(now, scope, rules).filter((choice) => !hopeless.has(identity(choice)));
    if (choices.length === 0) break;
    const fitting = apart(now.text, choices);
    const next = attempt(now, fitting, check);
    if (next) {
      now = next;
      continue;
    }
    // One of them does not repair: each is tried alone, and those that fail are not tried again.
    for (const choice of fitting) {
      const single = fitting.length > 1 ? attempt(now, [choice], check) : undefined;
      if (single) {
        now = single;
        break;
      }
      hopeless.add(identity(choice));
    }
  }
  return now;
}

/** The fix that may be made of each finding; none where a person has to decide, as of a configuration. */
export function choicesOf(
  { findings }: Pick<Fixed, "findings">,
  scope: FixScope,
  rules: readonly RuleFacts[],
): Choice[] {
  const refusing = new Set(["syntax"]);
  for (const rule of rules) if (rule.severity === "error" && !rule.secret) refusing.add(rule.id);
  return findings.flatMap((finding) => {
    const [fix, ...others] = finding.fixes;
    if (!fix || finding.rule === "configuration") return [];
    const clear = finding.severity === "error" && refusing.has(finding.rule) && others.length === 0;
    const wanted = typeof scope === "object" ? finding.rule === scope.rule : scope === "all" || clear;
    return wanted ? [{ finding, fix }] : [];
  });
}

/** As many as can be made together: those that touch what an earlier one changes wait for the next round. */
function apart(text: string, choices: readonly Choice[]): Choice[] {
  const lines = new Lines(text);
  const taken: { start: number; end: number }[] = [];
  const fitting: Choice[] = [];
  for (const choice of choices) {
    const spans = placed(lines, choice.fix.edits);
    const free = (edit: { start: number; end: number }) =>
      taken.every((other) => edit.end < other.start || edit.start > other.end);
    if (!spans.every(free)) continue;
    taken.push(...spans);
    fitting.push(choice);
  }
  return fitting;
}

/** @returns undefined when it does not repair what it should, or the text can be read less than before. */
function attempt(
  now: Fixed,
  choices: readonly Choice[],
  check: (text: string) => readonly Finding[],
): Fixed | undefined {
  const lines = new Lines(now.text);
  const edits = placed(
    lines,
    choices.flatMap(({ fix }) => fix.edits),
  );
  const text = applied(now.text, edits);
  const findings = check(text);
  const count = (of: readonly Finding[], rule: string) =>
    of.filter((finding) => finding.rule === rule).length;
  const rules = new Set(choices.map(({ finding }) => finding.rule));
  const repaired = [...rules].every((rule) => count(findings, rule) < count(now.findings, rule));
  if (!repaired || (!rules.has("syntax") && count(findings, "syntax") > count(now.findings, "syntax")))
    return undefined;
  return { text, done: [...now.done, ...choices], findings };
}

function identity({ finding, fix }: Choice): string {
  return JSON.stringify([finding.rule, finding.message, fix.edits.map((edit) => edit.text)]);
}
