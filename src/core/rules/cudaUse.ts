// Whether a stage compiles against CUDA, so that it needs its compiler, headers or libraries.
import type { BuildFile, BuildStage } from "../image/buildFile.ts";

/** What needs nvcc or headers while the stage is built, or once it runs. */
const COMPILES =
  /\b(?:nvcc|cmake|ninja|make|g\+\+|gcc|cargo|setup\.py|flash[-_]attn|deepspeed|apex|TORCH_CUDA_ARCH_LIST|build-essential|meson|bazel|--no-build-isolation)\b/;

export function compilesSomething(file: BuildFile, { instructions }: BuildStage): boolean {
  return instructions.some(({ start, end }) => COMPILES.test(file.text.slice(start, end)));
}
