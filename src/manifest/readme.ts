// Fills the tables of the README between their markers, so that it can't promise what is not there.
import { settings } from "../ui/settings.ts";

export interface ReadmeFacts {
  rules: readonly { id: string; title: string; severity: string; source: string }[];
}

/** The README's text with its `<!-- gen:name -->` … `<!-- /gen -->` blocks written anew. */
export function readmeTables(text: string, facts: ReadmeFacts): string {
  const blocks: Record<string, () => string> = {
    rules: () => rulesTable(facts.rules),
    settings: settingsTable,
  };
  return text.replace(
    /(<!-- gen:(\w+) -->\n)[\s\S]*?(<!-- \/gen -->)/g,
    (whole, open: string, name: string, close: string) => {
      const block = blocks[name];
      return block ? `${open}${block()}\n${close}` : whole;
    },
  );
}

function rulesTable(rules: ReadmeFacts["rules"]): string {
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => `| [${rule.id}](${rule.source}) | ${rule.severity} | ${cell(rule.title)} |`);
  return ["| Rule | Level | What it finds |", "|---|---|---|", ...rows].join("\n");
}

function settingsTable(): string {
  const rows = Object.entries(settings).map(
    ([key, row]) => `| \`slipway.${key}\` | \`${JSON.stringify(row.default)}\` | ${cell(row.description)} |`,
  );
  return ["| Setting | Default | |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
