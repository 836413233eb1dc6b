// What the settings at a path ask of a check, in whatever way the file comes to be checked.
import type { SettingValues } from "../ui/settings.ts";
import { readSetting } from "./settings.ts";

export interface CheckSettings {
  levels: SettingValues["check.rules"];
  profile: SettingValues["check.profile"];
  podSecurity: SettingValues["podSecurity.level"];
  /** Of Kubernetes; undefined leaves it to the check. */
  kubernetesVersion?: string | undefined;
}

export function checkSettings(path: string): CheckSettings {
  return {
    levels: readSetting("check.rules", path),
    profile: readSetting("check.profile", path),
    podSecurity: readSetting("podSecurity.level", path),
    kubernetesVersion: readSetting("kubernetes.version", path) || undefined,
  };
}
