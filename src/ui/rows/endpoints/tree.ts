// The tree of Endpoints: one row for each forward.
import type { App } from "../../../app/app.ts";
import type { Forward } from "../../../app/jobs/forward/forward.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Row, Tree } from "../../view.ts";
import { RowNews } from "../rowNews.ts";
import { forwardRow } from "./row.ts";

export class EndpointTree implements Tree<Forward> {
  readonly #app: App;
  readonly #news = new RowNews<Forward>();
  readonly changed = this.#news.changed;
  readonly #listener: Disposable;
  readonly #faces = new Map<Forward, string>();
  #isVisible = true;
  #isRestored = false;

  constructor(app: App) {
    this.#app = app;
    this.#listener = app.forwards.changed(() => this.#look());
  }

  children(node: Forward | undefined): Forward[] {
    if (node) return [];
    this.#news.asked();
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
    this.#news.asked();
    if (visible) this.#look();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#news.dispose();
  }

  #look(): void {
    if (!this.#isVisible) return;
    const { all } = this.#app.forwards;
    const isSameList = all.length === this.#faces.size && all.every((forward) => this.#faces.has(forward));
    if (!isSameList) {
      this.#faces.clear();
      this.#news.all();
      return;
    }
    const news = all.filter((forward) => JSON.stringify(forwardRow(forward)) !== this.#faces.get(forward));
    this.#news.rows(news);
  }
}
