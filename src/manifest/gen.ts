// Writes what is made from code: index files, then package.json's `contributes`, then docs tables.
// `--check` writes nothing and fails when something is out of step.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command } from "../ui/command.ts";
import type { Panel } from "../ui/panel.ts";
import type { View } from "../ui/view.ts";
import { activationEvents, contributes, restrictedSettings, type Snippet } from "./contributes.ts";
import { headersFile } from "./headersFile.ts";
import { indexFile } from "./indexFile.ts";
import { readmeTables } from "./readme.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const indexes = [
  { folder: "src/ui/commands", type: "Command", typeFrom: "../command.ts", name: "commands" },
  { folder: "src/ui/panels", type: "Panel", typeFrom: "../panel.ts", name: "panels" },
  { folder: "src/ui/views", type: "View", typeFrom: "../view.ts", name: "views" },
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
  manifest["contributes"] = contributes({ commands, views, panels, snippets: snippets() });
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return [
    { path: "src/ui/commands/headers.gen.ts", text: headersFile(commands) },
    { path: "package.json", text: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: "README.md", text: readmeTables(readme, { rules }) },
  ];
}

/** Paths whose text on disk differs from what the code gives. */
export function outOfStep(generated: Generated[]): string[] {
  return generated.filter(({ path, text }) => read(path) !== text).map(({ path }) => path);
}

function snippets(): Snippet[] {
  const folder = join(root, "snippets");
  if (!exists(folder)) return [];
  return readdirSync(folder).flatMap((language) =>
    readdirSync(join(folder, language))
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => ({ language, path: `./snippets/${language}/${name}` })),
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
