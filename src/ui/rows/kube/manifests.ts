// The objects in the files and folders that a command was started on, or in the active editor.
import type { App } from "../../../app/app.ts";
import { Trouble } from "../../../base/trouble.ts";
import { count, lastPart } from "../../../base/words.ts";
import { type ManifestObject, manifestWords } from "../../../core/kube/manifestObject.ts";
import type { ManifestSet, ManifestText } from "../../../core/kube/manifestSet.ts";
import type { Menu } from "../../command.ts";
import type { Ui } from "../../ui.ts";

/** Where both commands on manifests stand. */
export function manifestMenus(order: number): Menu[] {
  const file = "resourceLangId == yaml || resourceLangId == json || resourceExtname =~ /^\\.(ya?ml|json)$/";
  return [
    { place: "explorer/context", when: `${file} || explorerResourceIsFolder`, group: `7_slipway@${order}` },
    { place: "editor/context", when: "resourceLangId == yaml", group: `7_slipway@${order}` },
  ];
}

/** What a command on manifests gets: a path, several of them, or nothing. */
export type ManifestTarget = string | string[];

export interface ChosenManifests extends ManifestSet {
  /** `model.yaml`, `3 files`. */
  name: string;
}

const FILE = /\.(?:ya?ml|json)$/i;

/** Undefined when it was cancelled. @throws Trouble for what is no manifest. */
export async function chosenManifests(
  app: App,
  ui: Ui,
  target: ManifestTarget | undefined,
): Promise<ChosenManifests | undefined> {
  const [path, ...others] = typeof target === "string" ? [target] : (target ?? []);
  const isOne = others.length === 0 && (path === undefined || isManifestFile(path));
  // One file as the person sees it, with what is not saved; many as they are on the disk.
  const texts = isOne ? await open(ui, path) : await read(app, ui, [path ?? "", ...others]);
  if (!texts) return undefined;
  // The parser is too much to load before anybody applies anything.
  const { readManifests } = await import("../../../core/kube/manifestSet.ts");
  const found = readManifests(texts);
  if ("problem" in found) throw new Trouble("bad-input", found.problem);
  const [first] = texts;
  const name =
    texts.length === 1 && first
      ? first.name
      : others.length > 0
        ? count(texts.length, "file")
        : lastPart(path ?? "");
  return { ...found, name };
}

function isManifestFile(path: string): boolean {
  return FILE.test(path) && !/^kustomization\.ya?ml$/.test(lastPart(path));
}

async function open(ui: Ui, path: string | undefined): Promise<ManifestText[]> {
  const source = await ui.textOf(path);
  if (!source) throw new Trouble("bad-input", "No manifest is open: open one first.");
  return [{ name: source.name, text: source.text, isChosen: true }];
}

function read(app: App, ui: Ui, paths: readonly string[]): Promise<ManifestText[] | undefined> {
  return ui.progress("Reading manifests", (_progress, signal) => app.manifestFiles.read(paths, signal));
}

/** `3 Deployment, 1 Service`. */
export function kindCounts(objects: readonly Pick<ManifestObject, "kind">[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Array.from(counts, ([kind, number]) => `${number} ${kind}`).join(", ");
}

/** `Deployment llm in namespace ml`. */
export function placeWords(target: ManifestObject, namespace: string | undefined): string {
  return `${manifestWords(target)}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

/** Files that were found and not taken, for a question; nothing when there are none. */
export function leftOutLines(leftOut: ManifestSet["leftOut"]): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, 3).map(({ name, why }) => `${name}: ${why}`);
  const more = leftOut.length > named.length ? [`and ${leftOut.length - named.length} more`] : [];
  return ["", "Files that are left out, as they are no manifests:", ...named, ...more];
}
