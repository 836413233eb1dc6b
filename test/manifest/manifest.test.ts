// What is generated: index files, contributes, README tables.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { contributes } from "../../src/manifest/contributes.ts";
import { indexFile } from "../../src/manifest/indexFile.ts";
import { ruleGroupsTable } from "../../src/manifest/ruleGroups.ts";
import { readmeTables } from "../../src/manifest/readme.ts";
import { snippetContributions, snippetsTable } from "../../src/manifest/snippets.ts";
import { command } from "../../src/ui/command.ts";

const options = { type: "Rule", typeFrom: "./rule.ts", name: "rules" };

describe("generated files", () => {
  it("lists the files of a folder in an order that does not depend on the machine", () => {
    const text = indexFile(["gpu/gpu002.ts", "gpu/gpu001.ts"], options);
    assert.equal(text, indexFile(["gpu/gpu001.ts", "gpu/gpu002.ts"], options));
    assert.match(text, /import \{ gpu001 \} from "\.\/gpu\/gpu001\.ts";\nimport \{ gpu002 \}/);
    assert.match(text, /export const rules: readonly Rule\[\] = \[\n {2}gpu001,\n {2}gpu002,\n\];/);
  });

  it("puts a command into the palette, its menus and behind trust", () => {
    const made = contributes({
      commands: [
        command({
          id: "slipway.x",
          title: "Do It…",
          icon: "play",
          palette: false,
          needsTrust: true,
          menus: [{ place: "view/item/context", when: "viewItem =~ /\\bpod\\b/", group: "inline" }],
          async run() {},
        }),
      ],
      views: [],
      panels: [],
      snippets: [],
    });
    assert.deepEqual(made["commands"], [
      { command: "slipway.x", title: "Do It…", category: "Slipway", icon: "$(play)" },
    ]);
    assert.deepEqual(made["menus"], {
      "view/item/context": [{ command: "slipway.x", when: "viewItem =~ /\\bpod\\b/", group: "inline" }],
      commandPalette: [{ command: "slipway.x", when: "false" }],
    });
  });

  it("lists snippets by area, and offers each in the languages that its files have", () => {
    const snippet = (folder: string, prefix: string, area: string) => {
      const path = `./snippets/${folder}/x.json`;
      return { folder, path, prefix, area };
    };
    const files = [snippet("jsonc", "slipway-a", "Compose"), snippet("yaml", "slipway-b", "Images")];
    assert.deepEqual(snippetContributions(files), [
      { language: "jsonc", path: "./snippets/jsonc/x.json" },
      { language: "json", path: "./snippets/jsonc/x.json" },
      { language: "yaml", path: "./snippets/yaml/x.json" },
    ]);
    assert.equal(
      snippetsTable(files),
      "| For | Prefixes |\n|---|---|\n| Images | `slipway-b` |\n| Compose | `slipway-a` |",
    );
  });

  it("fills the README between its markers and leaves the rest", () => {
    const text = "a\n<!-- gen:rules -->\nold\n<!-- /gen -->\nb <!-- gen:nothing --> c";
    const made = readmeTables(text, {
      rules: [{ id: "GPU001", title: "a | b", severity: "error", source: "https://example.test" }],
      snippets: [],
    });
    assert.match(made, /^a\n<!-- gen:rules -->\n\| Rule/);
    assert.match(
      made,
      /\| \[GPU001\]\(https:\/\/example\.test\) \| error \| a \\\| b \| {2}\|\n<!-- \/gen -->\nb <!-- gen:nothing --> c$/,
    );
  });

  it("says in short which groups of rules there are, and of no group nothing", () => {
    const rules = [{ id: "SRV002" }, { id: "GPU001" }, { id: "SRV001" }];
    assert.match(
      ruleGroupsTable(rules),
      /^\| Rules \| \| About \|\n.*\n\| GPU \| 1 \| \S.* \|\n\| SRV \| 2 \| \S.* \|$/,
    );
    assert.throws(() => ruleGroupsTable([{ id: "XYZ001" }]), /XYZ/);
  });
});
