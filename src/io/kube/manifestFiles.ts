// The manifests in files and folders that a person chose: a kustomization is built, a folder is walked.
import { basename, dirname, relative, sep } from "node:path";
import { throwIfAborted, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { KUSTOMIZATION_NAMES } from "../../core/kube/kustomization.ts";
import type { ManifestText } from "../../core/kube/manifestSet.ts";
import { kindOf } from "../files/kindOf.ts";
import { readText } from "../files/readText.ts";
import { walk } from "../files/walk.ts";
import { buildKustomization } from "../kustomize/build.ts";
import { kustomizationIn, kustomizationTree } from "../kustomize/tree.ts";
import type { Processes } from "../process/processes.ts";

const WANTED = /\.(?:ya?ml|json)$/i;
const MOST_FILES = 1_000;
const MOST_BYTES = 16 * 1024 * 1024;

export class ManifestFiles {
  readonly #processes: Processes;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  /**
   * As they are on the disk, in the order of their names.
   * @param paths of files and folders.
   * @throws Trouble where it can't be told what is meant.
   */
  async read(paths: readonly string[], signal: Signal): Promise<ManifestText[]> {
    const [first = ""] = paths;
    const top = paths.length === 1 ? first : commonFolder(paths);
    const texts: ManifestText[] = [];
    for (const path of paths.toSorted()) {
      throwIfAborted(signal);
      if (kindOf(path) === "folder") texts.push(...(await this.#folder(path, top, signal)));
      else if (KUSTOMIZATION_NAMES.includes(basename(path)))
        texts.push(await this.#kustomization(dirname(path), top, signal));
      else texts.push({ name: nameOf(path, top), text: textOf(path), isChosen: true });
      if (texts.length > MOST_FILES)
        throw new Trouble(
          "bad-input",
          `There are more than ${MOST_FILES} files in it: choose a smaller folder.`,
        );
    }
    return texts;
  }

  async #folder(folder: string, top: string, signal: Signal): Promise<ManifestText[]> {
    if (kustomizationIn(folder) !== undefined) return [await this.#kustomization(folder, top, signal)];
    const texts: ManifestText[] = [];
    const wanted = (path: string) => WANTED.test(path) || KUSTOMIZATION_NAMES.includes(basename(path));
    const onTrouble = (trouble: Trouble) => {
      throw trouble;
    };
    for await (const path of walk(folder, { wanted, onTrouble, all: true }, signal)) {
      const name = basename(path);
      if (KUSTOMIZATION_NAMES.includes(name))
        throw several(nameOf(dirname(path), folder), "kustomization", folder);
      if (name === "Chart.yaml") throw several(nameOf(dirname(path), folder), "chart", folder);
      texts.push({ name: nameOf(path, top), text: textOf(path), isChosen: false });
      if (texts.length > MOST_FILES) break;
    }
    return texts;
  }

  async #kustomization(folder: string, top: string, signal: Signal): Promise<ManifestText> {
    const name = `the kustomization ${nameOf(folder, top)}`;
    const file = kustomizationIn(folder);
    // Nothing is fetched for it.
    const [obstacle] = file === undefined ? [] : kustomizationTree(file).obstacles;
    if (obstacle) {
      const entry = obstacle.entry === "" ? "its charts" : obstacle.entry;
      throw new Trouble(
        "bad-input",
        `${name} can't be built here: ${entry} ${OBSTACLES[obstacle.kind]}. Build it yourself and apply what comes out.`,
      );
    }
    const built = await buildKustomization(this.#processes, folder, signal);
    if (built.kind === "missing")
      throw new Trouble(
        "missing-tool",
        "Neither kustomize nor kubectl is installed: one of them builds kustomizations.",
      );
    if (built.kind === "failed") throw new Trouble("bad-input", `${name} can't be built: ${built.message}.`);
    return { name, text: built.text, isChosen: true };
  }
}

const OBSTACLES = {
  remote: "is not on this machine, and nothing is fetched",
  missing: "is not there",
  made: "is made by something that was not run yet",
  charts: "would be fetched",
  "too-much": "is one of too many files",
} as const;

function several(name: string, what: "kustomization" | "chart", folder: string): Trouble {
  const where = name === basename(folder) ? "is" : `has ${name}, which is`;
  return new Trouble(
    "bad-input",
    what === "chart"
      ? `${basename(folder)} ${where} a chart, whose templates are no manifests: render it with helm and apply what comes out.`
      : `${basename(folder)} ${where} a kustomization among others: choose the folder of the one that is meant.`,
  );
}

function textOf(path: string): string {
  const read = readText(path, MOST_BYTES);
  if (read.kind === "text") return read.text;
  throw new Trouble("bad-input", `${path} is no text, or has more than 16 MiB: choose the manifests alone.`);
}

function nameOf(path: string, top: string): string {
  const name = relative(top, path).split(sep).join("/");
  // A kustomization may have been chosen by its file.
  return name === "" || name === ".." ? basename(path) : name;
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0] ?? "");
  while (
    paths.some((path) => !path.startsWith(folder === "/" ? folder : `${folder}${sep}`)) &&
    dirname(folder) !== folder
  )
    folder = dirname(folder);
  return folder;
}
