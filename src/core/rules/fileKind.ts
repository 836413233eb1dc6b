// Which of the files we know a file is, by its name and what is in it.

export type FileKind = "kubernetes" | "compose" | "dockerfile" | "devcontainer";

const BLOCK_MANIFEST = /^\uFEFF?"?(?:apiVersion|kind)"?[ \t]*:/m;
const FLOW_MANIFEST = /^(?:\uFEFF|---)?\s*\{\s*"?(?:apiVersion|kind|metadata)"?\s*:/m;

/** True when a file of this name may be one we check; its text decides. */
export function mayBeChecked(path: string): boolean {
  return isYaml(path) || kindByName(path) !== undefined;
}

/** @returns undefined for a file that is none of ours. */
export function fileKind(path: string, text: string): FileKind | undefined {
  const named = kindByName(path);
  if (named) return named;
  if (!isYaml(path)) return undefined;
  // By text, not by tree: a manifest that does not parse is one all the same.
  if (BLOCK_MANIFEST.test(text) || FLOW_MANIFEST.test(text)) return "kubernetes";
  return undefined;
}

function kindByName(path: string): FileKind | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  if (name === "devcontainer.json" || name === ".devcontainer.json") return "devcontainer";
  if (name.endsWith(".dockerignore")) return undefined;
  if (/^(?:dockerfile|containerfile)(?:\..+)?$/.test(name) || /\.(?:dockerfile|containerfile)$/.test(name))
    return "dockerfile";
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(name)) return "compose";
  return undefined;
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
