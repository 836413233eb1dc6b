// The figures of the page: their names, units and words.
import type { WireFigures } from "../../src/protocol/gpu.ts";

export interface Metric {
  id: "utilisation" | "memory" | "power" | "temperature";
  title: string;
  unit: string;
  /** Of the wire's figures, and of a device's series. */
  figure: number;
  series: number;
  /** Drawn over a scale that ends there at least. */
  least: number;
  scale(value: number): number;
}

const MIB_IN_GIB = 1024;
const same = (value: number) => value;

export const metrics: readonly Metric[] = [
  { id: "utilisation", title: "Utilisation", unit: "%", figure: 0, series: 0, least: 100, scale: same },
  {
    id: "memory",
    title: "Memory",
    unit: "GiB",
    figure: 1,
    series: 1,
    least: 1,
    scale: (mebibytes) => mebibytes / MIB_IN_GIB,
  },
  { id: "power", title: "Power", unit: "W", figure: 3, series: 2, least: 50, scale: same },
  { id: "temperature", title: "Temperature", unit: "°C", figure: 4, series: 3, least: 60, scale: same },
];

/** `87 %`; undefined when it is unknown. */
export function cellText(metric: Metric, figures: WireFigures): string | undefined {
  const value = figures[metric.figure] ?? null;
  if (value === null) return undefined;
  if (metric.id !== "memory") return `${Math.round(value)} ${metric.unit}`;
  const total = figures[2];
  return total === null ? `${gibibytes(value)} GiB` : `${gibibytes(value)} / ${gibibytes(total)} GiB`;
}

/** Between 0 and 1 where there is a whole to compare with. */
export function share(metric: Metric, figures: WireFigures): number | undefined {
  const value = figures[metric.figure] ?? null;
  if (value === null) return undefined;
  if (metric.id === "utilisation") return value / 100;
  const total = figures[2];
  return metric.id === "memory" && total !== null && total > 0 ? Math.min(1, value / total) : undefined;
}

function gibibytes(mebibytes: number): string {
  const value = mebibytes / MIB_IN_GIB;
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}
