// Copies a file or folder out of a container, into a folder beside its place, and gives it its name at the end.
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar-stream";
import { causeText } from "../../../base/log.ts";
import { abortError, isAbort, type Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import {
  lacksProgram,
  noTarCode,
  packing,
  packingAlone,
  podPath,
  type PodPath,
  reading,
  readingAlone,
} from "../../../core/kube/copy/commands.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import { Flow } from "./flow.ts";
import { type Container, type CopySums, type Execute, noSums, type OnCopied, Words } from "./transfer.ts";
import { unpack, type Unpacked } from "./unpack.ts";

/** Links that lead from one to the other, before it is a circle. */
const MOST_LINKS = 8;

/** What came, under a name that nobody knows. */
export interface Received {
  readonly sums: CopySums;
  /** What tar says that it could not read: the rest is here. */
  readonly complaint: string | undefined;
  /**
   * Gives it its name.
   * @param replace what stands there goes.
   * @throws Trouble when something stands there, or when it can't be.
   */
  keep(replace: boolean): Promise<void>;
  discard(): Promise<void>;
}

/** True for anything that stands at a name, a broken link too. */
export async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * @param path in the container.
 * @param folder of this machine; it is there.
 * @throws Trouble; nothing is left behind then.
 */
export async function receive(
  execute: Execute,
  container: Container,
  { path, folder }: { path: string; folder: string },
  onCopied: OnCopied,
  signal: Signal,
): Promise<Received> {
  const asked = podPath(path);
  if (!asked)
    throw new Trouble("bad-input", "Name a file or a folder in the container, as /workspace/model.");
  const beside = await mkdtemp(join(folder, ".slipway-copy-")).catch((error: unknown) => {
    throw cantWrite(folder, error);
  });
  const sums = noSums();
  const discard = () => rm(beside, { recursive: true, force: true });
  const at = join(beside, "content");
  try {
    const complaint = await fetched(asked);
    return {
      sums,
      complaint,
      discard,
      keep: (replace) => keep(at, beside, join(folder, asked.name), replace),
    };
  } catch (error) {
    await discard();
    throw isAbort(error) || Trouble.is(error) ? error : cantWrite(folder, error);
  }

  async function fetched(from: PodPath): Promise<string | undefined> {
    let place = from;
    for (let left = MOST_LINKS; left > 0; left--) {
      const came = await oneWay(place);
      if (came === undefined || typeof came.root === "string") return came?.complaint;
      // What was asked for is a link: what it leads to is meant.
      const { link } = came.root;
      const next = podPath(link.startsWith("/") ? link : `${place.parent}/${link}`);
      if (!next) break;
      place = next;
    }
    throw new Trouble(
      "bad-input",
      `${path} is a link that leads to nothing that can be copied: name what it leads to.`,
    );
  }

  /** By what the container has: a shell or none, tar or only cat. Undefined for a single file without tar. */
  async function oneWay(place: PodPath): Promise<Archived | undefined> {
    const way = { execute, container, place, at, sums, onCopied, signal };
    const mark = randomBytes(16).toString("hex");
    const first = await archived(way, packing(place, mark), mark);
    if (typeof first !== "string") return first;
    if (first === "no tar") return plain(way, reading(place, mark), mark);
    const alone = await archived(way, packingAlone(place), undefined);
    return typeof alone === "string" ? plain(way, readingAlone(place), undefined) : alone;
  }
}

interface Way {
  execute: Execute;
  container: Container;
  place: PodPath;
  at: string;
  sums: CopySums;
  onCopied: OnCopied;
  signal: Signal;
}

type Archived = Unpacked & { complaint: string | undefined };

/** @param mark see `Flow`. */
async function archived(
  { execute, container, place, at, sums, onCopied, signal }: Way,
  command: readonly string[],
  mark: string | undefined,
): Promise<"no tar" | "no program" | Archived> {
  const archive = extract();
  const errors = new Words();
  const flow = new Flow(mark, (bytes) => archive.write(bytes));
  archive.on("drain", () => flow.resume());
  const stopping = new AbortController();
  const unpacking = unpack(archive, { root: place.name, at, sums, onCopied });
  // Both may fail, and only the first is told.
  unpacking.catch(() => {});
  let end: ExecEnd | undefined;
  try {
    const sink = {
      output: (bytes: Uint8Array) => flow.take(bytes),
      errors: (bytes: Uint8Array) => errors.push(bytes),
    };
    const either = AbortSignal.any([signal, stopping.signal]);
    const execution = await execute({ ...container, command }, sink, either);
    flow.steer(execution);
    const ending = execution.done.then(
      (how) => {
        end = how;
        if (how.kind === "exited" && flow.isWhole) archive.end(null);
        else archive.destroy(new Error("It ended in the middle"));
      },
      () => {
        archive.destroy(abortError());
      },
    );
    let unpacked: Unpacked | undefined;
    let failure: unknown;
    try {
      unpacked = await unpacking;
    } catch (error) {
      failure = error;
    }
    // A disk that is full, or an archive that is refused: nothing more is sent.
    stopping.abort();
    await ending;
    if (signal.aborted) throw abortError();
    if (end?.kind === "failed") {
      if (lacksProgram(end.why)) return "no program";
      throw broken(container, end.why);
    }
    if (end?.exitCode === noTarCode && !flow.isWhole && flow.isEmpty) return "no tar";
    if (failure !== undefined) {
      if (Trouble.is(failure) || isDisk(failure)) throw failure as Error;
      throw broken(container, errors.reason || "what tar sent is no whole archive");
    }
    if (!unpacked || unpacked.root === "none") throw nothing(container, place, errors.reason);
    const code = end?.exitCode ?? 0;
    return { ...unpacked, complaint: code === 0 ? undefined : errors.reason || `tar ended with ${code}` };
  } finally {
    stopping.abort();
    if (!archive.destroyed) archive.destroy();
  }
}

/** One file, where the image has no tar. */
async function plain(
  { execute, container, place, at, sums, onCopied, signal }: Way,
  command: readonly string[],
  mark: string | undefined,
): Promise<undefined> {
  const file = createWriteStream(at, { flags: "wx" });
  const errors = new Words();
  const flow = new Flow(mark, (bytes) => {
    sums.bytes += bytes.length;
    onCopied(sums);
    return file.write(bytes);
  });
  file.on("drain", () => flow.resume());
  const stopping = new AbortController();
  const written = new Promise<void>((resolve, reject) => {
    file.once("error", (error) => {
      stopping.abort();
      reject(error);
    });
    file.once("close", () => resolve());
  });
  written.catch(() => {});
  const sink = {
    output: (bytes: Uint8Array) => flow.take(bytes),
    errors: (bytes: Uint8Array) => errors.push(bytes),
  };
  try {
    const either = AbortSignal.any([signal, stopping.signal]);
    const execution = await execute({ ...container, command }, sink, either);
    flow.steer(execution);
    const end = await execution.done.catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    file.end();
    await written;
    if (end?.kind === "failed") throw lacksProgram(end.why) ? noTools(container) : broken(container, end.why);
    if (end?.exitCode === noTarCode) throw noTools(container);
    if (end?.exitCode !== 0)
      throw nothing(
        container,
        place,
        `${errors.reason} (its image has no tar, so only single files can be copied)`,
      );
    if (!flow.isWhole) throw broken(container, "the file ended in the middle");
    sums.files = 1;
    return undefined;
  } finally {
    file.destroy();
  }
}

async function keep(at: string, beside: string, path: string, replace: boolean): Promise<void> {
  const before = join(beside, "before");
  try {
    const isThere = await isTaken(path);
    if (isThere && !replace)
      throw new Trouble(
        "conflict",
        `${path} is there by now and was left as it is: copy again to replace it.`,
      );
    if (isThere) await rename(path, before);
    try {
      await rename(at, path);
    } catch (error) {
      if (isThere) await rename(before, path);
      throw error;
    }
  } catch (error) {
    throw Trouble.is(error) ? error : cantWrite(path, error);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function isDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function cantWrite(path: string, error: unknown): Trouble {
  return new Trouble("failed", `${path} could not be written, and nothing was copied: ${causeText(error)}.`, {
    cause: error,
  });
}

function nothing({ container, pod }: Container, { parent, name }: PodPath, reason: string): Trouble {
  const why = reason === "" ? "" : `: ${reason}`;
  return new Trouble(
    "not-found",
    `${name} in ${parent} of container ${container} of pod ${pod} can't be copied${why}.`,
  );
}

function noTools({ container, pod }: Container): Trouble {
  return new Trouble(
    "missing-tool",
    `Container ${container} of pod ${pod} has neither tar nor cat in its image, so nothing can be copied: choose another container of the pod that has the files, or add a debug container.`,
  );
}

function broken({ pod }: Container, why: string): Trouble {
  return new Trouble(
    "failed",
    `The copy from pod ${pod} broke off, and nothing of it was kept: ${why}. Copy again.`,
  );
}
