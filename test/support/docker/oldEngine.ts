// An old engine for the compatibility suite: the distribution's own dockerd, Debian 12's 20.10 (API 1.41).
import { dirname } from "node:path";
import { findProgram, tryCommand } from "../command.ts";
import type { Found } from "../found.ts";
import { findDockerBinaries } from "./binaries.ts";
import { type DockerEngine, engineUnavailable, startEngine } from "./engine.ts";

const programs = ["dockerd", "containerd", "containerd-shim-runc-v2", "runc"];

/** Whether the distribution's engine is there, and old. */
export async function findOldEngine(): Promise<Found<{ version: string; folders: string[] }>> {
  const reason = engineUnavailable();
  if (reason) return { available: false, reason };
  const paths = programs.map((name) => findProgram(name));
  const missing = programs.filter((_, index) => !paths[index]);
  if (missing.length > 0) {
    return { available: false, reason: `${missing.join(", ")} not installed (Debian: docker.io)` };
  }
  const { stdout } = await tryCommand(paths[0] ?? "dockerd", ["--version"]);
  const version = /version (\d+)\.(\d+)\.\d+/.exec(stdout);
  if (!version || Number(version[1]) >= 25) {
    return { available: false, reason: `the machine's dockerd is not an old one: ${stdout.trim()}` };
  }
  const folders = [...new Set(paths.flatMap((path) => (path ? [dirname(path)] : [])))];
  return { available: true, version: version[0].replace("version ", ""), folders };
}

/** Starts it; it has no CDI and no GPU runtime. Its client has buildx unless told otherwise. */
export async function startOldDocker(options: { buildx?: boolean } = {}): Promise<DockerEngine> {
  const found = await findOldEngine();
  if (!found.available) throw new Error(found.reason);
  const plugins = options.buildx === false ? undefined : await findDockerBinaries();
  return startEngine({
    programFolders: found.folders,
    toolkitFolder: undefined,
    plugins: plugins?.available ? { "docker-buildx": plugins.pluginFolder } : {},
    gpu: "no-toolkit",
    gpus: 0,
    daemonArguments: () => [],
  });
}
