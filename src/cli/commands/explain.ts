// `slipway explain RULE`: what a rule is about, with an example of each kind.
import { parseArgs } from "node:util";
import { Trouble } from "../../base/trouble.ts";
import { readExample, type Rule } from "../../core/rules/rule.ts";
import { nearest } from "../../core/syntax/nearest.ts";
import type { Subcommand } from "../world.ts";

export const explain: Subcommand = {
  name: "explain",
  summary: "Explain a rule",
  help: `Usage: slipway explain RULE

Says what a rule finds and why, with a bad and a good example and the page the claim comes from.
`,
  async run(args, world) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1)
      throw new Trouble("bad-input", "Name one rule, such as `slipway explain GPU001`.");
    const rule = world.rules.find((known) => known.id === id.toUpperCase());
    if (!rule) {
      const ids = world.rules.map((known) => known.id);
      const meant = nearest(id, ids);
      const hint = meant ? ` Did you mean ${meant}?` : " `slipway rules` lists them.";
      throw new Trouble("bad-input", `There is no rule "${id}".${hint}`);
    }
    world.out(explanation(rule));
    return 0;
  },
};

function explanation(rule: Rule): string {
  return [
    `${rule.id} (${rule.severity}): ${rule.title}.`,
    "",
    rule.why,
    `Source: ${rule.source}`,
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

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? line : `    ${line}`))
    .join("\n");
}
