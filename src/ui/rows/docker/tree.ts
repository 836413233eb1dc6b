// The tree of Images & Containers: which lines there are, and which of them changed.
import type { App } from "../../../app/app.ts";
import type { Containers } from "../../../app/stores/containers.ts";
import { Emitter } from "../../../base/event.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Row, Tree } from "../../view.ts";
import { type DockerNode, dockerRow, type GroupNode, isNode, nodeId } from "./nodes.ts";

/** More lines than this under one node make the window slow. */
const maximumRows = 500;

export class DockerTree implements Tree<DockerNode> {
  readonly #app: App;
  readonly #containers: Containers;
  readonly #changed = new Emitter<DockerNode[] | undefined>();
  readonly changed = this.#changed.event;
  readonly #groups: GroupNode[] = [
    { kind: "group", of: "containers" },
    { kind: "group", of: "images" },
  ];
  /** The same object for the same line: the window knows lines by identity. */
  #nodes = new Map<string, DockerNode>();
  #shownState = "";
  readonly #listener: Disposable;
  #reader: Disposable | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#containers = app.containers;
    this.#listener = this.#containers.changed(() => this.#update());
  }

  async children(node: DockerNode | undefined): Promise<DockerNode[]> {
    this.#reader ??= this.#containers.read();
    if (node === undefined) return this.#roots();
    if (!isNode(node, "group")) return [];
    return node.of === "containers" ? this.#containerNodes() : this.#imageNodes();
  }

  row(node: DockerNode): Row {
    return dockerRow(node, this.#containers, this.#app.clock.now());
  }

  setVisible(visible: boolean): void {
    if (visible) {
      this.#reader ??= this.#containers.read();
      return;
    }
    this.#reader?.dispose();
    this.#reader = undefined;
  }

  dispose(): void {
    this.setVisible(false);
    this.#listener.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<DockerNode[]> {
    // While this waits, the window shows that the view is at work.
    await this.#answered();
    const { state } = this.#containers;
    this.#shownState = this.#stateText();
    if (state.kind !== "absent") return this.#groups;
    const message = this.#known({
      kind: "message",
      id: "absent",
      text: state.text,
      detail: `${state.text}\nIt is asked again all the time while this view is shown.`,
      icon: { id: "debug-disconnect", color: "list.warningForeground" },
      ...(state.remedy?.url === undefined
        ? {}
        : { command: { id: "vscode.open", args: [state.remedy.url] } }),
    });
    const hasRows = this.#containers.containers.length + this.#containers.images.length > 0;
    return hasRows ? [message, ...this.#groups] : [message];
  }

  #answered(): Promise<void> {
    return new Promise((resolve) => {
      const isOpen = () =>
        this.#containers.state.kind === "loading" || this.#containers.state.kind === "idle";
      if (!isOpen()) return resolve();
      const listener = this.#containers.changed(() => {
        if (isOpen()) return;
        listener.dispose();
        resolve();
      });
    });
  }

  #containerNodes(): DockerNode[] {
    const nodes = this.#containers.containers.map(
      (container): DockerNode => ({ kind: "container", container }),
    );
    if (nodes.length === 0) {
      return [
        this.#known({
          kind: "message",
          id: "no-containers",
          text: "No containers. Run an image to start one.",
        }),
      ];
    }
    return this.#bounded(nodes, "containers");
  }

  #imageNodes(): DockerNode[] {
    const nodes = this.#containers.images.flatMap((image): DockerNode[] =>
      (image.tags.length > 0 ? image.tags : [undefined]).map((tag) => ({ kind: "image", image, tag })),
    );
    if (nodes.length === 0) {
      return [
        this.#known({ kind: "message", id: "no-images", text: "No images. Build a Dockerfile or pull one." }),
      ];
    }
    return this.#bounded(nodes, "images");
  }

  #bounded(nodes: DockerNode[], of: string): DockerNode[] {
    const shown = nodes.slice(0, maximumRows).map((node) => this.#known(node));
    if (nodes.length > maximumRows) {
      shown.push(
        this.#known({
          kind: "message",
          id: `more-${of}`,
          text: `${nodes.length - maximumRows} more ${of}, older than these`,
        }),
      );
    }
    return shown;
  }

  /** The object that stands for this line, with what is known of it now. */
  #known(node: DockerNode): DockerNode {
    const id = nodeId(node);
    const known = this.#nodes.get(id);
    if (known) return Object.assign(known, node);
    this.#nodes.set(id, node);
    return node;
  }

  #update(): void {
    const { state } = this.#containers;
    if (state.kind === "loading" || state.kind === "idle") return;
    this.#forget();
    this.#changed.fire(this.#stateText() === this.#shownState ? [...this.#groups] : undefined);
  }

  #stateText(): string {
    const { state } = this.#containers;
    return state.kind === "absent" ? state.text : state.kind;
  }

  /** Lines of containers and images that are gone. */
  #forget(): void {
    const containers = new Set(this.#containers.containers.map((one) => one.id));
    const images = new Set(this.#containers.images.map((one) => one.id));
    for (const [id, node] of this.#nodes) {
      if (isNode(node, "container") && !containers.has(node.container.id)) this.#nodes.delete(id);
      if (isNode(node, "image") && !images.has(node.image.id)) this.#nodes.delete(id);
    }
  }
}
