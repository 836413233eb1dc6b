// The real kustomize: one that is there, kubectl's own, else built from its Go module into the cache.
import { dirname } from "node:path";
import { cached } from "./cache.ts";
import { findProgram } from "./command.ts";
import { type Found, reasonOf } from "./found.ts";
import { findGo, installGoProgram } from "./goBuild.ts";

const VERSION = "5.7.1";

/** The folder of `kustomize` or `kubectl`. */
export async function findKustomize(): Promise<Found<{ folder: string }>> {
  const there = findProgram("kustomize") ?? findProgram("kubectl");
  if (there) return { available: true, folder: dirname(there) };
  try {
    const folder = await cached("kustomize", VERSION, async (empty) => {
      const found = await findGo();
      if ("reason" in found) throw new Error(found.reason);
      const program = `sigs.k8s.io/kustomize/kustomize/v5@v${VERSION}`;
      await installGoProgram({ go: found.go, folder: empty, program });
    });
    return { available: true, folder };
  } catch (error) {
    return { available: false, reason: `kustomize could not be built: ${reasonOf(error)}` };
  }
}
