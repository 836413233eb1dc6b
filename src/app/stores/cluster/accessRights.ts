// What the user of a context may do, namespace by namespace: asked when somebody looks, and kept for some minutes.
import type { Clock } from "../../../base/clock.ts";
import { sleep } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Signal } from "../../../base/signal.ts";
import {
  type Access,
  type AccessRule,
  accessReview,
  type Hand,
  isAllowed,
  reaches,
  readRules,
  type Review,
  type Right,
  rightsFor,
  rightWords,
  rulesOf,
  rulesReview,
} from "../../../core/kube/access.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import type { KubeObject } from "../../../core/kube/object.ts";

/** An answer counts this long. One that did not come is asked for again as late. */
const FRESH_MS = 5 * 60_000;
/** Who picks something waits no longer than this: what is not known by then is offered. */
const PATIENCE_MS = 2_000;
/** Questions under way at once: rows of many namespaces may come into view together. */
const MOST_ASKED = 2;

interface Known<Answer> {
  /** The last one stays while it is asked for anew; undefined is not known. */
  answer: Answer | undefined;
  asking: Promise<void> | undefined;
  untilMs: number;
}

export class AccessRights implements Disposable {
  readonly #ask: (review: Review, signal: Signal) => Promise<KubeObject>;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #ended = new AbortController();
  readonly #namespaces = new Map<string, Known<Access>>();
  /** Where a list of rules does not say all. */
  readonly #single = new Map<string, Known<boolean>>();
  /** What hands need, and which rules count for a right: found once, because rows ask by the thousand. */
  readonly #needs = new WeakMap<Kind, Map<Hand, readonly Right[]>>();
  readonly #rulesOf = new WeakMap<Access, WeakMap<Right, readonly AccessRule[]>>();
  readonly #waiting: (() => void)[] = [];
  #asked = 0;
  #hasNews = false;

  /** @param wake called when there is news. */
  constructor(ask: (review: Review, signal: Signal) => Promise<KubeObject>, clock: Clock, wake: () => void) {
    this.#ask = ask;
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Asks for the rules of a namespace unless they are known. Nothing waits for them. */
  read(namespace: string): void {
    void this.#rules(namespace).asking;
  }

  /** What an action on an object of a kind needs, all of it: always the same array. */
  needs(hand: Hand, kind: Kind): readonly Right[] {
    let ofKind = this.#needs.get(kind);
    if (!ofKind) this.#needs.set(kind, (ofKind = new Map()));
    let rights = ofKind.get(hand);
    if (!rights) ofKind.set(hand, (rights = rightsFor(hand, kind)));
    return rights;
  }

  /** Whether all of these may be done; undefined where that is not known. Nothing is asked for a namespace nobody reads. */
  may(namespace: string, rights: readonly Right[], name: string | undefined): boolean | undefined {
    const access = this.#namespaces.get(namespace)?.answer;
    if (!access) return undefined;
    return all(
      rights.map((right) => {
        if (this.#allows(access, right, name)) return true;
        return access.isComplete ? false : this.#alone(namespace, right).answer;
      }),
    );
  }

  /** As `may`, when it is known or after a while. */
  async decided(
    namespace: string,
    rights: readonly Right[],
    name: string | undefined,
  ): Promise<boolean | undefined> {
    const enough = new AbortController();
    const patience = sleep(this.#clock, PATIENCE_MS, enough.signal).catch(() => {});
    const known = (async () => {
      await this.#rules(namespace).asking;
      const access = this.#namespaces.get(namespace)?.answer;
      if (!access || access.isComplete) return;
      const open = rights.filter((right) => !this.#allows(access, right, name));
      await Promise.all(open.map(async (right) => this.#alone(namespace, right).asking));
    })();
    await Promise.race([known, patience]);
    enough.abort();
    return this.may(namespace, rights, name);
  }

  /** True once after something is known that was not. */
  takeNews(): boolean {
    const had = this.#hasNews;
    this.#hasNews = false;
    return had;
  }

  /** Rights may be others now: they are asked for anew when somebody looks. */
  forget(): void {
    for (const known of [...this.#namespaces.values(), ...this.#single.values()]) known.untilMs = 0;
  }

  dispose(): void {
    this.#ended.abort();
    for (const go of this.#waiting.splice(0)) go();
  }

  #allows(access: Access, right: Right, name: string | undefined): boolean {
    let ofAccess = this.#rulesOf.get(access);
    if (!ofAccess) this.#rulesOf.set(access, (ofAccess = new WeakMap()));
    let rules = ofAccess.get(right);
    if (!rules) ofAccess.set(right, (rules = rulesOf(access, right)));
    return reaches(rules, name);
  }

  #rules(namespace: string): Known<Access> {
    return this.#known(this.#namespaces, namespace, () => rulesReview(namespace), readRules);
  }

  #alone(namespace: string, right: Right): Known<boolean> {
    const key = `${namespace}/${right.group}/${rightWords(right)}`;
    return this.#known(this.#single, key, () => accessReview(namespace, right), isAllowed);
  }

  #known<Answer>(
    all: Map<string, Known<Answer>>,
    key: string,
    review: () => Review,
    read: (answer: KubeObject) => Answer,
  ): Known<Answer> {
    let known = all.get(key);
    if (!known) {
      known = { answer: undefined, asking: undefined, untilMs: Number.NEGATIVE_INFINITY };
      all.set(key, known);
    }
    const one = known;
    if (one.asking || this.#clock.elapsed() < one.untilMs || this.#ended.signal.aborted) return one;
    one.asking = this.#inTurn(() => this.#ask(review(), this.#ended.signal))
      .then((answer) => {
        const now = read(answer);
        if (JSON.stringify(now) === JSON.stringify(one.answer)) return;
        one.answer = now;
        this.#hasNews = true;
        this.#wake();
      })
      // A server that does not say leaves it to each action.
      .catch(() => {})
      .finally(() => {
        one.asking = undefined;
        one.untilMs = this.#clock.elapsed() + FRESH_MS;
      });
    return one;
  }

  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#asked >= MOST_ASKED) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#asked += 1;
    try {
      return await ask();
    } finally {
      this.#asked -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function all(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}
