// The volumes of a pod that tie it to some nodes.
import { field, list, text } from "../object.ts";

export interface PodVolume {
  /** Of the claim; undefined for one that a pod which is not there yet would make. */
  claim: string | undefined;
  /** The class that a claim of its own asks for; undefined asks for the cluster's default. */
  className?: string | undefined;
}

/** @param pod or pod template. */
export function podVolumes(pod: unknown): PodVolume[] {
  const name = text(pod, "metadata", "name");
  return list(pod, "spec", "volumes").flatMap((volume): PodVolume[] => {
    const claim = text(volume, "persistentVolumeClaim", "claimName");
    if (claim !== undefined) return [{ claim }];
    const template = field(volume, "ephemeral", "volumeClaimTemplate");
    if (template === undefined) return [];
    const className = text(template, "spec", "storageClassName");
    const made = text(volume, "name");
    // The claim of a pod that is there has both of their names.
    const isThere = text(pod, "metadata", "uid") !== undefined && name !== undefined && made !== undefined;
    return [{ claim: isThere ? `${name}-${made}` : undefined, className }];
  });
}
