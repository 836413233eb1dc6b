// Fills the tables of the README and the docs between their markers, so that they can't promise what is not there.
import { settings } from "../ui/settings.ts";
import { ruleGroupsTable } from "./ruleGroups.ts";
import { type SnippetFile, snippetsTable } from "./snippets.ts";

export interface ReadmeFacts {
  rules: readonly {
    id: string;
    title: string;
    severity: string;
    source: string;
    profile?: string;
    aliases?: readonly string[];
  }[];
  snippets: readonly SnippetFile[];
}

/** The text of a page with its `<!-- gen:name -->` … `<!-- /gen -->` blocks written anew. */
export function readmeTables(text: string, facts: ReadmeFacts): string {
  const blocks: Record<string, () => string> = {
    rules: () => rulesTable(facts.rules),
    ruleGroups: () => ruleGroupsTable(facts.rules),
    settings: settingsTable,
    snippets: () => snippetsTable(facts.snippets),
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
    .map(({ id, source, severity, profile, title, aliases = [] }) => {
      const level = profile === undefined ? severity : `${severity}, ${profile}`;
      return `| [${id}](${source}) | ${level} | ${cell(title)} | ${aliases.join(", ")} |`;
    });
  return ["| Rule | Level | What it asks for | Elsewhere |", "|---|---|---|---|", ...rows].join("\n");
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
