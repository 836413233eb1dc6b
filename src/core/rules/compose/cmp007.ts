// CMP007: the version that Compose files had once.
import { removeEntry } from "../../syntax/edit.ts";
import { entryOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const cmp007: Rule = {
  id: "CMP007",
  title: "A Compose file has no version",
  severity: "information",
  why: "Compose ignores the attribute and warns of it at each start. It says nothing of the features that a file may use.",
  source: "https://docs.docker.com/reference/compose-file/version-and-name/",
  appliesTo: "compose",
  good: `services:
  llm:
    image: registry.example/llm:1
`,
  bad: `«version»: "3.8"
services:
  llm:
    image: registry.example/llm:1
`,
  *check({ root, services }, text) {
    const entry = entryOf(root, "version");
    if (root?.kind !== "map" || !entry || entry.merged || services.length === 0) return;
    yield {
      at: entry.key,
      message: "Compose ignores this attribute and warns of it: take it out.",
      fixes: [{ title: "Take it out", edits: [removeEntry(text, root, entry)] }],
    };
  },
};
