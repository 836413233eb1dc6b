// The engine: which controls a level has at a version, and what they find in a pod.
import type { Control, Variant, Violation } from "./control.ts";
import { type LevelVersion, NEWEST_MINOR, type PolicyVersion } from "./level.ts";
import type { ReviewedPod } from "./pod.ts";

export interface FoundViolation extends Violation {
  readonly control: Control;
}

/** Everything in the pod that the level forbids, in the order of the controls. */
export function evaluate(
  pod: ReviewedPod,
  asked: LevelVersion,
  controls: readonly Control[],
): FoundViolation[] {
  return controlsOf(asked, controls).flatMap((control) =>
    Array.from(variantOf(control, asked.version)?.check(pod) ?? [], (violation) => ({
      ...violation,
      control,
    })),
  );
}

/** The controls that a level has at a version; restricted leaves out those that it replaces by stricter ones. */
export function controlsOf({ level, version }: LevelVersion, controls: readonly Control[]): Control[] {
  if (level === "privileged") return [];
  const known = controls.filter((control) => variantOf(control, version) !== undefined);
  if (level === "baseline") return known.filter((control) => control.level === "baseline");
  const replaced = new Set(known.map((control) => control.replaces));
  return known.filter((control) => !replaced.has(control.id));
}

/** How a control is at a version; undefined where that version has no such control yet. */
export function variantOf(control: Control, version: PolicyVersion): Variant | undefined {
  const minor = version === "latest" ? NEWEST_MINOR : version;
  return control.variants.findLast((variant) => variant.since <= minor);
}
