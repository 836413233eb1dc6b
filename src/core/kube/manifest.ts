// A manifest as it is sent to a cluster: the objects of a YAML or JSON text, or the one reason why it can't be sent.
import { LineCounter, parseAllDocuments } from "yaml";
import type { ManifestObject } from "./manifestObject.ts";
import { field, type KubeObject, list, text } from "./object.ts";

export type Manifest = { objects: ManifestObject[] } | { problem: string };

/** So many aliases a manifest may resolve: real ones have a handful, a bomb has millions. */
const MOST_ALIASES = 1_000;

/**
 * The objects of `source` in their order, lists taken apart. Scalars are read as Kubernetes reads them (YAML 1.1).
 * Never throws; lines in a problem count from 1.
 * @param nameless takes objects with generateName too; their name is empty.
 */
export function readManifest(source: string, nameless = false): Manifest {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, {
    version: "1.1",
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  });
  const objects: ManifestObject[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) {
      return { problem: `Line ${lines.linePos(error.pos[0]).line} is no YAML: ${firstLine(error.message)}` };
    }
    const at = `The object at line ${lines.linePos(document.contents?.range?.[0] ?? 0).line}`;
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch {
      return { problem: `${at} has too many aliases: write out what they stand for.` };
    }
    if (value === null || value === undefined) continue;
    const found = take(value, at, nameless);
    if ("problem" in found) return found;
    objects.push(...found.objects);
  }
  if (objects.length === 0) return { problem: "There is no Kubernetes object in it." };
  return { objects };
}

function take(value: unknown, at: string, nameless: boolean): Manifest {
  const kind = text(value, "kind");
  const apiVersion = text(value, "apiVersion");
  if (kind === undefined || apiVersion === undefined) {
    return {
      problem: `${at} has no ${kind === undefined ? "kind" : "apiVersion"}: it is no Kubernetes object.`,
    };
  }
  if (kind.endsWith("List") && Array.isArray(field(value, "items"))) {
    const objects: ManifestObject[] = [];
    for (const item of list(value, "items")) {
      const found = take(item, at, nameless);
      if ("problem" in found) return found;
      objects.push(...found.objects);
    }
    return { objects };
  }
  const name = text(value, "metadata", "name");
  const generated = text(value, "metadata", "generateName") !== undefined;
  if (name === undefined && !(nameless && generated)) {
    const why = generated ? "has only generateName, which can't be applied twice" : "has no name";
    return { problem: `${at} (${kind}) ${why}: give it metadata.name.` };
  }
  const namespace = text(value, "metadata", "namespace");
  return { objects: [{ object: value as KubeObject, apiVersion, kind, name: name ?? "", namespace }] };
}

function firstLine(message: string): string {
  return message.split("\n")[0]?.replace(/:?\s*$/, "") ?? "";
}
