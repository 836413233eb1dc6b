// `npm run bench`: every benchmark, or those named, and a table that says which targets are met.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Bench, BenchRow } from "./bench.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const own = new Set(["bench.ts", "run.ts"]);
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !own.has(name))
  .map((name) => name.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

let missed = 0;
for (const name of names) {
  const loaded = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { bench?: Bench };
  // Files without a benchmark are what benchmarks share.
  if (!loaded.bench) continue;
  console.log(`\n== ${loaded.bench.name}`);
  try {
    const { rows } = await loaded.bench.run();
    for (const row of rows) {
      missed += met(row) ? 0 : 1;
      console.log(line(row));
    }
  } catch (error) {
    missed += 1;
    console.log(`  could not run: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(missed === 0 ? "\nEvery target is met." : `\n${missed} targets are not met.`);

function met(row: BenchRow): boolean {
  return row.target === undefined || (row.ratio ?? row.value) <= row.target;
}

function line(row: BenchRow): string {
  const peer = row.peer ? `${row.peer}: ${number(row.peerValue ?? Number.NaN)} ${row.unit}` : "";
  const ratio = row.ratio === undefined ? "" : `ratio ${row.ratio.toFixed(3)}`;
  const target = row.target === undefined ? "" : `target ${row.target} ${met(row) ? "met" : "MISSED"}`;
  return `  ${row.name.padEnd(44)} ${`${number(row.value)} ${row.unit}`.padEnd(14)} ${peer.padEnd(44)} ${ratio.padEnd(14)} ${target}`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
