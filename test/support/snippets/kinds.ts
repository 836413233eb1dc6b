// The snippets of the folder snippets, expanded, and the objects in them by what they are.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parseAllDocuments } from "yaml";
import { root } from "../../sources.ts";
import { type Expanded, expand } from "./expand.ts";
import { isObject } from "./fields.ts";

export interface Snippet extends Expanded {
  /** Folder it stands in: VS Code's language. */
  language: string;
  /** File name without its end. */
  name: string;
  title: string;
  prefix: string;
  description: string;
  area: string;
  /** VS Code offers it to fill a whole file. */
  isFileTemplate: boolean;
  /** Patterns of files in which VS Code does not offer it. */
  exclude: readonly string[];
  body: string;
  /** How many snippets its file holds. */
  siblings: number;
}

const folder = join(root, "snippets");

/** Where such a text stands in a project; the rules know it by that. */
const fileNames: Readonly<Record<string, string>> = {
  yaml: "manifest.yaml",
  dockerfile: "Dockerfile",
  dockercompose: "compose.yaml",
  jsonc: ".devcontainer/devcontainer.json",
  "yaml/githubActions": ".github/workflows/deploy.yaml",
  "yaml/gitlabPipeline": ".gitlab-ci.yml",
};

/** What those documents are that are no Kubernetes objects, by the file they stand in. */
const documentKinds: Readonly<Record<string, string>> = {
  "compose.yaml": "Compose file",
  ".devcontainer/devcontainer.json": "devcontainer.json",
  ".github/workflows/deploy.yaml": "GitHub Actions workflow",
  ".gitlab-ci.yml": "GitLab pipeline",
};

export function fileNameOf({ language, name }: Pick<Snippet, "language" | "name">): string {
  return fileNames[`${language}/${name}`] ?? fileNames[language] ?? "";
}

export function snippets(): Snippet[] {
  return readdirSync(folder).flatMap((language) =>
    readdirSync(join(folder, language)).flatMap((file) => {
      const text = readFileSync(join(folder, language, file), "utf8");
      const all = Object.entries(JSON.parse(text) as Record<string, SnippetText>);
      return all.map(([title, snippet]): Snippet => {
        const { isFileTemplate = false, exclude = [] } = snippet;
        const body = snippet.body.join("\n");
        const name = file.replace(/\.json$/, "");
        const rest = { isFileTemplate, exclude, body, siblings: all.length };
        return { ...snippet, language, name, title, ...rest, ...expand(body) };
      });
    }),
  );
}

interface SnippetText {
  prefix: string;
  description: string;
  area: string;
  isFileTemplate?: boolean;
  exclude?: string[];
  body: string[];
}

/** An object of a snippet under the name that the extracts have it by; documents that stand in a text are theirs too. */
export interface NamedObject {
  kind: string;
  value: unknown;
}

/** @throws for a text that does not parse. */
export function objectsOf(snippet: Snippet): NamedObject[] {
  const file = fileNameOf(snippet);
  if (snippet.language === "dockerfile") return [];
  if (snippet.language === "jsonc")
    return [{ kind: documentKinds[file] ?? file, value: parseJsonc(snippet.text) as unknown }];
  // Kubernetes reads YAML 1.1, in which "on" is true; pipelines and Compose read 1.2.
  const version = documentKinds[file] === undefined ? "1.1" : "1.2";
  return parseAllDocuments(snippet.text, { version, merge: true }).flatMap((document): NamedObject[] => {
    const [error] = document.errors;
    if (error) throw error;
    const value: unknown = document.toJS();
    if (!isObject(value)) return [];
    const kind = documentKinds[file] ?? `${String(value["apiVersion"])} ${String(value["kind"])}`;
    return [{ kind, value }, ...embedded(value)];
  });
}

/** Configurations that a ConfigMap, or a field of text, holds, and the object of which Katib makes its trials. */
function embedded(value: Record<string, unknown>): NamedObject[] {
  const named = (text: unknown, kind: string): NamedObject[] =>
    typeof text === "string" ? [{ kind, value: parseAllDocuments(text)[0]?.toJS() as unknown }] : [];
  const spec = isObject(value["spec"]) ? value["spec"] : {};
  const trial = isObject(spec["trialTemplate"]) ? spec["trialTemplate"]["trialSpec"] : undefined;
  if (isObject(trial))
    return [{ kind: `${String(trial["apiVersion"])} ${String(trial["kind"])}`, value: trial }];
  if (value["kind"] === "RayService") return named(spec["serveConfigV2"], "Ray Serve configuration");
  if (value["kind"] !== "ConfigMap" || !isObject(value["data"])) return [];
  return Object.values(value["data"]).flatMap((text) => {
    if (typeof text !== "string") return [];
    if (text.includes("mig-configs:")) return named(text, "mig-parted configuration");
    if (text.includes("sharing:")) return named(text, "device plugin configuration");
    if (text.includes("seriesQuery:")) return named(text, "prometheus-adapter configuration");
    return [];
  });
}

/** Every object of the snippets, by kind. */
export function usedKinds(): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const snippet of snippets())
    for (const { kind, value } of objectsOf(snippet)) found.set(kind, [...(found.get(kind) ?? []), value]);
  return found;
}
