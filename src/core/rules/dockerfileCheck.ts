// The rules on a Dockerfile, with what its own comments and the files beside it say of them.
import { buildFile } from "../image/buildStages.ts";
import { parseDockerfile } from "../syntax/dockerfile.ts";
import { commentedChecks, isBuilders } from "./dockerfileComments.ts";
import { hadolintLevels } from "./hadolintConfig.ts";
import { type CheckSettings, isOn, namesOf } from "./levels.ts";
import type { Rule } from "./rule.ts";
import { asSyntax, attributed, type RuleProblem } from "./ruleProblem.ts";

/** Files beside the one that is checked, which change what is found in it. */
export interface Beside {
  /** Text of a Dockerfile's ignore file; null when there is none, undefined when nobody looked. */
  readonly dockerignore?: string | null | undefined;
  /** Text of the .hadolint.yaml that counts for a Dockerfile. */
  readonly hadolint?: string | undefined;
}

interface DockerfileInput {
  /** Any form of path. */
  readonly path: string;
  readonly text: string;
  readonly settings: CheckSettings;
  /** All of them, as a file may ask for one that is off. */
  readonly rules: readonly Rule[];
  readonly beside?: Beside | undefined;
}

/** What a .hadolint.yaml says counts where the settings say nothing of the same name. */
export function withHadolint(settings: CheckSettings, beside: Beside = {}): CheckSettings {
  if (beside.hadolint === undefined) return settings;
  return { ...settings, levels: { ...hadolintLevels(beside.hadolint), ...settings.levels } };
}

export function checkDockerfile({ text, path, beside, rules, settings }: DockerfileInput): RuleProblem[] {
  const tree = parseDockerfile(text);
  const comments = commentedChecks(tree);
  const file = buildFile(tree, { path: path.replaceAll("\\", "/"), dockerignore: beside?.dockerignore });
  const found = [...file.problems, ...file.refusals, ...comments.problems].map(asSyntax);
  for (const rule of rules) {
    if (rule.appliesTo !== "dockerfile") continue;
    if (!comments.asksFor(namesOf(rule)) && !isOn(rule, settings)) continue;
    for (const problem of attributed(rule, rule.check(file))) {
      const { names, at } = problem;
      if (comments.waived(names, at.start)) continue;
      const refused = comments.refuses && names.some(isBuilders);
      found.push({
        ...problem,
        ...(refused ? { level: "error" } : {}),
        ...(comments.asksFor(names, at.start) ? { asked: true } : {}),
      });
    }
  }
  return found;
}
