// The levels of the Pod Security Standards and their versions, as the API server reads them from labels.

export type Level = "privileged" | "baseline" | "restricted";

/** The minor of a Kubernetes version 1.x, or whatever is newest. */
export type PolicyVersion = number | "latest";

export interface LevelVersion {
  readonly level: Level;
  readonly version: PolicyVersion;
}

/** The newest minor whose controls are known here; later ones, and `latest`, are judged by it. */
export const NEWEST_MINOR = 37;

export const LEVELS: readonly Level[] = ["privileged", "baseline", "restricted"];

/** @returns undefined for what the API server does not take for a level. */
export function parseLevel(text: string): Level | undefined {
  return LEVELS.find((level) => level === text);
}

/** `latest` or `v1.N`; undefined for anything else, which the API server refuses. */
export function parseVersion(text: string): PolicyVersion | undefined {
  if (text === "latest") return "latest";
  const minor = /^v1\.(0|[1-9]\d{0,5})$/.exec(text)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** `restricted`, `restricted:latest`, `restricted:v1.30` or `restricted:1.30`, as a person writes it. */
export function parseLevelVersion(text: string): LevelVersion | undefined {
  const [name = "", written = "latest", ...more] = text.split(":");
  const level = parseLevel(name);
  const version = parseVersion(/^\d/.test(written) ? `v${written}` : written);
  if (level === undefined || version === undefined || more.length > 0) return undefined;
  return { level, version };
}

/** `restricted`, or `restricted of Kubernetes 1.30`. */
export function levelWords({ level, version }: LevelVersion): string {
  return version === "latest" ? level : `${level} of Kubernetes 1.${version}`;
}
