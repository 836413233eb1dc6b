// The real helm: one that is there, else built from its Go module into the cache.
import { join } from "node:path";
import { cached } from "./cache.ts";
import { findProgram } from "./command.ts";
import { type Found, reasonOf } from "./found.ts";
import { findGo, installGoProgram } from "./goBuild.ts";

const VERSION = "3.19.0";

/** The program. The first build takes one to three minutes. */
export async function findHelm(): Promise<Found<{ program: string }>> {
  const there = findProgram("helm");
  if (there) return { available: true, program: there };
  try {
    const folder = await cached("helm", VERSION, async (empty) => {
      const found = await findGo();
      if ("reason" in found) throw new Error(found.reason);
      const program = `helm.sh/helm/v3/cmd/helm@v${VERSION}`;
      await installGoProgram({ go: found.go, folder: empty, program });
    });
    return { available: true, program: join(folder, "helm") };
  } catch (error) {
    return { available: false, reason: `helm could not be built: ${reasonOf(error)}` };
  }
}
