// What is known of how the open clusters describe their kinds: the version of each that was asked, while it is open.
import { Emitter } from "../../base/event.ts";
import type { KnownValues } from "../../core/kube/live/values.ts";

/** What was seen of a cluster is offered that long. */
const VALUES_MS = 10 * 60_000;

export class ServedCluster {
  readonly #versions = new Map<string, string>();
  #values: { context: string; values: KnownValues; atMs: number } | undefined;
  readonly #changed = new Emitter<void>();
  /** Fires when manifests are to be held against something else than before. */
  readonly changed = this.#changed.event;

  /** The version of the cluster that was asked last; undefined while none is open that was. */
  get version(): string | undefined {
    return Array.from(this.#versions.values()).at(-1);
  }

  /** What the cluster that was asked last has, unless that is too long ago or it is closed. */
  valuesAt(nowMs: number): KnownValues | undefined {
    return this.#values && nowMs - this.#values.atMs < VALUES_MS ? this.#values.values : undefined;
  }

  saw(context: string, values: KnownValues, atMs: number): void {
    this.#values = { context, values, atMs };
  }

  /** @param newSchemas it describes its kinds in another way than was known. */
  learned(context: string, version: string | undefined, newSchemas: boolean): void {
    const before = this.version;
    this.#versions.delete(context);
    if (version !== undefined) this.#versions.set(context, version);
    if (newSchemas || this.version !== before) this.#changed.fire();
  }

  /** Only these are open still. */
  keepOnly(contexts: readonly string[]): void {
    if (this.#values && !contexts.includes(this.#values.context)) this.#values = undefined;
    const before = this.version;
    for (const context of Array.from(this.#versions.keys()))
      if (!contexts.includes(context)) this.#versions.delete(context);
    if (this.version !== before) this.#changed.fire();
  }
}
