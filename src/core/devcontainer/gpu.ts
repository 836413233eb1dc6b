// Whether a devcontainer is launched with GPUs: decided here from what the engine says of itself, because the
// command line's own detection asks only for the nvidia runtime (it misses CDI, and a runtime without a GPU).
// Source: devcontainers/cli src/spec-node/singleContainer.ts; microsoft/vscode-remote-release#9385, #10307.
import type { GpuSupport } from "../image/gpuSupport.ts";
import type { DevcontainerConfig } from "./config.ts";

export interface GpuDecision {
  /** For `--gpu-availability`. */
  availability: "all" | "none";
  /** One sentence for the log and for the person. */
  text: string;
}

/** Or a problem: the container asks for a GPU that can't be given. */
export function decideGpu(
  wanted: DevcontainerConfig["gpu"],
  support: GpuSupport,
): GpuDecision | { problem: string; url: string } {
  if (wanted === "none") return { availability: "none", text: "No GPU is asked for." };
  if (support.kind !== "none") return { availability: "all", text: `GPUs: ${support.text}.` };
  if (wanted === "optional") {
    return { availability: "none", text: `Launched without a GPU. ${support.text}` };
  }
  return {
    problem: `This dev container requires a GPU. ${support.text} ${support.remedy.replace(/\.?$/, ".")} Or write "gpu": "optional" in its hostRequirements.`,
    url: support.url,
  };
}

/** The engine's words when it has promised a GPU and can't give it. */
export function isGpuFailure(text: string): boolean {
  return /could not select device driver|CDI device injection failed|unresolvable CDI devices|CDI spec not found|no known GPU vendor|unknown or invalid runtime name: nvidia|nvidia-container-cli|libnvidia-ml\.so|(?:error mounting|failed to fulfil mount request)[^\n]*nvidia/i.test(
    text,
  );
}
