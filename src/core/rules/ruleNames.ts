// The names under which settings know a rule: its id, what other linters call it, and what is no rule of ours.
import type { RuleFacts } from "./rule.ts";

/** What findings are attributed to that come from no rule; they have levels as rules have. */
export interface Attribution {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

export const ATTRIBUTIONS: readonly Attribution[] = [
  {
    id: "syntax",
    title: "The file can be read",
    why: "A file that cannot be parsed is refused by the tool that it is for.",
  },
  {
    id: "configuration",
    title: "The configuration says what is meant",
    why: "A setting of .slipway.yaml that cannot be read has no effect, so that what it was for goes unchecked.",
  },
  {
    id: "helm",
    title: "The chart can be rendered",
    why: "slipway check renders a chart with helm to see what it makes. Where that fails, nobody can install the chart with these values, and its templates go unchecked.",
  },
];

/**
 * From a name in lower case to the id, or to the name itself where it stands for one case of its rule alone, or for
 * several rules.
 */
export function ruleNames(rules: readonly RuleFacts[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { id, aliases = [], cases } of rules)
    for (const alias of aliases) {
      const name = alias.toLowerCase();
      names.set(name, cases || names.has(name) ? alias : id);
    }
  // An id is never taken for somebody else's name.
  for (const { id } of [...rules, ...ATTRIBUTIONS]) names.set(id.toLowerCase(), id);
  return names;
}
