// The last 15 minutes as the charts draw them: one time axis, and for each device its values, NaN for a gap.
import type { WireNode, WireSeries } from "../../src/protocol/gpu.ts";
import { metrics } from "./figures.ts";

export const seconds = 15 * 60;

export class SeriesHistory {
  readonly #devices = new Map<string, Float32Array[]>();
  #second = 0;
  #first = Number.POSITIVE_INFINITY;

  /** How far back there is something to draw. */
  get span(): number {
    return Math.min(seconds - 1, Math.max(0, this.#second - this.#first));
  }

  /** The last second of the time axis. */
  get second(): number {
    return this.#second;
  }

  /** Begins anew with what the extension has kept. */
  load(second: number, series: readonly WireSeries[]): void {
    this.#devices.clear();
    this.#second = second;
    this.#first = Number.POSITIVE_INFINITY;
    for (const { device, values } of series) {
      const own = metrics.map(() => new Float32Array(seconds).fill(Number.NaN));
      for (const [at, kept] of values.entries()) {
        if (!(kept instanceof Float32Array) && !Array.isArray(kept)) continue;
        own[at]?.set(Array.from(kept).slice(-seconds), seconds - Math.min(seconds, kept.length));
      }
      this.#devices.set(device, own);
      for (const one of own) {
        const at = one.findIndex((value) => !Number.isNaN(value));
        if (at >= 0) this.#first = Math.min(this.#first, second - seconds + 1 + at);
      }
    }
  }

  /** Goes on to `second` with the figures of the devices that are live. */
  append(second: number, nodes: readonly WireNode[]): void {
    const steps = second - this.#second;
    if (steps > 0) {
      for (const values of this.#devices.values()) for (const one of values) shift(one, steps);
      this.#second = second;
    }
    for (const node of nodes) {
      if (node.state !== "live") continue;
      for (const row of node.rows) {
        if (row.kind !== "device") continue;
        this.#first = Math.min(this.#first, second);
        let values = this.#devices.get(row.device);
        if (!values) {
          values = metrics.map(() => new Float32Array(seconds).fill(Number.NaN));
          this.#devices.set(row.device, values);
        }
        for (const metric of metrics) {
          const value = row.figures[metric.figure] ?? null;
          const own = values[metric.series];
          if (own) own[seconds - 1] = value ?? Number.NaN;
        }
      }
    }
  }

  values(device: string, series: number): Float32Array | undefined {
    return this.#devices.get(device)?.[series];
  }
}

function shift(values: Float32Array, steps: number): void {
  const by = Math.min(steps, values.length);
  values.copyWithin(0, by);
  values.fill(Number.NaN, values.length - by);
}
