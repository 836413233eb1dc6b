// What has to be rendered to know what a file leads to: the chart that it is in, the kustomization beside or above it.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { kustomizationIn } from "../kustomize/tree.ts";
import type { RenderUnit } from "./messages.ts";

const MOST_FOLDERS = 20;
/** A kustomization further up is hardly about the file. */
const MOST_ABOVE = 3;

/** @param path absolute, of any file. */
export function unitsOf(path: string): RenderUnit[] {
  const folder = dirname(path);
  const chart = chartOf(folder);
  const kustomization = foldersFrom(folder, MOST_ABOVE).find((one) => kustomizationIn(one) !== undefined);
  return [
    ...(chart === undefined ? [] : [{ kind: "chart", folder: chart } as const]),
    ...(kustomization === undefined ? [] : [{ kind: "kustomization", folder: kustomization } as const]),
  ];
}

/** The outermost chart: one inside another is rendered with that. */
function chartOf(start: string): string | undefined {
  let found: string | undefined;
  for (const folder of foldersFrom(start, MOST_FOLDERS)) {
    if (!existsSync(join(folder, "Chart.yaml"))) continue;
    found = folder;
    // Only a chart that lies in another's folder of charts is a part of it.
    if (basename(dirname(folder)) !== "charts") break;
  }
  return found;
}

function foldersFrom(start: string, most: number): string[] {
  const found = [start];
  for (let above = dirname(start); above !== found.at(-1) && found.length < most; above = dirname(above))
    found.push(above);
  return found;
}
