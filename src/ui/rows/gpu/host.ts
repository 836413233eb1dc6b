// The extension's side of the panel GPU Usage: samples while the page is shown, and sends it what it shows.
import type { App } from "../../../app/app.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import { thisMachine } from "../../../app/stores/gpus.ts";
import { plainName } from "../../../base/plainName.ts";
import { Trouble } from "../../../base/trouble.ts";
import { fromGpuPanel, type ToGpuPanel, type WireState } from "../../../protocol/gpu.ts";
import type { PanelHost } from "../../panel.ts";
import { wireNodes, wireSeries } from "./state.ts";

export class GpuUsageHost implements PanelHost {
  readonly #app: App;
  readonly #post: (message: ToGpuPanel) => void;
  readonly #own = new Disposables();
  #visible = false;
  #isReady = false;
  /** What the page was last sent a history of. */
  #sent: string | undefined;
  #reading: { context: string; end: Disposable } | undefined;
  #opening: string | undefined;
  /** Why a context could not be opened. */
  #trouble: { context: string; text: string } | undefined;
  #contexts:
    | { names: readonly string[]; current: string | undefined; trouble: string | undefined }
    | undefined;
  /** Forged messages are logged a few times, not for ever. */
  #dropped = 0;

  constructor(app: App, post: (message: ToGpuPanel) => void) {
    this.#app = app;
    this.#post = post;
    this.#own.add(
      app.gpus.changed(({ place }) => {
        if (place === this.#reading?.context) this.#show();
      }),
    );
    this.#own.add(app.gpus.choiceChanged(() => this.#update()));
    this.#own.add(
      app.clusters.changed((changes) => {
        if (this.#visible && changes.some(({ what }) => what === "contexts")) void this.#loadContexts();
      }),
    );
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (visible) void this.#loadContexts();
    else {
      // The page is gone when it is hidden: it says that it is ready again when it is shown.
      this.#isReady = false;
      this.#sent = undefined;
      this.#endReading();
    }
  }

