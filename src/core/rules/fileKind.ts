// Which of the files we know a file is, by its name and what is in it.

export type FileKind = "kubernetes" | "compose" | "dockerfile" | "devcontainer";

/** Named after a Dockerfile, but about it, beside it, or not yet one. */
const NOT_A_DOCKERFILE =
  /\.(?:dockerignore|md|mdx|txt|rst|adoc|html?|json|ya?ml|toml|go|py|[cm]?[jt]sx?|rb|sh|ps1|java|rs|tmpl|tpl|template|j2|jinja2?|erb|in|m4|bak|orig|swp|lock|log|patch|diff)$/;
const BLOCK_MANIFEST = /^\uFEFF?"?(?:apiVersion|kind)"?[ \t]*:/m;
const FLOW_MANIFEST = /^(?:\uFEFF|---)?\s*\{\s*"?(?:apiVersion|kind|metadata)"?\s*:/m;

/** True when a file of this name may be one we check; its text decides. */
export function mayBeChecked(path: string): boolean {
  return isYaml(path) || kindByName(path) !== undefined;
}

/** @returns undefined for a file that is none of ours. */
export function fileKind(path: string, text: string): FileKind | undefined {
  const named = kindByName(path);
  // Editors' and tools' files are named after Dockerfiles too: with a suffix, what is in it decides.
  if (named === "dockerfile" && !/(?:^|[/\\])(?:docker|container)file$/i.test(path))
    return /^[ \t]*(?:from|arg)[ \t]/im.test(text) ? named : undefined;
  if (named) return named;
  if (!isYaml(path)) return undefined;
  // By text, not by tree: a manifest that does not parse is one all the same.
  if (BLOCK_MANIFEST.test(text) || FLOW_MANIFEST.test(text)) return "kubernetes";
  return undefined;
}

function kindByName(path: string): FileKind | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  if (name === "devcontainer.json" || name === ".devcontainer.json") return "devcontainer";
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(name)) return "compose";
  if (NOT_A_DOCKERFILE.test(name)) return undefined;
  if (/^(?:dockerfile|containerfile)(?:\..+)?$/.test(name) || /\.(?:dockerfile|containerfile)$/.test(name))
    return "dockerfile";
  return undefined;
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
