// The kinds that one cluster serves: asked once, and again after a refresh.
import type { Signal } from "../../../base/signal.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import { kindNamed, kindOf } from "../../../core/kube/kinds.ts";
import { resourceGroup } from "../../../core/kube/resourceGroups.ts";
import { type Discovery, shownKinds, type SilentVersion } from "../../../core/kube/served.ts";

export interface KnownKind {
  kind: Kind;
  /** The heading it stands under. */
  group: string;
}

export interface Served {
  /** Kinds that can be listed, by name. */
  kinds: readonly KnownKind[];
  /** Versions of groups whose own server does not answer. */
  silent: readonly SilentVersion[];
}

export class ServedKinds {
  readonly #ask: (signal: Signal) => Promise<Discovery>;
  readonly #ended = new AbortController();
  /** Also what is served no more: rows of it may still be there. */
  readonly #known = new Map<string, Kind>();
  #asking: Promise<Served> | undefined;
  #state: "unasked" | "asking" | "known" | "failed" = "unasked";
  #last: Served | undefined;

  constructor(ask: (signal: Signal) => Promise<Discovery>) {
    this.#ask = ask;
  }

  /** What was answered last. */
  get last(): Served | undefined {
    return this.#last;
  }

  /** How the last question stands; unasked again after `forget`. */
  get state(): "unasked" | "asking" | "known" | "failed" {
    return this.#state;
  }

  /** The kind of that key, one of ours or one that the cluster serves. */
  kind(name: string): Kind | undefined {
    return kindNamed(name) ?? this.#known.get(name);
  }

  /** One question for all who ask; after a failure the next one asks again. @throws Trouble */
  discover(): Promise<Served> {
    this.#asking ??= this.#take().catch((error: unknown) => {
      this.#asking = undefined;
      throw error;
    });
    return this.#asking;
  }

  /** The next one who asks gets a new answer. */
  forget(): void {
    this.#asking = undefined;
    this.#state = "unasked";
  }

  dispose(): void {
    this.#ended.abort();
  }

  async #answer(): Promise<Discovery> {
    this.#state = "asking";
    try {
      const answer = await this.#ask(this.#ended.signal);
      this.#state = "known";
      return answer;
    } catch (error) {
      this.#state = "failed";
      throw error;
    }
  }

  async #take(): Promise<Served> {
    const { kinds, silent } = await this.#answer();
    const shown = shownKinds(kinds).map((served) => ({ kind: kindOf(served), group: resourceGroup(served) }));
    for (const { kind } of shown) this.#known.set(kind.kind, kind);
    this.#last = { kinds: shown.sort(byTitle), silent };
    return this.#last;
  }
}

function byTitle(one: KnownKind, other: KnownKind): number {
  return one.kind.title < other.kind.title ? -1 : one.kind.title > other.kind.title ? 1 : 0;
}
