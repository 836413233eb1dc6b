// The profiles that `.slipway.yaml` may choose, as data: what each changes beside the recommended one.

export type ProfileName = "recommended" | "strict" | "training" | "serving";

export interface Profile {
  /** Runs every rule, those of good practice that few manifests follow too. */
  readonly strict: boolean;
  /**
   * What ids start with (`TRN`, or a whole id): these rules run in any case, and their findings count one step
   * higher, so that a warning becomes an error.
   */
  readonly raised: readonly string[];
}

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  recommended: { strict: false, raised: [] },
  strict: { strict: true, raised: [] },
  // Where a run takes days, what makes it hang or lose its GPUs half way is no matter of taste.
  training: { strict: false, raised: ["TRN", "GPU015", "GPU016"] },
  // Where people wait for answers, what takes a model off the air is no matter of taste.
  serving: { strict: false, raised: ["SRV"] },
};

export const PROFILE_NAMES: readonly ProfileName[] = ["recommended", "strict", "training", "serving"];
