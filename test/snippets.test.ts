// Every snippet, expanded as a person who only presses Tab would have it, passes our own rules.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { check } from "../src/core/rules/check.ts";
import { fileKind } from "../src/core/rules/fileKind.ts";
import { rules } from "../src/core/rules/index.gen.ts";
import { root } from "./sources.ts";

interface Snippet {
  prefix: string;
  description: string;
  body: string[];
}

/** The name a file of that language has, so that the rules know it. */
const fileNames: Record<string, string> = {
  yaml: "manifest.yaml",
  dockerfile: "Dockerfile",
  jsonc: ".devcontainer/devcontainer.json",
};

const folder = join(root, "snippets");

describe("snippets", () => {
  for (const language of readdirSync(folder)) {
    for (const name of readdirSync(join(folder, language))) {
      const all = JSON.parse(readFileSync(join(folder, language, name), "utf8")) as Record<string, Snippet>;
      for (const [title, snippet] of Object.entries(all)) {
        it(`${language}/${name}: ${title}`, () => {
          assert.match(snippet.prefix, /^slipway-/);
          const text = expand(snippet.body.join("\n"));
          assert.doesNotMatch(text, /\$\{?\d/);
          const path = fileNames[language];
          assert.ok(path, `no file name for ${language}`);
          assert.ok(fileKind(path, text), "the rules do not know the file");
          const findings = check({ path, text, settings: { levels: {} }, rules });
          assert.deepEqual(
            findings.map((one) => `${one.range.start.line + 1}: ${one.rule} ${one.message}`),
            [],
          );
        });
      }
    }
  }
});

/** Placeholders give their default; a repeated one gives the first. */
function expand(body: string): string {
  return body.replace(/\$\{\d+:([^}]*)\}/g, "$1").replace(/\$0/g, "");
}
