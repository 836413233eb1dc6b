// Labels of an object as rows keep them: one text, `key=value` lines in the order of the keys. The pods of a workload
// have the same, so that thousands of rows share a few texts, and a look at one is a search in it.
import { linkLabels } from "./linkLabels.ts";
import { field, type KubeObject } from "./object.ts";

/** Undefined for an object without labels. */
export function labelText(object: KubeObject): string | undefined {
  const labels = field(object, "metadata", "labels");
  // A list in protobuf is read into such a text at once.
  if (typeof labels === "string") return labels;
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) return undefined;
  const entries = Object.entries(labels).filter(([, value]) => typeof value === "string");
  if (entries.length === 0) return undefined;
  return entries
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join("\n");
}

/** The value of a label; undefined without it. */
export function labelValue(labels: string | undefined, key: string): string | undefined {
  if (labels === undefined) return undefined;
  const head = `${key}=`;
  const at = labels.startsWith(head) ? 0 : labels.indexOf(`\n${head}`) + 1;
  if (at === 0 && !labels.startsWith(head)) return undefined;
  const end = labels.indexOf("\n", at);
  return labels.slice(at + head.length, end < 0 ? undefined : end);
}

const LINK = new RegExp(`^(?:${linkLabels.map((label) => label.replaceAll(".", "\\.")).join("|")})=`, "m");

/** The labels of `linkLabels` that have a value, in that order. */
export function linksIn(labels: string | undefined): string[] | undefined {
  // Most pods have none.
  if (labels === undefined || !LINK.test(labels)) return undefined;
  const links = linkLabels.flatMap((label) => {
    const value = labelValue(labels, label);
    return value === undefined || value === "" ? [] : [`${label}=${value}`];
  });
  return links.length === 0 ? undefined : links;
}
