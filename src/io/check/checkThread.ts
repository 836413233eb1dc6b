// Checks files in a worker thread, one at a time, so that no text can hold up whoever asks.
import { Worker } from "node:worker_threads";
import { Emitter } from "../../base/event.ts";
import type { Edit, Finding } from "../../core/syntax/finding.ts";
import { gaveUp } from "./gaveUp.ts";
import type {
  CheckAnswer,
  CheckRequest,
  FixRequest,
  Notice,
  WorkerData,
  WorkspaceChange,
} from "./messages.ts";

type Found = Exclude<CheckAnswer, { failed: string }>;

interface Job {
  /** Under which it waits: path and purpose. */
  readonly key: string;
  readonly request: CheckRequest | FixRequest;
  /** Whoever asked about this path: also those whose text was replaced before its turn came. */
  readonly asked: PromiseWithResolvers<Found>[];
}

/** Far beyond any real file; what takes longer would make typing hopeless. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** For one worker: an attack on the parser ends the worker, not the process. */
const DEFAULT_MEMORY_MIB = 512;

const nothing: Found = { findings: [] };

/** What a cluster says is another question than what the text says itself. */
function keyOf({ path, cluster }: CheckRequest): string {
  return cluster ? `${path} in a cluster` : path;
}

export class CheckThread {
  readonly #script: string;
  readonly #data: WorkerData;
  readonly #timeoutMs: number;
  readonly #memoryMiB: number;
  /** By path and purpose: of a file that changes while it waits, only the newest text is looked at. */
  readonly #waiting = new Map<string, Job>();
  #worker: Worker | undefined;
  #running: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  readonly #othersChanged = new Emitter<string | undefined>();
  /**
   * Fires when files have changed that findings in others may depend on, with the path of the open document that did
   * it, where it was one.
   */
  readonly othersChanged = this.#othersChanged.event;
  /** The file of the workspace that the worker is reading. */
  #reading: string | undefined;
  readonly #skipped = new Set<string>();

  /**
   * @param script path of the built worker (src/io/check/worker.ts).
   * @param data that the worker is started with.
   * @param timeoutMs after which a check is given up.
   * @param memoryMiB that the worker may use.
   */
  constructor(
    script: string,
    data: WorkerData = {},
    timeoutMs: number = DEFAULT_TIMEOUT_MS,
    memoryMiB: number = DEFAULT_MEMORY_MIB,
  ) {
    this.#script = script;
    this.#data = data;
    this.#timeoutMs = timeoutMs;
    this.#memoryMiB = memoryMiB;
  }

  /**
   * Findings of the newest text asked for this path. A check that takes too long is answered with one finding
   * that says so. Rejects only for a bug of ours.
   */
  async check(request: CheckRequest): Promise<Finding[]> {
    return (await this.#ask(keyOf(request), request)).findings;
  }

  /** Edits of the text that repair what is asked for; none when that takes too long. */
  async fix(request: FixRequest): Promise<Edit[]> {
    // Never one with a check of the file, whose text may be newer.
    return (await this.#ask(`fix ${JSON.stringify(request.fix)} ${request.path}`, request)).edits ?? [];
  }

  #ask(key: string, request: CheckRequest | FixRequest): Promise<Found> {
    if (this.#disposed) return Promise.resolve(nothing);
    const asking = Promise.withResolvers<Found>();
    const before = this.#waiting.get(key)?.asked ?? [];
    this.#waiting.set(key, { key, request, asked: [...before, asking] });
    this.#next();
    return asking.promise;
  }

  /** Files and folders of the workspace that came, changed or went; `all` where other ones may be ignored now. */
  changed(paths: readonly string[] | "all"): void {
    this.#tell({ changed: paths });
  }

  /** A document that is open no more: its file counts again. */
  closed(path: string): void {
    this.#tell({ closed: path });
  }

  /** A worker that is not there yet will read what there is then. */
  #tell(change: WorkspaceChange): void {
    this.#worker?.postMessage(change);
  }

  /** Ends the worker; what is still asked is answered with no findings. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#othersChanged.dispose();
    const open = [...this.#waiting.values(), ...(this.#running ? [this.#running] : [])];
    this.#waiting.clear();
    this.#running = undefined;
    const ended = this.#endWorker();
    for (const job of open) for (const asking of job.asked) asking.resolve(nothing);
    await ended;
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.values().next().value;
    if (!job) return;
    this.#waiting.delete(job.key);
    this.#running = job;
    this.#worker ??= this.#start();
    this.#timer = setTimeout(() => {
      if (this.#withoutReading(job)) return;
      void this.#endWorker();
      this.#finish({ findings: [gaveUp(`took longer than ${this.#timeoutMs / 1000} seconds`)] });
    }, this.#timeoutMs);
    this.#worker.postMessage(job.request);
  }

  /** Where it is another file that takes so long, or so much, the check begins anew without that one. */
  #withoutReading(job: Job): boolean {
    const path = this.#reading;
    if (path === undefined) return false;
    this.#reading = undefined;
    this.#skipped.add(path);
    void this.#endWorker();
    this.#running = undefined;
    const newer = this.#waiting.get(job.key);
    if (newer) newer.asked.push(...job.asked);
    else this.#waiting.set(job.key, job);
    this.#next();
    return true;
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      workerData: { ...this.#data, skipped: Array.from(this.#skipped) } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMiB },
    });
    const current = () => this.#worker === worker;
    worker.on("message", (answer: CheckAnswer | Notice) => {
      if (!current()) return;
      if (!("notice" in answer)) this.#finish(answer);
      else if (answer.notice === "others") this.#othersChanged.fire(answer.by);
      else this.#reading = answer.path;
    });
    worker.on("error", (error: Error & { code?: string }) => {
      if (!current()) return;
      this.#worker = undefined;
      if (this.#running && this.#withoutReading(this.#running)) return;
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
      if ("findings" in answer) asking.resolve(answer);
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
