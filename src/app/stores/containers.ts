// What is known of the Docker engine now: containers and images, live while somebody looks.
import { type Clock, sleep } from "../../base/clock.ts";
import { coalesce } from "../../base/coalesce.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import { causeText, type Log } from "../../base/log.ts";
import { abortError, isAbort, type Signal } from "../../base/signal.ts";
import { type Remedy, Trouble } from "../../base/trouble.ts";
import { type GpuSupport, gpuSupport, parseGpuList } from "../../core/image/gpuSupport.ts";
import type { ContainerSummary, ImageSummary } from "../../core/image/objects.ts";
import type { ContainerEngine, ImageRegistry } from "./containers/ports.ts";

/** loading: asked, no answer yet · absent: `text` says why nothing can be shown; what was known stays. */
export type EngineState =
  | { kind: "idle" }
  | { kind: "loading" }
  | { kind: "live" }
  | { kind: "absent"; text: string; remedy: Remedy | undefined };

/** What `nvidia-smi` said inside a container. */
export type GpuCheck =
  | { kind: "verified"; gpus: { index: number; name: string; uuid: string }[] }
  | { kind: "none"; reason: string };

/** How long the engine is still followed after the last reader has gone. */
export const lingerMs = 60_000;
/** Several changes within this time are one list call. */
export const coalesceMs = 100;
/** The engine words the age of containers: this often they are listed without an event. */
export const agingMs = 60_000;
/** The engine is asked again after it went away, first soon, then at most this long after. */
const retryFromMs = 250;
const retryToMs = 2500;

export class Containers implements Disposable {
  /** For commands: each call may throw Trouble. */
  readonly engine: ContainerEngine;
  readonly registry: ImageRegistry;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #changed: Emitter<void>;
  /** Fires when the state, a container, an image or a GPU check changed. */
  readonly changed: Event<void>;
  readonly #gpuChecks = new Map<string, GpuCheck>();
  #state: EngineState = { kind: "idle" };
  #containers: ContainerSummary[] = [];
  #images: ImageSummary[] = [];
  #readers = 0;
  #following: AbortController | undefined;
  #lingering: Disposable | undefined;

