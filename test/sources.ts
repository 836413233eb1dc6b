// The project's own source files, read once, with their imports: what the architecture test looks at.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Source {
  /** Path from the repository's root, with `/`. */
  path: string;
  text: string;
}

export interface Import {
  from: string;
  /** Path of one of our files, or a package's name. */
  to: string;
  own: boolean;
}

/** Every TypeScript file under `folders`. */
export function sources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter(
        (entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"),
      )
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") };
      }),
  );
}

/** Static, dynamic and type imports and re-exports of a file. */
export function imports(source: Source): Import[] {
  const text = withoutComments(source.text);
  const found = new Set<string>();
  const patterns = [
    /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']/g,
  ];
  for (const pattern of patterns) for (const match of text.matchAll(pattern)) found.add(match[1] ?? "");
  return [...found].map((specifier) =>
    specifier.startsWith(".")
      ? {
          from: source.path,
          to: posix.normalize(posix.join(posix.dirname(source.path), specifier)),
          own: true,
        }
      : { from: source.path, to: specifier, own: false },
  );
}

/** The same text without comments, so that prose is not mistaken for code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/[^\n]*/g, "$1");
}
