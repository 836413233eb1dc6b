// Renders in a worker of its own, which is gone afterwards: renderings are rare, and their output may be large.
import { Worker } from "node:worker_threads";
import type { Log } from "../../base/log.ts";
import { abortError, onAbort, type Signal, throwIfAborted } from "../../base/signal.ts";
import type { RenderAnswer, RenderData, RenderRequest, RenderSaid, RenderUnit } from "./messages.ts";
import { unitsOf } from "./units.ts";

const MEMORY_MIB = 512;
/** The program that renders has its own limit; this is for what is made of its output. */
const TIMEOUT_MS = 120_000;
/** For the program to end, when nobody wants its output any more. */
const FAREWELL_MS = 5_000;

export class RenderThread {
  readonly #script: string;
  readonly #schemasPath: string;
  readonly #log: Log;
  readonly #timeoutMs: number;

  /** @param script path of the built worker (src/io/render/worker.ts). */
  constructor(script: string, schemasPath: string, log: Log, timeoutMs: number = TIMEOUT_MS) {
    this.#script = script;
    this.#schemasPath = schemasPath;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
  }

  unitsOf(path: string): Promise<RenderUnit[]> {
    return Promise.resolve(unitsOf(path));
  }

  /** Undefined for what takes too long or too much memory. Rejects with the cancellation, or for a bug of ours. */
  async render(request: RenderRequest, signal: Signal): Promise<RenderAnswer | undefined> {
    throwIfAborted(signal);
    const worker = new Worker(this.#script, {
      workerData: { request, schemasPath: this.#schemasPath } satisfies RenderData,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    });
    worker.unref();
    let farewell: NodeJS.Timeout | undefined;
    let isLate = false;
    const end = () => {
      worker.postMessage("stop");
      farewell ??= setTimeout(() => void worker.terminate(), FAREWELL_MS);
    };
    const timer = setTimeout(() => {
      isLate = true;
      this.#log.warn(`Rendering ${request.unit.folder} took longer than ${this.#timeoutMs / 1000} s.`);
      end();
    }, this.#timeoutMs);
    const stop = onAbort(signal, end);
    try {
      return await new Promise<RenderAnswer | undefined>((resolve, reject) => {
        worker.on("message", (said: RenderSaid) => {
          if ("log" in said) this.#log.info(said.log);
          else if ("answer" in said) resolve(said.answer);
          else if (signal.aborted) reject(abortError());
          else if (isLate) resolve(undefined);
          else reject(new Error(said.failed));
        });
        worker.on("error", (error: Error & { code?: string }) => {
          if (error.code === "ERR_WORKER_OUT_OF_MEMORY") resolve(undefined);
          else reject(error);
        });
        worker.on("exit", () => (signal.aborted ? reject(abortError()) : resolve(undefined)));
      });
    } finally {
      stop.dispose();
      clearTimeout(farewell);
      clearTimeout(timer);
      void worker.terminate();
    }
  }
}
