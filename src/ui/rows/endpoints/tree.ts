// The tree of Endpoints: one row for each forward.
import type { App } from "../../../app/app.ts";
import type { Forward } from "../../../app/jobs/forward/forward.ts";
import { Emitter } from "../../../base/event.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Row, Tree } from "../../view.ts";
import { forwardRow } from "./row.ts";

export class EndpointTree implements Tree<Forward> {
  readonly #app: App;
  readonly #changed = new Emitter<Forward[] | undefined>();
  readonly changed = this.#changed.event;
  readonly #listener: Disposable;
  readonly #faces = new Map<Forward, string>();
  #isVisible = true;
  /** The window was told that there are other rows, and has not asked for them yet. */
  #isDue = false;
  #isRestored = false;

  constructor(app: App) {
    this.#app = app;
    this.#listener = app.forwards.changed(() => this.#look());
  }

  children(node: Forward | undefined): Forward[] {
    if (node) return [];
    this.#isDue = false;
    const { forwards } = this.#app;
    // The view is visible now: the first moment at which a cluster may be contacted.
    if (!this.#isRestored) {
      this.#isRestored = true;
      forwards.restore();
    }
    return [...forwards.all];
  }

  row(forward: Forward): Row {
    const row = forwardRow(forward);
    this.#faces.set(forward, JSON.stringify(row));
    return row;
  }

  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    this.#isDue = false;
    if (visible) this.#look();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #look(): void {
    // Until it asks, the window knows none of its rows, and a menu that is open loses its own: it is told once.
    if (!this.#isVisible || this.#isDue) return;
    const { all } = this.#app.forwards;
    const isSameList = all.length === this.#faces.size && all.every((forward) => this.#faces.has(forward));
    if (!isSameList) {
      this.#faces.clear();
      this.#isDue = true;
      this.#changed.fire(undefined);
      return;
    }
    const news = all.filter((forward) => JSON.stringify(forwardRow(forward)) !== this.#faces.get(forward));
    if (news.length > 0) this.#changed.fire(news);
  }
}
