// Builds Go programs into a folder of the cache.
import { findProgram, runCommand } from "./command.ts";

/** The `go` of this machine, or the reason why it can't build the engines. */
export async function findGo(): Promise<{ go: string } | { reason: string }> {
  const go = findProgram("go");
  if (!go) return { reason: "Go is not installed (1.26 or newer builds the engines)" };
  const version = (await runCommand(go, ["env", "GOVERSION"])).trim();
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  // From 1.21 on, a Go can fetch the newer toolchain that a module asks for.
  if (Number(major) !== 1 || Number(minor) < 21)
    return { reason: `${version} is too old to build the engines` };
  return { go };
}

/** The linker leaves out what a debugger needs (-s -w); not to make it saves a tenth of the compiler's time. */
function buildFlags(ldflags = ""): string[] {
  return ["-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", `-s -w ${ldflags}`.trim()];
}

/** One `go install package@version` into the folder. */
export async function installGoProgram(options: {
  go: string;
  folder: string;
  program: string;
  tags?: string;
  ldflags?: string;
  cgo?: boolean;
}): Promise<void> {
  const args = ["install", ...buildFlags(options.ldflags)];
  if (options.tags) args.push("-tags", options.tags);
  await runCommand(options.go, [...args, options.program], {
    env: goEnvironment({ GOBIN: options.folder, ...(options.cgo ? { CGO_ENABLED: "1" } : {}) }),
  });
}

/** Builds the module in a folder of ours to one file. */
export async function buildGoModule(options: {
  go: string;
  module: string;
  output: string;
  program?: string;
  ldflags?: string;
}): Promise<void> {
  await runCommand(
    options.go,
    ["build", ...buildFlags(options.ldflags), "-o", options.output, options.program ?? "."],
    { cwd: options.module, env: goEnvironment({}) },
  );
}

/** The machine's environment with the settings that these builds need. */
function goEnvironment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // "local" would forbid the newer toolchain that some of the modules ask for.
  return { ...process.env, GOFLAGS: "-buildvcs=false -mod=readonly", GOTOOLCHAIN: "auto", ...more };
}
