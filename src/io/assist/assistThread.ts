// Asks what is known of a place in a manifest, in a worker thread of its own: neither typing nor a long check waits.
import { Worker } from "node:worker_threads";
import type { Hover } from "../../core/language/assist.ts";
import type { AssistAnswer, AssistData, AssistPlace, AssistQuestion, Completions } from "./messages.ts";

/** Nobody waits longer for a hover; what takes that long ends the worker. */
const DEFAULT_TIMEOUT_MS = 3_000;
const MEMORY_MIB = 256;

interface Asked {
  readonly resolve: (answer: AssistAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

export class AssistThread {
  readonly #script: string;
  readonly #data: AssistData;
  readonly #timeoutMs: number;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #last = 0;
  #disposed = false;

  /** @param script path of the built worker (src/io/assist/worker.ts). */
  constructor(script: string, data: AssistData, timeoutMs: number = DEFAULT_TIMEOUT_MS) {
    this.#script = script;
    this.#data = data;
    this.#timeoutMs = timeoutMs;
  }

  /** Undefined where nothing is known, and when it takes too long. Rejects only for a bug of ours. */
  async hover(place: AssistPlace): Promise<Hover | undefined> {
    return (await this.#ask("hover", place))?.hover;
  }

  /** As hover. */
  async completions(place: AssistPlace): Promise<Completions | undefined> {
    return (await this.#ask("completions", place))?.completions;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#end();
  }

  #ask(what: AssistQuestion["what"], place: AssistPlace): Promise<AssistAnswer | undefined> {
    if (this.#disposed) return Promise.resolve(undefined);
    const id = ++this.#last;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.#end(), this.#timeoutMs);
      this.#asked.set(id, { resolve, reject, timer });
      worker.postMessage({ ...place, id, what } satisfies AssistQuestion);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    });
    worker.on("message", (answer: AssistAnswer) => {
      const asked = this.#asked.get(answer.id);
      if (!asked) return;
      this.#asked.delete(answer.id);
      clearTimeout(asked.timer);
      if (answer.failed === undefined) asked.resolve(answer);
      else asked.reject(new Error(answer.failed));
    });
    worker.on("error", () => void this.#end(worker));
    worker.on("exit", () => void this.#end(worker));
    worker.unref();
    return worker;
  }

  /** Whoever still waits gets nothing; the next question starts another worker. */
  async #end(which: Worker | undefined = this.#worker): Promise<void> {
    if (which !== this.#worker) return;
    this.#worker = undefined;
    const open = Array.from(this.#asked.values());
    this.#asked.clear();
    for (const { resolve, timer } of open) {
      clearTimeout(timer);
      resolve(undefined);
    }
    await which?.terminate();
  }
}
