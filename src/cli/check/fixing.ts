// `--fix`: repairs files by the fixes of their findings, or shows as a diff what that would change.
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { choicesOf, type Fixed, type FixScope, fixText } from "../../core/rules/fixing.ts";
import type { FileChecker, FileOutcome, FileResult } from "../../io/check/fileChecker.ts";
import { isLink, replaceText } from "../../io/files/replaceFile.ts";
import type { World } from "../world.ts";
import type { Target } from "./targets.ts";

export interface Checked {
  readonly target: Target;
  readonly result: FileResult;
}

/** Each file with its text as it was, and repaired as far as that goes. */
export interface Repair {
  readonly target: Target;
  readonly before: string;
  readonly fixed: Fixed;
}

/** What can be repaired; nothing is written yet. */
export async function repairs(
  all: readonly Checked[],
  scope: FixScope,
  checker: FileChecker,
  world: World,
): Promise<Repair[]> {
  const found: Repair[] = [];
  for (const { target, result } of all) {
    const { outcome } = result;
    if (outcome.kind !== "checked" || choicesOf(outcome, scope, world.rules).length === 0) continue;
    await setImmediate();
    throwIfAborted(world.signal);
    const again = (text: string) => {
      const checked = checker.checkText(target.path, text).outcome;
      return checked.kind === "checked" ? checked.findings : [];
    };
    const fixed = fixText(outcome.text, outcome.findings, scope, world.rules, again);
    if (fixed.text !== outcome.text) found.push({ target, before: outcome.text, fixed });
  }
  return found;
}

/** Writes what was repaired and says so, file by file; the results are those of the files as they are then. */
export async function write(
  all: readonly Checked[],
  repaired: readonly Repair[],
  world: World,
  troubles: Trouble[],
): Promise<Checked[]> {
  const after = new Map<string, FileOutcome>();
  for (const { target, before, fixed } of repaired) {
    // Here a Ctrl-C can come in, between two files: each is written whole or not at all.
    await setImmediate();
    throwIfAborted(world.signal);
    try {
      if (isLink(target.path)) {
        world.error(`slipway: ${target.shown} is a link and was not changed.\n`);
        continue;
      }
      replaceText(target.path, before, fixed.text);
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      troubles.push(error);
      continue;
    }
    for (const { finding, fix } of fixed.done) {
      const { start } = finding.range;
      world.error(
        `fixed ${target.shown}:${start.line + 1}:${start.column + 1} ${finding.rule}: ${fix.title}\n`,
      );
    }
    after.set(target.path, { kind: "checked", findings: fixed.findings, text: fixed.text });
  }
  return all.map(({ target, result }) => {
    const outcome = after.get(target.path) ?? result.outcome;
    return { target, result: { ...result, outcome } };
  });
}

/** A unified diff, as `git apply` and `patch -p1` read it. */
export async function difference(repaired: readonly Repair[]): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return repaired
    .map(({ target, before, fixed }) => {
      const path = target.shown.replaceAll("\\", "/").replace(/^\/+/, "");
      return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, fixed.text, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      });
    })
    .join("");
}
