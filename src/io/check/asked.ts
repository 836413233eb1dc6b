// What an editor's settings ask of a check, as what lies over a configuration.
import { parseLevelVersion } from "../../core/policy/podSecurity/level.ts";
import type { Over } from "../../core/rules/configured.ts";
import type { Level } from "../../core/rules/levels.ts";
import { PROFILE_NAMES } from "../../core/rules/profiles.ts";

export interface Asked {
  /** By rule; they lie over those of a configuration. */
  readonly levels: Readonly<Record<string, Level>>;
  /** A name of one that lies over the profile of a configuration; anything else is none. */
  readonly profile?: string;
  /** A level of Pod Security that all pods are held against, as `restricted` or `baseline:v1.30`; anything else is none. */
  readonly podSecurity?: string;
  /** Of Kubernetes, such as `1.33`; undefined where nobody says which. */
  readonly kubernetesVersion?: string | undefined;
}

/** A setting may be written wrong; that is none. */
export function overOf({ levels, profile: named, podSecurity = "", kubernetesVersion }: Asked): Over {
  const profile = PROFILE_NAMES.find((name) => name === named);
  return { levels, profile, podSecurity: parseLevelVersion(String(podSecurity)), kubernetesVersion };
}
