// Copies a file or folder of this machine into a container: it grows under a name of its own there, and gets its
// name when all of it has arrived.
import { randomBytes } from "node:crypto";
import { open, realpath, stat } from "node:fs/promises";
import { abortError, onAbort, type Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import {
  discarding,
  keeping,
  lacksProgram,
  looking,
  takenCode,
  unpacking,
  writing,
} from "../../../core/kube/copy/commands.ts";
import { troubleOf } from "../../files/fileTrouble.ts";
import { packed, piecesOf } from "./pack.ts";
import {
  type Container,
  type CopySums,
  type Execute,
  noSums,
  type OnCopied,
  runIn,
  Words,
} from "./transfer.ts";

/** More than this is not put before the connection: the container sets the pace. */
const MOST_WAITING_BYTES = 512 * 1024;
/** What a copy that came to nothing may take to be cleared away. */
const DISCARD_MS = 15_000;

/** What stands in the container where something is to be copied. */
export interface Destination {
  hasTar: boolean;
  /** What has the name already. */
  taken: "file" | "folder" | undefined;
}

export interface Sending {
  /** A file or folder of this machine. */
  path: string;
  /** An absolute path of a folder in the container. */
  folder: string;
  name: string;
  replace: boolean;
  hasTar: boolean;
}

/** @throws Trouble when nothing can be copied there. */
export async function look(
  execute: Execute,
  container: Container,
  { folder, name }: { folder: string; name: string },
  signal: Signal,
): Promise<Destination> {
  const { end, output, reason } = await runIn(execute, container, looking(folder, name), signal);
  if (end.kind === "failed" && lacksProgram(end.why)) throw noShell(container);
  if (end.kind === "failed" || end.exitCode !== 0)
    throw refused(container, end.kind === "failed" ? end.why : reason);
  const words = new Set(output.trim().split("\n"));
  if (!words.has("folder"))
    throw new Trouble(
      "not-found",
      `Container ${container.container} of pod ${container.pod} has no folder ${folder}: name one that is there.`,
    );
  if (!words.has("writable"))
    throw new Trouble(
      "denied",
      `The user of container ${container.container} may not write into ${folder}: name another folder, as /tmp.`,
    );
  return {
    hasTar: words.has("tar"),
    taken: words.has("isFolder") ? "folder" : words.has("isFile") ? "file" : undefined,
  };
}

/** @throws Trouble; nothing is left in the container then, as far as it can be reached. */
export async function send(
  execute: Execute,
  container: Container,
  wish: Sending,
  onCopied: OnCopied,
  signal: Signal,
): Promise<CopySums> {
  const { folder, name, replace } = wish;
  const temporary = `.slipway-copy-${randomBytes(6).toString("hex")}`;
  try {
    const sums = await sent(execute, container, wish, temporary, onCopied, signal);
    const { end, reason } = await runIn(
      execute,
      container,
      keeping(folder, temporary, name, replace),
      signal,
    );
    if (end.kind === "failed") throw refused(container, end.why);
    if (end.exitCode === takenCode)
      throw new Trouble(
        "conflict",
        `${name} is in ${folder} by now and was left as it is: copy again to replace it.`,
      );
    if (end.exitCode !== 0) throw refused(container, reason);
    return sums;
  } catch (error) {
    // The cancelled copy is cleared away too; what can't be reached can't be.
    await runIn(execute, container, discarding(folder, temporary), AbortSignal.timeout(DISCARD_MS)).catch(
      () => {},
    );
    throw error;
  }
}

async function sent(
  execute: Execute,
  container: Container,
  wish: Sending,
  temporary: string,
  onCopied: OnCopied,
  signal: Signal,
): Promise<CopySums> {
  const sums = noSums();
  // A link that was chosen means what it leads to.
  const path = await realpath(wish.path).catch((error: unknown) => {
    throw troubleOf(wish.path, error);
  });
  const isFile = (await stat(path)).isFile();
  if (!wish.hasTar && !isFile)
    throw new Trouble(
      "missing-tool",
      `Container ${container.container} of pod ${container.pod} has no tar in its image, so only single files can be copied: pack the folder into one file first, or choose another container.`,
    );
  const command = (wish.hasTar ? unpacking : writing)(wish.folder, temporary);
  const pieces = wish.hasTar ? packed(path, sums, onCopied) : bytesOf(path, sums, onCopied);
  const errors = new Words();
  const output = new Words();
  let wake = () => {};
  const sink = {
    output: (bytes: Uint8Array) => output.push(bytes),
    errors: (bytes: Uint8Array) => errors.push(bytes),
    drained: () => wake(),
  };
  const stopping = new AbortController();
  const execution = await execute(
    { ...container, command },
    sink,
    AbortSignal.any([signal, stopping.signal]),
  );
  let hasEnded = false;
  const done = execution.done.finally(() => {
    hasEnded = true;
    wake();
  });
  done.catch(() => {});
  const listener = onAbort(signal, () => wake());
  try {
    if (!execution.tellsEnd)
      throw new Trouble(
        "failed",
        "The API server is too old to be told where a file ends (before Kubernetes 1.30): copy with kubectl cp there.",
      );
    for await (const piece of pieces) {
      if (hasEnded || signal.aborted) break;
      execution.write(piece);
      while (!hasEnded && !signal.aborted && execution.waiting > MOST_WAITING_BYTES)
        await new Promise<void>((resolve) => (wake = resolve));
    }
  } catch (error) {
    stopping.abort();
    throw error;
  } finally {
    listener.dispose();
  }
  if (signal.aborted) throw abortError();
  execution.endInput();
  const end = await done;
  if (end.kind === "failed") throw broken(container, end.why);
  if (end.exitCode !== 0) throw broken(container, errors.reason || `tar ended with ${end.exitCode}`);
  if (!wish.hasTar && Number(output.text.trim()) !== sums.bytes)
    throw broken(container, `${output.text.trim()} of ${sums.bytes} bytes have arrived`);
  return sums;
}

async function* bytesOf(path: string, sums: CopySums, onCopied: OnCopied): AsyncGenerator<Uint8Array, void> {
  const handle = await open(path).catch((error: unknown) => {
    throw troubleOf(path, error);
  });
  try {
    for await (const piece of piecesOf(handle, (await handle.stat()).size, path)) {
      yield piece;
      sums.bytes += piece.length;
      onCopied(sums);
    }
    sums.files = 1;
  } finally {
    await handle.close();
  }
}

function noShell({ container, pod }: Container): Trouble {
  return new Trouble(
    "missing-tool",
    `Container ${container} of pod ${pod} has no shell in its image, so nothing can be copied into it: choose another container of the pod that shares a volume with it, or add a debug container.`,
  );
}

function refused({ container, pod }: Container, why: string): Trouble {
  return new Trouble("failed", `Nothing was copied into container ${container} of pod ${pod}: ${why}.`);
}

function broken({ pod }: Container, why: string): Trouble {
  return new Trouble(
    "failed",
    `The copy to pod ${pod} broke off, and nothing of it was kept: ${why}. Copy again.`,
  );
}
