// Checks files in a worker thread, one at a time, so that no text can hold up whoever asks.
import { Worker } from "node:worker_threads";
import type { Finding } from "../../core/syntax/finding.ts";
import type { CheckAnswer, CheckRequest } from "./messages.ts";

interface Job {
  readonly request: CheckRequest;
  /** Whoever asked about this path: also those whose text was replaced before its turn came. */
  readonly asked: PromiseWithResolvers<Finding[]>[];
}

/** Far beyond any real file; what takes longer would make typing hopeless. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** For one worker: an attack on the parser ends the worker, not the process. */
const DEFAULT_MEMORY_MIB = 512;

export class CheckThread {
  readonly #script: string;
  readonly #timeoutMs: number;
  readonly #memoryMiB: number;
  /** By path: of a file that changes while it waits, only the newest text is checked. */
  readonly #waiting = new Map<string, Job>();
  #worker: Worker | undefined;
  #running: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  /**
   * @param script path of the built worker (src/io/check/worker.ts).
   * @param timeoutMs after which a check is given up.
   * @param memoryMiB that the worker may use.
   */
  constructor(
    script: string,
    timeoutMs: number = DEFAULT_TIMEOUT_MS,
    memoryMiB: number = DEFAULT_MEMORY_MIB,
  ) {
    this.#script = script;
    this.#timeoutMs = timeoutMs;
    this.#memoryMiB = memoryMiB;
  }

  /**
   * Findings of the newest text asked for this path. A check that takes too long is answered with one finding
   * that says so. Rejects only for a bug of ours.
   */
  check(request: CheckRequest): Promise<Finding[]> {
    if (this.#disposed) return Promise.resolve([]);
    const asking = Promise.withResolvers<Finding[]>();
    const before = this.#waiting.get(request.path)?.asked ?? [];
    this.#waiting.set(request.path, { request, asked: [...before, asking] });
    this.#next();
    return asking.promise;
  }

  /** Ends the worker; what is still asked is answered with no findings. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const open = [...this.#waiting.values(), ...(this.#running ? [this.#running] : [])];
    this.#waiting.clear();
    this.#running = undefined;
    const ended = this.#endWorker();
    for (const job of open) for (const asking of job.asked) asking.resolve([]);
    await ended;
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.values().next().value;
    if (!job) return;
    this.#waiting.delete(job.request.path);
    this.#running = job;
    this.#worker ??= this.#start();
    this.#timer = setTimeout(() => {
      void this.#endWorker();
      this.#finish({ findings: [gaveUp(`took longer than ${this.#timeoutMs / 1000} seconds`)] });
    }, this.#timeoutMs);
    this.#worker.postMessage(job.request);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMiB },
    });
    const current = () => this.#worker === worker;
    worker.on("message", (answer: CheckAnswer) => {
      if (current()) this.#finish(answer);
    });
    worker.on("error", (error: Error & { code?: string }) => {
      if (!current()) return;
      this.#worker = undefined;
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY")
        this.#finish({ findings: [gaveUp("needs too much memory")] });
      else this.#finish({ failed: error.message });
    });
    worker.on("exit", () => {
      if (!current()) return;
      this.#worker = undefined;
      this.#finish({ failed: "The worker that checks ended by itself." });
    });
    // An idle worker must not keep a process alive that has nothing else to do.
    worker.unref();
    return worker;
  }

  #finish(answer: CheckAnswer): void {
    clearTimeout(this.#timer);
    const job = this.#running;
    this.#running = undefined;
    for (const asking of job?.asked ?? []) {
      if ("findings" in answer) asking.resolve(answer.findings);
      else asking.reject(new Error(answer.failed));
    }
    this.#next();
  }

  async #endWorker(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function gaveUp(reason: string): Finding {
  const start = { line: 0, column: 0 };
  return {
    rule: "syntax",
    severity: "information",
    range: { start, end: start },
    message: `This file was not checked: that ${reason}. Split it into smaller files.`,
    fixes: [],
  };
}
