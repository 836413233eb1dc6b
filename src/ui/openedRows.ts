// Keeps open what a person opens while VS Code draws the rows around it anew.
//
// Told that a row is another, VS Code asks for the rows under it, then for those under each of them that stands open,
// and draws all of it at the end. A row that is opened in between is drawn closed at that end, without an event (seen
// in VS Code 1.139, AsyncDataTree). Nothing here can hear of the end; that it was asked of us lately is known.
// While it waits for an answer it must be left alone: what it is then told of rows below (ExtHostTreeView.reveal) takes
// the answer away from it.
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposables.ts";

/** So long after an answer VS Code may not have drawn it yet: its way over a slow link, and the way of an event back. */
const DRAWN_MS = 1_000;
/** So long nothing is asked any more where all is drawn. */
const QUIET_MS = 100;
/** Where VS Code asks all the time, nobody waits longer than this for what they opened. */
const MOST_MS = 1_000;

export class OpenedRows<Node extends object> implements Disposable {
  readonly #clock: Clock;
  readonly #openAgain: (node: Node) => void;
  readonly #parents = new WeakMap<Node, Node>();
  /** Rows that may be drawn closed, with the time when they are opened again at the latest. */
  readonly #doubtful = new Map<Node, number>();
  #asked = 0;
  #answeredMs = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  /** @param openAgain opens a row where it is closed, and does nothing where it is open. */
  constructor(clock: Clock, openAgain: (node: Node) => void) {
    this.#clock = clock;
    this.#openAgain = openAgain;
  }

  /** VS Code asks for the rows under one; the answer is passed on as it is. */
  async answer(parent: Node | undefined, children: () => Promise<Node[]>): Promise<Node[]> {
    this.#asked++;
    try {
      const given = await children();
      if (parent) for (const child of given) this.#parents.set(child, parent);
      return given;
    } finally {
      this.#asked--;
      this.#answeredMs = this.#clock.elapsed();
      this.#soon();
    }
  }

  /** The person opened a row. */
  opened(node: Node): void {
    if (this.#sinceMs() > DRAWN_MS) return;
    this.#doubtful.set(node, this.#clock.elapsed() + MOST_MS);
    this.#soon();
  }

  /** The person closed a row: nothing under it is opened again. */
  closed(node: Node): void {
    for (const one of this.#doubtful.keys()) {
      let above: Node | undefined = one;
      while (above && above !== node) above = this.#parents.get(above);
      if (above) this.#doubtful.delete(one);
    }
  }

  /** The view is not seen any more. */
  forget(): void {
    this.#doubtful.clear();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.forget();
  }

  /** Since the last answer, 0 while one is being waited for. */
  #sinceMs(): number {
    return this.#asked > 0 ? 0 : this.#clock.elapsed() - this.#answeredMs;
  }

  /** While an answer is waited for there is nothing to do: its end looks again. */
  #soon(): void {
    if (this.#doubtful.size === 0 || this.#asked > 0) return;
    this.#timer ??= this.#clock.after(QUIET_MS, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#asked > 0) return;
    const isQuiet = this.#sinceMs() >= QUIET_MS;
    for (const [node, latestMs] of this.#doubtful) {
      if (!isQuiet && this.#clock.elapsed() < latestMs) continue;
      this.#doubtful.delete(node);
      this.#openAgain(node);
    }
    this.#soon();
  }
}