  constructor(engine: ContainerEngine, registry: ImageRegistry, clock: Clock, log: Log) {
    this.engine = engine;
    this.registry = registry;
    this.#clock = clock;
    this.#log = log;
    this.#changed = new Emitter<void>((error) => log.error("A listener of the containers failed", error));
    this.changed = this.#changed.event;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Newest first. */
  get containers(): readonly ContainerSummary[] {
    return this.#containers;
  }

  /** Newest first. */
  get images(): readonly ImageSummary[] {
    return this.#images;
  }

  /** What `nvidia-smi` last said in this container since it was started; undefined when it was not asked. */
  gpuCheck(id: string): GpuCheck | undefined {
    return this.#gpuChecks.get(id);
  }

  /** Somebody looks: the engine is followed until a while after the last of them is disposed. */
  read(): Disposable {
    this.#readers += 1;
    this.#lingering?.dispose();
    this.#lingering = undefined;
    if (!this.#following) this.#start();
    let disposed = false;
    return {
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.#readers -= 1;
        if (this.#readers > 0) return;
        this.#lingering = this.#clock.after(lingerMs, () => this.#stop());
      },
    };
  }

  /** Asks the engine again now, also when it was away. */
  refresh(): void {
    if (!this.#following) return;
    this.#stop();
    this.#start();
  }

  dispose(): void {
    this.#lingering?.dispose();
    this.#stop();
    this.#changed.dispose();
  }

  /** What the engine can do with GPUs, asked now. */
  async gpuSupport(signal: Signal): Promise<GpuSupport> {
    return gpuSupport(await this.engine.facts(signal));
  }

  /**
   * Runs `nvidia-smi` inside the running container and remembers the answer until the container ends. It is
   * the only thing that makes a container count as having GPUs.
   */
  async checkGpu(id: string, signal: Signal): Promise<GpuCheck> {
    const check = await this.#askGpu(id, signal);
    this.#gpuChecks.set(id, check);
    this.#changed.fire();
    return check;
  }

  async #askGpu(id: string, signal: Signal): Promise<GpuCheck> {
    try {
      const { exitCode, output } = await this.engine.execute(id, ["nvidia-smi", "-L"], signal);
      const gpus = parseGpuList(output);
      if (exitCode === 0 && gpus.length > 0) return { kind: "verified", gpus };
      if (exitCode === 126 || exitCode === 127 || /executable file not found/.test(output)) {
        return { kind: "none", reason: "nvidia-smi is not there" };
      }
      const said = output.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
      return {
        kind: "none",
        reason: `nvidia-smi ended with exit code ${exitCode}${said === "" ? "" : `: ${said}`}`,
      };
    } catch (error) {
      if (Trouble.is(error) && /executable file not found|no such file or directory/.test(error.text)) {
        return { kind: "none", reason: "nvidia-smi is not there" };
      }
      throw error;
    }
  }

  #start(): void {
    const following = new AbortController();
    this.#following = following;
    void this.#follow(following.signal).catch((error: unknown) => {
      if (!isAbort(error)) this.#log.error("Following the Docker engine ended", error);
    });
  }

  #stop(): void {
    this.#following?.abort();
    this.#following = undefined;
    this.#set({ kind: "idle" });
  }

  /** Follows the engine until `signal` fires; the engine may come and go. */
  async #follow(signal: Signal): Promise<void> {
    let delayMs = retryFromMs;
    this.#set({ kind: "loading" });
    while (!signal.aborted) {
      try {
        await this.#followOnce(signal, () => {
          delayMs = retryFromMs;
        });
        this.#log.info("The Docker engine ended its event stream");
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
      }
      await sleep(this.#clock, delayMs, signal);
      delayMs = Math.min(delayMs * 2, retryToMs);
    }
  }

  async #followOnce(signal: Signal, onLive: () => void): Promise<void> {
    await this.engine.ping(signal);
    const own = new Disposables();
    const connection = new AbortController();
    const within = AbortSignal.any([signal, connection.signal]);
    let listFailure: Error | undefined;
    const waiting = new Set<"container" | "image">();
    let tick: Disposable | undefined;
    let listing = false;
    const list = async () => {
      if (listing || within.aborted) return;
      listing = true;
      try {
        // What changes while a list is under way is listed once more after it.
        while (waiting.size > 0 && !within.aborted) {
          const kinds = [...waiting];
          waiting.clear();
          await this.#list(kinds, within);
          onLive();
        }
      } catch (error) {
        listFailure = error instanceof Error ? error : new Error(String(error));
        connection.abort();
      } finally {
        listing = false;
        // No event tells that "Up 3 minutes" has become 4.
        tick?.dispose();
        if (!within.aborted)
          tick = this.#clock.after(agingMs, () => {
            waiting.add("container");
            void list();
          });
      }
    };
    const soon = own.add(coalesce(this.#clock, coalesceMs, () => void list()));
    try {
      await this.engine.events(
        () => {
          // Events may have been missed until now.
          waiting.add("container").add("image");
          void list();
        },
        (event) => {
          if (event.kind === "container" && event.action === "die") this.#gpuChecks.delete(event.id);
          waiting.add(event.kind);
          soon.trigger();
        },
        within,
      );
    } catch (error) {
      throw signal.aborted ? abortError() : (listFailure ?? error);
    } finally {
      connection.abort();
      tick?.dispose();
      own.dispose();
    }
    if (listFailure !== undefined) throw listFailure;
  }

  async #list(kinds: ("container" | "image")[], signal: Signal): Promise<void> {
    const [containers, images] = await Promise.all([
      kinds.includes("container") ? this.engine.containers(signal) : undefined,
      kinds.includes("image") ? this.engine.images(signal) : undefined,
    ]);
    if (signal.aborted) return;
    if (containers) {
      this.#containers = containers.sort(newestFirst);
      const running = new Set(containers.filter((one) => one.state === "running").map((one) => one.id));
      for (const id of this.#gpuChecks.keys()) if (!running.has(id)) this.#gpuChecks.delete(id);
    }
    if (images) this.#images = images.sort(newestFirst);
    this.#state = { kind: "live" };
    this.#changed.fire();
  }

  #fail(error: unknown): void {
    const trouble = Trouble.is(error) ? error : undefined;
    const text = trouble?.text ?? `The Docker engine could not be asked: ${causeText(error)}.`;
    // Said once, not at each attempt.
    if (this.#state.kind !== "absent" || this.#state.text !== text) {
      this.#log.warn(`${text} (${causeText(trouble?.cause)})`);
    }
    this.#set({ kind: "absent", text, remedy: trouble?.remedy });
  }

  #set(state: EngineState): void {
    const known = this.#state;
    if (
      known.kind === state.kind &&
      (state.kind !== "absent" || (known.kind === "absent" && known.text === state.text))
    ) {
      return;
    }
    this.#state = state;
    this.#changed.fire();
  }
}

function newestFirst(
  one: { createdMs: number; id: string },
  other: { createdMs: number; id: string },
): number {
  return other.createdMs - one.createdMs || one.id.localeCompare(other.id);
}
