// Figures in words, the same in rows, tooltips and the panel; what is unknown is left out or said to be so.
import type { Figures } from "./sample.ts";

const KIBI = 1024;

/** `GPU 87 %, 61/80 GiB`; undefined when neither is known. */
export function usageText({ utilisation, memoryUsedMiB, memoryTotalMiB }: Figures): string | undefined {
  const parts = [
    utilisation === undefined ? undefined : `${Math.round(utilisation)} %`,
    memoryText(memoryUsedMiB, memoryTotalMiB),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `GPU ${parts.join(", ")}`;
}

/** `61/80 GiB`, or `61 GiB` when the total is not known. */
export function memoryText(usedMiB: number | undefined, totalMiB: number | undefined): string | undefined {
  if (usedMiB === undefined) return undefined;
  return totalMiB === undefined
    ? `${gibibytes(usedMiB)} GiB`
    : `${gibibytes(usedMiB)}/${gibibytes(totalMiB)} GiB`;
}

/** One digit after the point below ten. */
export function gibibytes(mebibytes: number): string {
  const value = mebibytes / KIBI;
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

/** `87 %, 61/80 GiB, 512 W, 64 °C`, with `unknown` for what is. */
export function figuresText(figures: Figures): string {
  const { utilisation, memoryUsedMiB, memoryTotalMiB, powerWatts, temperatureCelsius } = figures;
  return [
    utilisation === undefined ? "utilisation unknown" : `${Math.round(utilisation)} %`,
    memoryText(memoryUsedMiB, memoryTotalMiB) ?? "memory unknown",
    powerWatts === undefined ? "power unknown" : `${Math.round(powerWatts)} W`,
    temperatureCelsius === undefined ? "temperature unknown" : `${Math.round(temperatureCelsius)} °C`,
  ].join(", ");
}
