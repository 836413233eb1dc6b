// The forwards of this window, those that run and those that were stopped.
import { coalesce } from "../../base/coalesce.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import { Forward, type ForwardWorld } from "../jobs/forward/forward.ts";
import { type ForwardSpec, parseSpecs } from "../jobs/forward/spec.ts";

/** What outlives the window. */
export interface Memory {
  read(): unknown;
  write(value: unknown): void;
}

/** Bytes move all the time; rows are drawn again this often at most. */
const INTERVAL_MS = 250;

export class Forwards implements Disposable {
  readonly #world: ForwardWorld;
  readonly #memory: Memory;
  readonly #own = new Disposables();
  readonly #changed: Emitter<void>;
  readonly #soon: { trigger(): void };
  readonly #wantsRestore: () => boolean;
  #forwards: Forward[] | undefined;
  #ids = 0;

  /** @param wantsRestore whether forwards of an earlier window are started by themselves. */
  constructor(world: ForwardWorld, memory: Memory, wantsRestore: () => boolean) {
    this.#world = world;
    this.#wantsRestore = wantsRestore;
    this.#memory = memory;
    this.#changed = this.#own.add(
      new Emitter<void>((error) => world.log.error("A listener of the forwards failed", error)),
    );
    this.#soon = this.#own.add(coalesce(world.clock, INTERVAL_MS, () => this.#changed.fire()));
  }

  get changed(): Event<void> {
    return this.#changed.event;
  }

  /** In the order in which they were made; those of an earlier window are stopped until somebody starts them. */
  get all(): readonly Forward[] {
    this.#forwards ??= parseSpecs(this.#memory.read()).map((spec) => this.#make(spec));
    return this.#forwards;
  }

  /** Adds a forward and starts it; one that is the same is started anew. Resolves when its port is open. */
  async add(spec: ForwardSpec): Promise<Forward> {
    const known = this.all.find(({ spec: one }) => sameTarget(one, spec));
    const forward = known ?? this.#make(spec);
    if (!known) {
      this.#forwards = [...this.all, forward];
      this.#remember();
    }
    if (forward.state.kind === "stopped" || forward.state.kind === "failed") await forward.start();
    return forward;
  }

  /** Starts those of an earlier window, when the person wants that; each says itself how that went. */
  restore(): void {
    if (!this.#wantsRestore()) return;
    for (const forward of this.all) if (forward.state.kind === "stopped") void forward.start();
  }

  /** Stops it and forgets it. */
  remove(forward: Forward): void {
    this.#forwards = this.all.filter((one) => one !== forward);
    forward.dispose();
    this.#remember();
    this.#soon.trigger();
  }

  dispose(): void {
    for (const forward of this.#forwards ?? []) forward.dispose();
    this.#own.dispose();
  }

  #make(spec: ForwardSpec): Forward {
    return new Forward(String(++this.#ids), spec, this.#world, () => this.#soon.trigger());
  }

  #remember(): void {
    this.#memory.write(this.all.map(({ spec }) => spec));
  }
}

function sameTarget(one: ForwardSpec, other: ForwardSpec): boolean {
  return (
    one.context === other.context &&
    one.namespace === other.namespace &&
    one.kind === other.kind &&
    one.name === other.name &&
    one.port === other.port
  );
}
