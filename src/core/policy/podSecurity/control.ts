// What a control of the Pod Security Standards is: data, and a check for each version that changed it.
import type { Change } from "../../syntax/changes.ts";
import type { Span } from "../../syntax/lines.ts";
import type { ReviewedPod } from "./pod.ts";

/** One place of a pod that a control forbids. */
export interface Violation {
  /** The key or value that offends; where something is missing, the nearest key that is there. */
  readonly at: Span;
  /** One whole sentence: what to do. */
  readonly message: string;
  /** Nothing offends, something is not there; a patch's base may have it. */
  readonly missing: boolean;
  /** What makes the place pass; none where only a person can tell. */
  readonly changes: readonly Change[];
}

export interface Variant {
  /** Minor of the first Kubernetes version 1.x with it. */
  readonly since: number;
  check(pod: ReviewedPod): Iterable<Violation>;
}

/**
 * Facts from k8s.io/pod-security-admission v0.37.2, `policy/check_*.go`, and
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/.
 */
export interface Control {
  /** The API server's own name for it. */
  readonly id: string;
  /** The laxest level that has it. */
  readonly level: "baseline" | "restricted";
  /** What its repair does, as the title of a quick fix, where a change can repair it. */
  readonly remedy: string;
  /** The baseline control that it takes the place of at the level restricted. */
  readonly replaces?: string;
  /** Oldest first. */
  readonly variants: readonly [Variant, ...Variant[]];
}
