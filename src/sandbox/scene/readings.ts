// What a GPU of the sandbox measures: smooth figures that move with time and with what runs on it.
import type { Device } from "../control/devices.ts";
import type { Run } from "../control/program.ts";

export const driverVersion = "580.95.05";

export interface Reading {
  /** Percent. */
  utilisation: number;
  usedMiB: number;
  freeMiB: number;
  watts: number;
  celsius: number;
}

/** Driver and page tables take a little of every GPU. */
const reservedShare = 0.006;

/** @param run what holds the device; undefined when nobody does. */
export function readingOf(device: Device, run: Run | undefined, now: number): Reading {
  const load = run ? run.program.load(run, now) : { utilisation: 0, memoryMiB: 0 };
  // Each GPU of one job is a little different from its neighbour.
  const sway = run ? wave(now, 17_000, device.index * 1.7) * 2 : 0;
  const utilisation = Math.round(clamp(load.utilisation + (load.utilisation > 3 ? sway : 0), 0, 100));
  const reserved = Math.round(device.memoryMiB * reservedShare);
  const usedMiB = Math.round(clamp(load.memoryMiB, 0, device.memoryMiB - reserved));
  const share = utilisation / 100;
  const watts =
    device.idleWatts +
    (device.limitWatts - device.idleWatts) * share * 0.9 +
    wave(now, 9_000, device.index) * 3;
  return {
    utilisation,
    usedMiB,
    freeMiB: device.memoryMiB - reserved - usedMiB,
    watts: Math.max(8, watts),
    celsius: Math.round(31 + share * 36 + wave(now, 41_000, device.index) * 2),
  };
}

/** Between -1 and 1, never quite regular. */
export function wave(now: number, periodMs: number, phase: number): number {
  const turn = (now / periodMs) * 2 * Math.PI + phase;
  return (Math.sin(turn) + 0.5 * Math.sin(turn * 2.7 + phase)) / 1.5;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
