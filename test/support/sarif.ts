// The judge of SARIF: a Go module's own schema of the standard, built once into the cache.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.ts";
import { type Found, reasonOf } from "./found.ts";
import { buildGoModule, findGo } from "./goBuild.ts";

/** The version in sarif/go.mod and of sarif/main.go; a change there needs another one here. */
const VERSION = "3.3.1-1";
const source = fileURLToPath(new URL("sarif/", import.meta.url));

/** A program that prints what is wrong with the SARIF files that it is given, and ends with 0 for none. */
export async function findSarifJudge(): Promise<Found<{ program: string }>> {
  try {
    const folder = await cached("sarif-judge", VERSION, async (empty) => {
      const found = await findGo();
      if ("reason" in found) throw new Error(found.reason);
      await buildGoModule({ go: found.go, module: source, output: join(empty, "judge") });
    });
    return { available: true, program: join(folder, "judge") };
  } catch (error) {
    return { available: false, reason: `the judge of SARIF could not be built: ${reasonOf(error)}` };
  }
}
