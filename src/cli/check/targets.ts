// Which files a person means: those they named, and in folders those of ours that git does not ignore.
import { basename, dirname, relative, resolve } from "node:path";
import { Trouble } from "../../base/trouble.ts";
import { KUSTOMIZATION_NAMES } from "../../core/kube/kustomization.ts";
import { mayBeChecked } from "../../core/rules/fileKind.ts";
import { Patches } from "../../io/check/patches.ts";
import { walk } from "../../io/files/walk.ts";
import type { World } from "../world.ts";

export interface Target {
  /** Absolute. */
  readonly path: string;
  /** As a person calls it: relative to where they stand, if it is below. */
  readonly shown: string;
  /** Named itself, not found in a folder. */
  readonly named: boolean;
}

export interface Targets {
  readonly files: readonly Target[];
  /** Absolute paths. */
  readonly kustomizations: readonly string[];
  /** Absolute paths of what kustomizations among them take as patches. */
  readonly patches: readonly string[];
}

/** Each file once, in a steady order. What can't be read goes to `troubles`, and the rest is found. */
export async function findTargets(
  { paths, all }: { readonly paths: readonly string[]; readonly all: boolean },
  world: World,
  troubles: Trouble[],
): Promise<Targets> {
  const files = new Map<string, Target>();
  const patches = new Set<string>();
  const kustomizations = new Set<string>();
  const patchesOf = new Patches();
  const onTrouble = (trouble: Trouble) => void troubles.push(trouble);
  const wanted = (path: string) => mayBeChecked(path) || isKustomization(path);
  for (const path of paths) {
    try {
      for await (const found of walk(path, { wanted, all, onTrouble }, world.signal)) {
        const absolute = resolve(world.workingDirectory, found);
        if (isKustomization(found)) {
          kustomizations.add(absolute);
          for (const patch of patchesOf.of(dirname(absolute)) ?? []) patches.add(patch);
        }
        if (!files.has(absolute) && (found === path || mayBeChecked(found)))
          files.set(absolute, { path: absolute, shown: shownPath(found, world), named: found === path });
      }
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      troubles.push(error);
    }
  }
  return { files: [...files.values()], kustomizations: [...kustomizations], patches: [...patches] };
}

function isKustomization(path: string): boolean {
  return KUSTOMIZATION_NAMES.includes(basename(path));
}

/** Relative to where the person stands, if it is below; else as they wrote it. */
export function shownPath(path: string, world: World): string {
  const short = relative(world.workingDirectory, path);
  return short === "" || short.startsWith("..") ? path : short;
}
