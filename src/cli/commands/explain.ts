// `slipway explain RULE`: what a rule is about, with an example of each kind.
import { parseArgs } from "node:util";
import { Trouble } from "../../base/trouble.ts";
import { namesOf } from "../../core/rules/levels.ts";
import { readExample, type Rule } from "../../core/rules/rule.ts";
import { ATTRIBUTIONS, type Attribution, ruleNames } from "../../core/rules/ruleNames.ts";
import { nearest } from "../../core/syntax/nearest.ts";
import type { Subcommand } from "../world.ts";

export const explain: Subcommand = {
  name: "explain",
  summary: "Explain a rule",
  help: `Usage: slipway explain RULE

Says what a rule finds and why, with a bad and a good example and the page the claim comes from. RULE is its
id, or what another linter calls it.
`,
  async run(args, world) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1)
      throw new Trouble("bad-input", "Name one rule, such as `slipway explain GPU001`.");
    const names = ruleNames(world.rules);
    const known = names.get(id.toLowerCase());
    const found = world.rules.filter((one) => known !== undefined && namesOf(one).includes(known));
    const attribution = ATTRIBUTIONS.find((one) => one.id === known);
    if (found.length > 0) world.out(found.map(explanation).join("\n"));
    else if (attribution) world.out(shortExplanation(attribution));
    else throw new Trouble("bad-input", unknown(id, [...new Set(names.values()), ...names.keys()]));
    return 0;
  },
};

function unknown(id: string, names: readonly string[]): string {
  const meant = nearest(id, names);
  const hint = meant ? ` Did you mean ${meant}?` : " `slipway rules` lists them.";
  return `There is no rule "${id}".${hint}`;
}

function explanation(rule: Rule): string {
  const { aliases = [] } = rule;
  return [
    `${rule.id} (${rule.severity}): ${rule.title}.`,
    "",
    rule.why,
    `Source: ${rule.source}`,
    ...(aliases.length > 0 ? [`Elsewhere it is called ${aliases.join(", ")}.`] : []),
    ...(rule.profile === "strict"
      ? ["It runs in the strict profile, or where the settings give it a level."]
      : []),
    "",
    "Bad:",
    "",
    indented(readExample(rule.bad).text),
    "",
    "Good:",
    "",
    indented(rule.good),
    "",
  ].join("\n");
}

function shortExplanation({ id, title, why }: Attribution): string {
  return `${id}: ${title}.\n\n${why}\n`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? line : `    ${line}`))
    .join("\n");
}
