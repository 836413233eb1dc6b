// The files that the kustomization.yaml of a folder takes as patches, so that what is not in them may be in a base.
import { join, resolve } from "node:path";
import { KUSTOMIZATION_NAMES, patchPaths } from "../../core/kube/kustomization.ts";
import { stampOf, textAt } from "./textAt.ts";

export class Patches {
  readonly #known = new Map<string, { stamp: string; paths: ReadonlySet<string> }>();

  /** Absolute paths; undefined where there is no kustomization, or one without patches. */
  of(folder: string): ReadonlySet<string> | undefined {
    for (const name of KUSTOMIZATION_NAMES) {
      const path = join(folder, name);
      const stamp = stampOf(path);
      if (stamp === undefined) continue;
      const known = this.#known.get(path);
      const current = known?.stamp === stamp ? known : { stamp, paths: read(path, folder) };
      this.#known.set(path, current);
      return current.paths.size > 0 ? current.paths : undefined;
    }
    return undefined;
  }
}

function read(path: string, folder: string): ReadonlySet<string> {
  return new Set(patchPaths(textAt(path)).map((patch) => resolve(folder, patch)));
}