  receive(message: unknown): void {
    const asked = fromGpuPanel(message);
    if (!asked) {
      this.#dropped += 1;
      if (this.#dropped <= 10)
        this.#app.log.warn("The panel GPU Usage sent a message that is none of its own; it was dropped.");
      return;
    }
    switch (asked.type) {
      case "ready":
        this.#isReady = true;
        this.#sent = undefined;
        this.#show();
        return;
      case "place":
        // Only what was offered: a name is looked up, never used as it came.
        if (this.#isOffered(asked.name)) void this.#open(asked.name);
        else this.#app.log.warn("The panel GPU Usage asked for a cluster that is not there.");
        return;
      case "all": {
        const context = this.#app.gpus.choice?.context;
        if (context !== undefined) this.#app.gpus.choose({ context, filter: undefined });
        return;
      }
      case "act":
        void this.#act();
        return;
      case "violation":
        this.#app.log.warn(
          `The panel GPU Usage was refused something by its policy: ${plainName(asked.text)}`,
        );
    }
  }

  dispose(): void {
    this.setVisible(false);
    this.#own.dispose();
  }

  async #loadContexts(): Promise<void> {
    const view = await this.#app.clusters.contexts();
    this.#contexts = {
      names: view.contexts.map(({ name }) => name),
      current: view.current,
      trouble: view.trouble,
    };
    this.#update();
  }

  #isOffered(name: string): boolean {
    return name === thisMachine || this.#contexts?.names.includes(name) === true;
  }

  #isOpen(place: string | undefined): place is string {
    return place !== undefined && (place === thisMachine || this.#app.clusters.get(place) !== undefined);
  }

  /** What was chosen, else the context that is open. */
  #context(): string | undefined {
    const chosen = this.#app.gpus.choice?.context;
    if (chosen !== undefined && this.#isOffered(chosen)) return chosen;
    const open = this.#app.clusters.opened.map(({ entry }) => entry.name);
    const current = this.#contexts?.current;
    return current !== undefined && open.includes(current) ? current : open[0];
  }

  #update(): void {
    if (!this.#visible) return;
    const context = this.#context();
    const isOpen = this.#isOpen(context);
    if (this.#reading && (!isOpen || this.#reading.context !== context)) this.#endReading();
    if (isOpen && !this.#reading)
      this.#reading = { context, end: this.#app.gpus.read(context, { runsInPods: true }) };
    this.#show();
  }

  #endReading(): void {
    this.#reading?.end.dispose();
    this.#reading = undefined;
  }

  async #open(context: string): Promise<void> {
    this.#opening = context;
    this.#trouble = undefined;
    this.#app.gpus.choose({ context, filter: undefined });
    try {
      if (context !== thisMachine) await this.#app.clusters.open(context);
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      this.#trouble = { context, text: error.text };
    } finally {
      this.#opening = undefined;
    }
    this.#update();
  }

  /** The button of an empty panel: opens the context that is named, or looks again. */
  async #act(): Promise<void> {
    const context = this.#context() ?? this.#contexts?.current ?? this.#contexts?.names[0];
    if (context !== undefined && !this.#isOpen(context)) await this.#open(context);
    else {
      await this.#app.clusters.refresh();
      await this.#loadContexts();
    }
  }

  #show(): void {
    if (!this.#visible || !this.#isReady || !this.#contexts) return;
    const state = this.#state();
    const key = JSON.stringify([state.place, state.filter]);
    const gpus = state.place === null ? undefined : this.#app.gpus.usage(state.place);
    if (this.#sent === key || !gpus) {
      if (!gpus) this.#sent = undefined;
      this.#post({ type: "tick", state });
      return;
    }
    this.#sent = key;
    this.#post({ type: "snapshot", state, series: wireSeries(gpus, state.nodes, state.second) });
  }

  #state(): WireState {
    const { names, current, trouble } = this.#contexts ?? {
      names: [],
      current: undefined,
      trouble: undefined,
    };
    const context = this.#context();
    const nowMs = this.#app.clock.now();
    const { filter } = this.#app.gpus.choice ?? {};
    const gpus = context === undefined ? undefined : this.#app.gpus.usage(context);
    const isOpen = this.#isOpen(context);
    const nodes = gpus && isOpen ? wireNodes(gpus, filter, nowMs) : [];
    return {
      places: [
        ...names.map((name) => ({
          name,
          label: `${plainName(name)}${this.#isOpen(name) ? "" : " (closed)"}`,
        })),
        { name: thisMachine, label: "This machine (Docker)" },
      ],
      place: context ?? null,
      filter:
        filter === undefined
          ? null
          : plainName(
              filter.pod === undefined
                ? `namespace ${filter.namespace}`
                : `${filter.namespace}/${filter.pod}`,
            ),
      empty: nodes.length > 0 ? null : this.#empty(context ?? current ?? names[0], isOpen, trouble),
      second: Math.floor(nowMs / 1000),
      nodes,
    };
  }

  #empty(
    context: string | undefined,
    isOpen: boolean,
    trouble: string | undefined,
  ): NonNullable<WireState["empty"]> {
    const say = (text: string, action: string | null = null, isBusy = false) => ({ text, action, isBusy });
    if (context === undefined)
      return say(trouble ?? "No Kubernetes context was found: add one to the kubeconfig.", "Refresh");
    if (this.#opening === context) return say(`Opening ${plainName(context)}…`, null, true);
    if (this.#trouble?.context === context) return say(this.#trouble.text, "Try Again");
    if (context === thisMachine) return say("Asking nvidia-smi on this machine…", null, true);
    if (!isOpen)
      return say("Open a cluster to see what its pods do with their GPUs.", `Open ${plainName(context, 60)}`);
    const cluster = this.#app.clusters.get(context);
    const conditions = [cluster?.condition("Node"), cluster?.condition("Pod")];
    const isLoading = conditions.some((condition) => condition?.state === "loading");
    if (isLoading) return say(`Looking for GPUs in ${plainName(context)}…`, null, true);
    const unwell = conditions.find((condition) => condition?.state === "unreachable");
    if (unwell?.state === "unreachable") return say(unwell.trouble.text, "Try Again");
    const blocked = conditions.find((condition) => condition?.state === "blocked");
    if (blocked?.state === "blocked") return say(blocked.trouble.text, "Try Again");
    if (this.#app.gpus.choice?.filter) return say("No pod of this choice holds a GPU now.");
    return say("No node of this cluster offers NVIDIA GPUs, and no pod asks for one.");
  }
}
