// A baseline: the findings that were there when somebody began to check, so that only new ones count. A finding is
// known by its rule, its file and what its line says, wherever that line stands by now.
import { createHash } from "node:crypto";
import { dirname, relative, resolve, sep } from "node:path";
import { Trouble } from "../../base/trouble.ts";
import type { Rule } from "../../core/rules/rule.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { Lines } from "../../core/syntax/lines.ts";
import { readText } from "../../io/files/readText.ts";
import { writeWhole } from "../../io/files/replaceFile.ts";
import type { World } from "../world.ts";
import type { Checked } from "./fixing.ts";

/** By path relative to the baseline's folder, then by rule and hash of the line: how many there are. */
type Known = Record<string, Record<string, number>>;

const MAXIMUM_BYTES = 64 * 1024 * 1024;

/** @throws Trouble when it can't be read as a baseline. */
export function readBaseline(file: string, world: World): Known {
  const read = readText(resolve(world.workingDirectory, file), MAXIMUM_BYTES);
  let parsed: unknown;
  try {
    parsed = read.kind === "text" ? JSON.parse(read.text) : undefined;
  } catch {
    // Told below.
  }
  const known = isRecord(parsed) && parsed["version"] === 1 ? parsed["files"] : undefined;
  if (isRecord(known) && Object.values(known).every(areCounts)) return known as Known;
  throw new Trouble(
    "bad-input",
    `${file} is no baseline; \`slipway check --write-baseline FILE\` writes one.`,
  );
}

function areCounts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((count) => typeof count === "number");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface Compared {
  readonly all: readonly Checked[];
  /** Findings that the baseline has, which are left out of `all`. */
  readonly known: number;
  /** Findings that the baseline has of these files, and that are not there any more. */
  readonly gone: number;
}

/** What is found beside what the baseline of that file knows. */
export function withoutKnown(all: readonly Checked[], baseline: Known, file: string, world: World): Compared {
  let [known, gone] = [0, 0];
  const kept = all.map(({ target, result }) => {
    const { outcome } = result;
    if (outcome.kind !== "checked") return { target, result };
    const left = new Map(Object.entries(baseline[pathFrom(file, target.path, world)] ?? {}));
    const keys = keysOf(outcome, world.rules);
    const findings = outcome.findings.filter((_, index) => {
      const key = keys[index] ?? "";
      const count = left.get(key) ?? 0;
      if (count <= 0) return true;
      left.set(key, count - 1);
      known++;
      return false;
    });
    for (const count of left.values()) gone += Math.max(0, count);
    return { target, result: { ...result, outcome: { ...outcome, findings } } };
  });
  return { all: kept, known, gone };
}

/** Writes what is found as the baseline; says how many findings of how many files. */
export function writeBaseline(all: readonly Checked[], file: string, world: World): [number, number] {
  const files: Known = {};
  let findings = 0;
  for (const { target, result } of all) {
    if (result.outcome.kind !== "checked") continue;
    const counts: Record<string, number> = {};
    for (const key of keysOf(result.outcome, world.rules)) {
      counts[key] = (counts[key] ?? 0) + 1;
      findings++;
    }
    if (Object.keys(counts).length > 0) files[pathFrom(file, target.path, world)] = sorted(counts);
  }
  const written = { version: 1, files: sorted(files) };
  writeWhole(resolve(world.workingDirectory, file), `${JSON.stringify(written, undefined, 2)}\n`);
  return [findings, Object.keys(files).length];
}

/** The same order every time, so that a commit shows only what has changed. */
function sorted<T>(record: Record<string, T>): Record<string, T> {
  const entries = Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries);
}

/** The same wherever one stands, and on every machine. */
function pathFrom(file: string, path: string, world: World): string {
  return relative(dirname(resolve(world.workingDirectory, file)), path).replaceAll(sep, "/");
}

function keysOf(
  { findings, text }: { readonly findings: readonly Finding[]; readonly text: string },
  rules: readonly Rule[],
): string[] {
  const lines = new Lines(text);
  const secret = new Set(rules.filter((rule) => rule.secret).map(({ id }) => id));
  return findings.map(({ rule, range: { start, end } }) => {
    let line = lines.content(start.line);
    // Of a secret not even a hash is kept.
    if (secret.has(rule))
      line = line.slice(0, start.column) + (end.line === start.line ? line.slice(end.column) : "");
    const words = line.trim().replace(/\s+/g, " ");
    return `${rule} ${createHash("sha256").update(words).digest("hex").slice(0, 16)}`;
  });
}
