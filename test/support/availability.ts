// Whether a suite can have its engine: found, else got from packages, else skipped with the reason.
//
// With SLIPWAY_REQUIRE=docker,cluster,vscode a missing one of these is a failure, so that a machine that is
// meant to run everything can't skip in silence.
import { findDockerBinaries } from "./docker/binaries.ts";
import { engineUnavailable } from "./docker/engine.ts";
import { type Found, reasonOf } from "./found.ts";
import { findKubernetes } from "./kubernetes/binaries.ts";
import { nodeUnavailable } from "./kubernetes/node.ts";
import { findVscode } from "./vscode/binaries.ts";

export type Engine = "docker" | "cluster" | "vscode";
export type Availability = Found<object>;

const asked = new Map<Engine, Promise<Availability>>();

/**
 * Whether the engine can be started here; gets it first where that takes a build (minutes, once per machine).
 *
 * Throws when it is missing and SLIPWAY_REQUIRE names it.
 */
export async function requireEngine(engine: Engine): Promise<Availability> {
  let answer = asked.get(engine);
  if (!answer) {
    answer = look(engine);
    asked.set(engine, answer);
  }
  const availability = await answer;
  if (!availability.available && isRequired(engine)) {
    throw new Error(`SLIPWAY_REQUIRE asks for ${engine}, which is not available: ${availability.reason}`);
  }
  return availability;
}

/** Whether SLIPWAY_REQUIRE names the engine. */
export function isRequired(engine: Engine, environment: NodeJS.ProcessEnv = process.env): boolean {
  const names = (environment["SLIPWAY_REQUIRE"] ?? "").split(",").map((name) => name.trim());
  return names.includes(engine);
}

async function look(engine: Engine): Promise<Availability> {
  // The cheap reasons come first, before minutes go into a build.
  const reason =
    engine === "docker" ? engineUnavailable() : engine === "cluster" ? nodeUnavailable() : undefined;
  if (reason) return { available: false, reason };
  try {
    if (engine === "docker") return await findDockerBinaries();
    if (engine === "cluster") return await findKubernetes();
    return await findVscode();
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}
