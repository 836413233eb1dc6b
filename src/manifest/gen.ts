// Writes what is made from code: index files, then package.json's `contributes`, then docs tables.
// `--check` writes nothing and fails when something is out of step.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command } from "../ui/command.ts";
import type { Panel } from "../ui/panel.ts";
import type { View } from "../ui/view.ts";
import { restrictedSettings } from "../ui/settings.ts";
import { activationEvents, contributes } from "./contributes.ts";
import { headersFile } from "./headersFile.ts";
import { indexFile } from "./indexFile.ts";
import { readmeTables } from "./readme.ts";
import { type SnippetFile, snippetContributions } from "./snippets.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const indexes = [
  { folder: "src/ui/commands", type: "Command", typeFrom: "../command.ts", name: "commands" },
  { folder: "src/ui/panels", type: "Panel", typeFrom: "../panel.ts", name: "panels" },
  { folder: "src/ui/views", type: "View", typeFrom: "../view.ts", name: "views" },
  {
    folder: "src/core/kube/schema/kinds",
    type: "OwnKind",
    typeFrom: "../ownKind.ts",
    name: "ownKinds",
  },
  { folder: "src/core/kube/ml", type: "MlKind", typeFrom: "../mlKind.ts", name: "mlKinds" },
  { folder: "src/core/rules", type: "Rule", typeFrom: "./rule.ts", name: "rules", nested: true },
];

export interface Generated {
  path: string;
  text: string;
}

/** Everything that is generated, as it should be now; the indexes must be written before the rest is asked for. */
export function generatedIndexes(): Generated[] {
  return indexes
    .filter((index) => exists(join(root, index.folder)))
    .map((index) => ({
      path: `${index.folder}/index.gen.ts`,
      text: indexFile(files(index.folder, index.nested ?? false), index),
    }));
}

export async function generatedManifest(): Promise<Generated[]> {
  const { commands } = await load<{ commands: readonly Command[] }>("src/ui/commands/index.gen.ts");
  const { views } = await load<{ views: readonly View[] }>("src/ui/views/index.gen.ts");
  const { panels } = await load<{ panels: readonly Panel[] }>("src/ui/panels/index.gen.ts");
  const { rules } = await load<{
    rules: readonly { id: string; title: string; severity: string; why: string; source: string }[];
  }>("src/core/rules/index.gen.ts");
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  manifest["activationEvents"] = activationEvents;
  manifest["capabilities"] = {
    untrustedWorkspaces: {
      supported: "limited",
      description:
        "Checking works. Nothing is built, run or deployed until the workspace is trusted, and its settings for kubeconfig and Docker are ignored.",
      restrictedConfigurations: restrictedSettings(),
    },
    virtualWorkspaces: {
      supported: "limited",
      description: "Checking and clusters work; building needs files on disk.",
    },
  };
  const snippets = snippetFiles();
  manifest["contributes"] = contributes({
    commands,
    views,
    panels,
    snippets: snippetContributions(snippets),
  });
  const pages = ["README.md", "docs/rules.md"].map((path) => {
    return { path, text: readmeTables(readFileSync(join(root, path), "utf8"), { rules, snippets }) };
  });
  return [
    { path: "src/ui/commands/headers.gen.ts", text: headersFile(commands) },
    { path: "package.json", text: `${JSON.stringify(manifest, null, 2)}\n` },
    ...pages,
  ];
}

/** Paths whose text on disk differs from what the code gives. */
export function outOfStep(generated: Generated[]): string[] {
  return generated.filter(({ path, text }) => read(path) !== text).map(({ path }) => path);
}

function snippetFiles(): SnippetFile[] {
  return readdirSync(join(root, "snippets")).flatMap((folder) =>
    readdirSync(join(root, "snippets", folder))
      .filter((name) => name.endsWith(".json"))
      .toSorted()
      .flatMap((name) => {
        const path = `./snippets/${folder}/${name}`;
        const text = readFileSync(join(root, path), "utf8");
        const all = Object.values(JSON.parse(text) as Record<string, { prefix: string; area: string }>);
        return all.map(({ prefix, area }) => ({ folder, path, prefix, area }));
      }),
  );
}

function files(folder: string, nested: boolean): string[] {
  const own = join(root, folder);
  const result: string[] = [];
  for (const entry of readdirSync(own, { withFileTypes: true })) {
    if (!nested && entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".gen.ts"))
      result.push(entry.name);
    if (nested && entry.isDirectory()) {
      for (const name of readdirSync(join(own, entry.name))) {
        if (name.endsWith(".ts")) result.push(`${entry.name}/${name}`);
      }
    }
  }
  return result;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function read(path: string): string | undefined {
  return exists(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}

async function load<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(root, path)).href)) as T;
}

async function main(): Promise<void> {
  for (const { path, text } of generatedIndexes()) write(path, text);
  for (const { path, text } of await generatedManifest()) write(path, text);
}

function write(path: string, text: string): void {
  if (read(path) === text) return;
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}

if (process.argv[1] && relative(fileURLToPath(import.meta.url), process.argv[1]) === "") await main();
