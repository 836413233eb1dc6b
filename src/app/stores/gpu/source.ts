// What a source of GPU figures is to the store: asked once a second for some nodes, it has a report of each.
import type { Disposable } from "../../../base/disposables.ts";
import { causeText } from "../../../base/log.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { DeviceSample } from "../../../core/gpu/sample.ts";

/** Figures that were read longer ago than this are old, and no longer shown as if they were now. */
export const freshMs = 15_000;

export type SourceId = "dcgm-exporter" | "prometheus" | "nvidia-smi";

/**
 * trying: no answer yet · ok: devices as they were read at `readMs` · failed: `why` says what to do; devices
 * that were read before stay, with their age.
 */
export interface SourceReport {
  state: "trying" | "ok" | "failed";
  devices: readonly DeviceSample[];
  /** When the source last answered. */
  readMs: number | undefined;
  /** When its figures last were other than before: they are at least that new. */
  changedMs: number | undefined;
  why: string | undefined;
  /** The same of single pods, by namespace/name. */
  whys?: ReadonlyMap<string, string>;
  /** Where it is, as `gpu-operator/nvidia-dcgm-exporter-x7k2`. */
  place: string;
}

/** Its figures can be shown as those of now. */
export function isFresh({ state, readMs }: SourceReport, nowMs: number): boolean {
  return state === "ok" && readMs !== undefined && nowMs - readMs < freshMs;
}

/** A node with GPUs, and the pods that hold them. */
export interface NodeNeed {
  node: string;
  pods: readonly { namespace: string; name: string; uid: string; devices: number }[];
}

export interface GpuSource extends Disposable {
  readonly id: SourceId;
  /** Asks anew what is due; returns at once. */
  tick(needs: readonly NodeNeed[]): void;
  /** What was looked for and not found is looked for with the next tick: somebody wants to see it now. */
  lookAgain?(): void;
  report(node: string): SourceReport;
}

/** Longer than anything waits here: what is due later than that was put off by a clock that was set back. */
const LONGEST_WAIT_MS = 120_000;

export function isDue(nowMs: number, dueMs: number): boolean {
  return nowMs >= dueMs || dueMs - nowMs > LONGEST_WAIT_MS;
}

export function trying(place = ""): SourceReport {
  return { state: "trying", devices: [], readMs: undefined, changedMs: undefined, why: undefined, place };
}

export function failed(why: string, before?: SourceReport): SourceReport {
  return {
    state: "failed",
    devices: before?.devices ?? [],
    readMs: before?.readMs,
    changedMs: before?.changedMs,
    why,
    place: before?.place ?? "",
  };
}

/** Why a source could not be asked, for a person. */
export function sentence(error: unknown): string {
  return Trouble.is(error) ? error.text : causeText(error);
}
