// Checks the files of a run: a few here, many on all cores.
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../base/signal.ts";
import { CheckPool } from "../../io/check/checkPool.ts";
import {
  FileChecker,
  type FileOptions,
  type FileResult,
  type FileToCheck,
} from "../../io/check/fileChecker.ts";
import { Progress } from "../progress.ts";
import type { World } from "../world.ts";

/**
 * Files that make a worker worth its start (some 0.4 s of work until it is as quick as this thread): with twice
 * as many, two threads are done sooner than one.
 */
const FILES_PER_WORKER = 250;
/** How long Ctrl-C may have to wait. */
const TURN_MS = 30;

/**
 * The results in the order of `files`.
 * @param jobs threads; undefined leaves it to the number of files.
 */
export async function checkFiles(
  files: readonly FileToCheck[],
  options: FileOptions,
  jobs: number | undefined,
  world: World,
): Promise<FileResult[]> {
  const results: FileResult[] = [];
  const progress = new Progress(world, (done) => `Checked ${done} of ${files.length} files`);
  const { workers } = world;
  const threads = jobs ?? Math.min(workers?.cores ?? 1, Math.floor(files.length / FILES_PER_WORKER));
  try {
    if (workers && threads > 1) {
      const onResult = (index: number, result: FileResult) => {
        results[index] = result;
        progress.step();
      };
      const { script, schemasPath } = workers;
      const data = { options, ...(schemasPath === undefined ? {} : { schemasPath }) };
      await new CheckPool(script, data).check(files, threads, onResult, world.signal);
      return results;
    }
    const checker = new FileChecker(world.rules, options, world.schemas);
    let turn = performance.now();
    for (const file of files) {
      results.push(checker.check(file));
      progress.step();
      if (performance.now() - turn < TURN_MS) continue;
      await setImmediate();
      throwIfAborted(world.signal);
      turn = performance.now();
    }
    return results;
  } finally {
    progress.end();
  }
}
