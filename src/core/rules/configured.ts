// What a configuration means for one file: the settings of its check, or that it is left alone.
import type { LevelVersion } from "../policy/podSecurity/level.ts";
import type { Configuration } from "./configuration.ts";
import { type CheckSettings, type Level, layered } from "./levels.ts";
import { PROFILES, type ProfileName } from "./profiles.ts";
import type { RuleFacts } from "./rule.ts";

/** What a person says beside the configuration: it lies over that. */
export interface Over {
  /** By rule id, or the name of one of its cases. */
  readonly levels: Readonly<Record<string, Level>>;
  readonly profile?: ProfileName | undefined;
  readonly kubernetesVersion?: string | undefined;
  readonly podSecurity?: LevelVersion | undefined;
}

/**
 * @param path of the file relative to the folder of the configuration, with forward slashes.
 * @returns undefined for a file that the configuration ignores.
 */
export function settingsFor(
  configuration: Configuration,
  path: string,
  rules: readonly RuleFacts[],
  over: Over = { levels: {} },
): CheckSettings | undefined {
  const kubernetesVersion = over.kubernetesVersion ?? configuration.kubernetesVersion;
  const podSecurity = over.podSecurity ?? configuration.podSecurity;
  const profile = PROFILES[over.profile ?? configuration.profile];
  const raised = rules.filter(({ id }) => profile.raised.some((start) => id.startsWith(start)));
  let levels: Record<string, Level> = {};
  // A rule of good practice runs where it has a level.
  for (const rule of raised) if (rule.profile === "strict") levels[rule.id] = rule.severity;
  levels = layered(levels, configuration.levels, rules);
  let ignored = false;
  for (const { files, levels: here, ignore } of configuration.paths) {
    if (!within(files, path)) continue;
    levels = layered(levels, here, rules);
    ignored ||= ignore;
  }
  if (ignored) return undefined;
  return {
    levels: layered(levels, over.levels, rules),
    ...(profile.strict ? { profile: "strict" } : {}),
    ...(raised.length > 0 ? { raised: raised.map(({ id }) => id) } : {}),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    ...(podSecurity === undefined ? {} : { podSecurity }),
  };
}

/** As in a .gitignore, the last pattern that fits decides: one with a ! takes back. */
function within(files: Configuration["paths"][number]["files"], path: string): boolean {
  const last = files.findLast((pattern) => pattern.matchesWithin(path));
  return last !== undefined && !last.negated;
}
