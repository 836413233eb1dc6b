// Names of images: registry/path:tag@digest, read by the grammar that registries and engines share.
// Source: https://github.com/distribution/reference (regexp.go).

export interface Reference {
  /** Registry with its port, as written; undefined means Docker Hub. */
  registry: string | undefined;
  /** Path in the registry, as `library/busybox` or `me/model`. */
  path: string;
  tag: string | undefined;
  digest: string | undefined;
}

const registryPart =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPart = /^\w[\w.-]{0,127}$/;
const digestPart = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Gives the parts, or a sentence that says which part is wrong and what is allowed there. */
export function parseReference(text: string): Reference | { problem: string } {
  if (text === "") return { problem: "An image needs a name, as my-model:1." };
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !digestPart.test(digest)) {
    return {
      problem: `"${shown(digest)}" is not a digest: it looks like sha256: and 64 hexadecimal digits.`,
    };
  }
  let name = at < 0 ? text : text.slice(0, at);
  const colon = name.lastIndexOf(":");
  let tag: string | undefined;
  if (colon > name.lastIndexOf("/")) {
    tag = name.slice(colon + 1);
    name = name.slice(0, colon);
    if (!tagPart.test(tag)) {
      return {
        problem: `"${shown(tag)}" can't be a tag: use letters, digits, "_", "." and "-", at most 128, not beginning with "." or "-".`,
      };
    }
  }
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasRegistry = first !== "" && (/[.:[A-Z]/.test(first) || first === "localhost");
  if (hasRegistry && !registryPart.test(first)) {
    return { problem: `"${shown(first)}" can't be a registry: it is a host name, with :port if need be.` };
  }
  const path = hasRegistry ? name.slice(slash + 1) : name;
  const wrong = path.split("/").find((part) => !pathPart.test(part));
  if (wrong !== undefined) {
    if (/[A-Z]/.test(wrong) && pathPart.test(wrong.toLowerCase())) {
      return { problem: `"${shown(wrong)}" can't be part of an image's name: write it in lower case.` };
    }
    return {
      problem: `"${shown(wrong)}" can't be part of an image's name: use lower-case letters and digits, with ".", "_" or "-" between them.`,
    };
  }
  if (name.length > 255) return { problem: "An image's name has at most 255 characters." };
  if (/^[0-9a-f]{64}$/.test(name))
    return { problem: "An image's name can't be 64 hexadecimal digits: that is an id." };
  return { registry: hasRegistry ? first : undefined, path, tag, digest };
}

/** A sentence when `text` can't be the name of a new image; undefined when it can. */
export function tagProblem(text: string): string | undefined {
  const reference = parseReference(text);
  if ("problem" in reference) return reference.problem;
  return reference.digest === undefined
    ? undefined
    : "A new image can't be given a digest: leave away what follows @.";
}

/** The nearest allowed image name for a folder's name, as `my-model:latest` for `My Model!`. */
export function tagForFolder(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/[._-]*-[._-]*/g, "-")
    .replace(/\.[._]+|_\.[._]*|_{3,}/g, "_")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, 128)
    .replace(/[._-]+$/, "");
  return `${name === "" ? "image" : name}:latest`;
}

/** What goes into a sentence: control characters out, and not too long. */
function shown(text: string): string {
  const clean = text.replace(/[^\P{C}]/gu, "?");
  return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}
