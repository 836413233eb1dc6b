// What the files of a run say to each other: the pods that a Service finds, a pod's Namespace and the definition of a
// kind may be in any of them. They are read for it first.
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../base/signal.ts";
import { type FileFacts, fileFacts } from "../../core/rules/fileFacts.ts";
import { MAXIMUM_BYTES } from "../../io/check/fileChecker.ts";
import { textIfReadable } from "../../io/files/readText.ts";
import type { World } from "../world.ts";
import type { Target, Targets } from "./targets.ts";

/** What came by standard input, and where it would stand. */
export interface Input {
  readonly target: Target;
  readonly text: string;
}

export interface Facts {
  /** What was read, by path, so that it need not be read again; not all of very much. */
  readonly texts: ReadonlyMap<string, string>;
  readonly facts: readonly FileFacts[];
}

/** UTF-16 units of all texts that are kept. */
const MAXIMUM_KEPT = 64 * 1024 * 1024;
/** How long Ctrl-C may have to wait. */
const TURN_MS = 30;

export async function factsOf(targets: Targets, input: Input | undefined, world: World): Promise<Facts> {
  const texts = new Map<string, string>();
  let kept = 0;
  const facts = new Map<string, FileFacts>();
  const look = (path: string, text: string) => {
    const found = fileFacts(path, text);
    if (found) facts.set(path, found);
  };
  const yaml = targets.files.map(({ path }) => path).filter((path) => /\.ya?ml$/i.test(path));
  let turn = performance.now();
  for (const path of new Set([...yaml, ...targets.kustomizations])) {
    // What can't be read is told of when it is checked.
    const text = textIfReadable(path, MAXIMUM_BYTES);
    if (text === undefined) continue;
    look(path, text);
    kept += text.length;
    if (kept < MAXIMUM_KEPT) texts.set(path, text);
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    throwIfAborted(world.signal);
    turn = performance.now();
  }
  if (input) look(input.target.path, input.text);
  return { texts, facts: Array.from(facts.values()) };
}
