// `slipway rules`: lists the rules.
import { parseArgs } from "node:util";
import type { Rule } from "../../core/rules/rule.ts";
import type { Subcommand } from "../world.ts";

export const rules: Subcommand = {
  name: "rules",
  summary: "List the rules",
  help: `Usage: slipway rules

Lists every rule with its severity and title; "strict" marks those of the strict profile.
\`slipway explain RULE\` says more.
`,
  async run(args, world) {
    parseArgs({ args: [...args], options: {} });
    const width = Math.max(0, ...world.rules.map((rule) => rule.id.length));
    for (const rule of world.rules)
      world.out(`${rule.id.padEnd(width)}  ${rule.severity.padEnd(11)}  ${rule.title}${strict(rule)}\n`);
    return 0;
  },
};

function strict({ profile }: Rule): string {
  return profile === "strict" ? " (strict)" : "";
}
