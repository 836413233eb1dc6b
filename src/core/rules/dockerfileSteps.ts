// The steps of a Dockerfile for rules that look at single instructions.
import type { BuildFile, BuildStage, Step } from "../image/buildFile.ts";
import type { DockerfileInstruction } from "../syntax/dockerfileTree.ts";

export interface StepInStage {
  readonly stage: BuildStage;
  readonly step: Step;
  readonly instruction: DockerfileInstruction;
}

/** Every step with one of these keywords, in the order of the file. */
export function* stepsOf(file: BuildFile, ...keywords: readonly string[]): Iterable<StepInStage> {
  for (const stage of file.stages)
    for (const step of stage.steps)
      if (keywords.includes(step.instruction.keyword)) yield { stage, step, instruction: step.instruction };
}

/** Steps that stand in the file, and do not come from an ONBUILD. */
export function* writtenSteps(file: BuildFile, ...keywords: readonly string[]): Iterable<StepInStage> {
  for (const found of stepsOf(file, ...keywords)) if (!found.step.triggered) yield found;
}

/** Names that may stand between `${` and `}`, for what somebody may have meant. */
export function plainNames(names: Iterable<string>): string[] {
  return Array.from(names).filter((name) => /^[A-Za-z_]\w*$/.test(name));
}
