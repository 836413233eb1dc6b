// The worker that checks: one request in, one answer out. It remembers the documents of recent files, so that
// only what changed is parsed again.
import { parentPort } from "node:worker_threads";
import { type CheckCache, check } from "../../core/rules/check.ts";
import { rules } from "../../core/rules/index.gen.ts";
import type { CheckAnswer, CheckRequest } from "./messages.ts";

const MAXIMUM_CACHED_FILES = 20;

function answerer(): (request: CheckRequest) => CheckAnswer {
  const caches = new Map<string, CheckCache>();
  return ({ path, text, levels }) => {
    const cache = caches.get(path) ?? { slices: new Map() };
    // Put last again: the first of a Map is the one not used for longest.
    caches.delete(path);
    caches.set(path, cache);
    const oldest = caches.keys().next().value;
    if (caches.size > MAXIMUM_CACHED_FILES && oldest !== undefined) caches.delete(oldest);
    try {
      return { findings: check({ path, text, settings: { levels }, rules, cache }) };
    } catch (error) {
      caches.delete(path);
      return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
}

const answer = answerer();
parentPort?.on("message", (request: CheckRequest) => parentPort?.postMessage(answer(request)));
