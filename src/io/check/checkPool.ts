// Checks many files on all cores, each core a worker that is sent a few at a time.
import { Worker } from "node:worker_threads";
import { abortError, onAbort, type Signal, throwIfAborted } from "../../base/signal.ts";
import type { FileResult, FileToCheck } from "./fileChecker.ts";
import { gaveUp } from "./gaveUp.ts";
import type { BatchData } from "./messages.ts";

export interface PoolLimits {
  /** Of one batch; then its files are tried one by one, and the one that takes this long alone is given up. */
  readonly timeoutMs: number;
  /** That one worker may use. */
  readonly memoryMiB: number;
  readonly batch: number;
}

const LIMITS: PoolLimits = { timeoutMs: 20_000, memoryMiB: 512, batch: 16 };

/** Files of one turn, with their places in the list. */
type Batch = readonly { readonly index: number; readonly file: FileToCheck }[];

export class CheckPool {
  readonly #script: string;
  readonly #data: BatchData;
  readonly #limits: PoolLimits;

  /**
   * @param script path of the built worker (src/io/check/batchWorker.ts).
   * @param data that each worker is started with.
   */
  constructor(script: string, data: BatchData, limits: PoolLimits = LIMITS) {
    this.#script = script;
    this.#data = data;
    this.#limits = limits;
  }

  /**
   * Checks all, in any order; the workers are gone when it ends, however that is.
   * @param onResult with the place of the file in `files`.
   * @throws Error for a bug of ours.
   */
  async check(
    files: readonly FileToCheck[],
    workers: number,
    onResult: (index: number, result: FileResult) => void,
    signal: Signal,
  ): Promise<void> {
    throwIfAborted(signal);
    const waiting: Batch[] = [];
    for (let start = 0; start < files.length; start += this.#limits.batch)
      waiting.push(
        files.slice(start, start + this.#limits.batch).map((file, at) => ({ index: start + at, file })),
      );
    // Taken from the end, which costs nothing; whose turn it is does not matter otherwise.
    waiting.reverse();
    const lanes = Array.from({ length: Math.min(workers, waiting.length) }, () => new Lane(this.#start));
    const stop = onAbort(signal, () => lanes.map((lane) => lane.end()));
    try {
      await Promise.all(lanes.map((lane) => this.#work(lane, waiting, onResult, signal)));
    } finally {
      stop.dispose();
      await Promise.all(lanes.map((lane) => lane.end()));
    }
  }

  readonly #start = (): Worker =>
    new Worker(this.#script, {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMiB },
    });

  async #work(
    lane: Lane,
    waiting: Batch[],
    onResult: (index: number, result: FileResult) => void,
    signal: Signal,
  ): Promise<void> {
    for (let batch = waiting.pop(); batch; batch = waiting.pop()) {
      const answer = await lane.ask(
        batch.map(({ file }) => file),
        this.#limits.timeoutMs,
      );
      if (signal.aborted) throw abortError();
      if (typeof answer !== "string")
        for (const [at, { index }] of batch.entries()) onResult(index, answer[at] as FileResult);
      else if (batch.length > 1) waiting.push(...batch.map((one) => [one]));
      else
        for (const { index } of batch)
          onResult(index, { outcome: { kind: "checked", findings: [gaveUp(answer)], text: "" } });
    }
  }
}

/** One worker at a time: a new one when the last was ended. */
class Lane {
  readonly #start: () => Worker;
  #worker: Worker | undefined;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** The results, or the reason why there are none. Rejects for a bug of ours. */
  async ask(files: readonly FileToCheck[], timeoutMs: number): Promise<FileResult[] | string> {
    const worker = (this.#worker ??= this.#start());
    const answer = settler();
    const onError = (error: Error & { code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") answer.resolve("needs too much memory");
      else answer.reject(error);
    };
    const onExit = () => answer.resolve("ended its worker");
    worker.on("message", answer.resolve).on("error", onError).on("exit", onExit);
    const timer = setTimeout(() => answer.resolve(`took longer than ${timeoutMs / 1000} seconds`), timeoutMs);
    try {
      worker.postMessage(files);
      const given = await answer.promise;
      if (typeof given === "string") await this.end();
      return given;
    } finally {
      clearTimeout(timer);
      // Only these: whoever ends the worker meanwhile waits for its exit too.
      worker.off("message", answer.resolve).off("error", onError).off("exit", onExit);
    }
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** As Promise.withResolvers, which Node 20 does not have. */
function settler(): PromiseWithResolvers<FileResult[] | string> {
  let resolve: PromiseWithResolvers<FileResult[] | string>["resolve"] = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<FileResult[] | string>((onAnswer, onFailure) => {
    resolve = onAnswer;
    reject = onFailure;
  });
  return { promise, resolve, reject };
}
