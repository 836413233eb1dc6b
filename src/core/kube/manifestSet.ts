// The objects of many files together, in the order in which they are applied.
import { inApplyOrder } from "./applyOrder.ts";
import { readManifest } from "./manifest.ts";
import { type ManifestObject, manifestWords } from "./manifestObject.ts";

export interface ManifestText {
  /** For sentences: a path below what was chosen. */
  name: string;
  text: string;
  /** The person chose this file itself; others were found in a folder, where other things are too. */
  isChosen: boolean;
}

export interface ManifestSet {
  objects: ManifestObject[];
  /** Files that were found and are no manifests, with why. */
  leftOut: { name: string; why: string }[];
}

/** @returns a sentence where it can't be told what is meant. */
export function readManifests(texts: readonly ManifestText[]): ManifestSet | { problem: string } {
  const objects: ManifestObject[] = [];
  const leftOut: ManifestSet["leftOut"] = [];
  const places = new Map<string, string>();
  for (const { name, text, isChosen } of texts) {
    const manifest = readManifest(text);
    if ("problem" in manifest) {
      if (isChosen) return { problem: `${name} can't be used. ${manifest.problem}` };
      leftOut.push({ name, why: manifest.problem });
      continue;
    }
    for (const object of manifest.objects) {
      const { apiVersion, kind, namespace = "" } = object;
      const key = [groupOf(apiVersion), kind, namespace, object.name].join("|");
      const other = places.get(key);
      if (other !== undefined && other !== name)
        return {
          problem: `${manifestWords(object)} is in both ${other} and ${name}: choose the files that belong together.`,
        };
      places.set(key, name);
      objects.push(object);
    }
  }
  if (objects.length === 0) return { problem: "There is no Kubernetes object in what was chosen." };
  return { objects: inApplyOrder(objects), leftOut };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
