// The snippets of the folder snippets: in which languages each is offered, and the README's list of them.

/** What a snippet file says of itself. VS Code reads title, prefix, description and body; the area is for the README. */
export interface SnippetFile {
  /** Folder in snippets. */
  folder: string;
  /** From the root, as package.json wants it. */
  path: string;
  prefix: string;
  area: string;
}

/** In the order of the README. */
export const areas: readonly string[] = [
  "Images",
  "Dev containers",
  "Compose",
  "Pods and Jobs",
  "Training",
  "Serving",
  "Scaling",
  "Queues",
  "Sharing GPUs",
  "Storage",
  "Network",
  "Security and policy",
  "Pipelines",
];

/**
 * VS Code's languages for a folder. devcontainer.json has the language jsonc, but json where somebody's settings say
 * so; Compose files have dockercompose where their name says what they are, else yaml.
 */
const languages: Readonly<Record<string, readonly string[]>> = {
  jsonc: ["jsonc", "json"],
  dockercompose: ["dockercompose", "yaml"],
};

/** The rows of package.json's `contributes.snippets`. */
export function snippetContributions(files: readonly SnippetFile[]): { language: string; path: string }[] {
  return files.flatMap(({ folder, path }) =>
    (languages[folder] ?? [folder]).map((language) => ({ language, path })),
  );
}

/** One row for each area, with its prefixes. */
export function snippetsTable(files: readonly SnippetFile[]): string {
  const rows = areas.flatMap((area) => {
    const prefixes = files.filter((file) => file.area === area).map(({ prefix }) => `\`${prefix}\``);
    return prefixes.length === 0 ? [] : [`| ${area} | ${prefixes.toSorted().join(", ")} |`];
  });
  return ["| For | Prefixes |", "|---|---|", ...rows].join("\n");
}
