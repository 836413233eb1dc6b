// The numbers as a table, for everybody: rows by node, marks for what is not a pod's own, and the reasons below.
import type { WireNode, WireRow } from "../../src/protocol/gpu.ts";
import { element, setAttribute, setChildren, setText } from "../lib/element.ts";
import { cellText, metrics, share } from "./figures.ts";

const COLUMNS = metrics.length + 2;

interface RowParts {
  row: HTMLTableRowElement;
  swatch: HTMLElement;
  pod: HTMLElement;
  device: HTMLElement;
  mark: HTMLElement;
  cells: HTMLElement[];
}

interface NodeParts {
  body: HTMLTableSectionElement;
  head: HTMLTableRowElement;
  name: HTMLElement;
  model: HTMLElement;
  source: HTMLElement;
  rows: Map<string, RowParts>;
  notes: HTMLTableRowElement;
  list: HTMLElement;
}

export interface TableWorld {
  /** The colour of a device's line; undefined when it has none. */
  color(device: string): string | undefined;
  /** A row was pointed at or has the keyboard. */
  focus(device: string | undefined): void;
}

export class UsageTable {
  readonly element: HTMLTableElement;
  readonly #world: TableWorld;
  readonly #nodes = new Map<string, NodeParts>();

  constructor(world: TableWorld) {
    this.#world = world;
    this.element = element(
      "table",
      {},
      element("caption", {}, "GPU usage by node, pod and device"),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, "Pod"),
          element("th", { scope: "col" }, "GPU"),
          ...metrics.map(({ title }) => element("th", { scope: "col", class: "figure" }, title)),
        ),
      ),
    );
  }

  draw(nodes: readonly WireNode[], showsIdle: boolean): void {
    const names = new Set(nodes.map(({ name }) => name));
    for (const name of this.#nodes.keys()) if (!names.has(name)) this.#nodes.delete(name);
    const bodies = nodes.map((node) => this.#drawNode(node, showsIdle));
    setChildren(this.element, [...Array.from(this.element.children).slice(0, 2), ...bodies]);
    // One stop for the Tab key, however long the table is; from there the arrows go on.
    const rows = rowsOf(this.element);
    if (!rows.some(({ tabIndex }) => tabIndex === 0)) rows[0]?.setAttribute("tabindex", "0");
  }

  #drawNode(node: WireNode, showsIdle: boolean): HTMLElement {
    let parts = this.#nodes.get(node.name);
    if (!parts) this.#nodes.set(node.name, (parts = newNode()));
    setText(parts.name, node.name);
    setText(parts.model, node.model ?? "");
    setText(parts.source, node.source);
    setAttribute(parts.source, "title", node.source);
    setAttribute(parts.body, "class", node.state);
    const shown = node.rows.filter((row) => showsIdle || !isIdle(row));
    const idle = node.rows.length - shown.length;
    const whys = Array.from(new Set(shown.map(({ why }) => why).filter((why) => why !== null)));
    for (const key of parts.rows.keys()) if (!shown.some((row) => row.key === key)) parts.rows.delete(key);
    const rows = shown.map((row) => this.#drawRow(parts, node, row, whys));
    const lines = [
      ...whys.map((why, at) => ({ mark: superscript(at), text: why })),
      ...node.notes.map((text) => ({ mark: "", text })),
      ...(idle > 0
        ? [{ mark: "", text: `${idle} idle ${idle === 1 ? "GPU is" : "GPUs are"} not shown.` }]
        : []),
    ];
    setChildren(
      parts.list,
      lines.map(({ mark, text }, at) => {
        const known = parts.list.children[at] ?? element("li");
        setAttribute(known, "id", noteId(node, at));
        setText(known, mark === "" ? text : `${mark} ${text}`);
        return known;
      }),
    );
    setChildren(parts.body, [parts.head, ...rows, ...(lines.length > 0 ? [parts.notes] : [])]);
    return parts.body;
  }

  #drawRow(node: NodeParts, wire: WireNode, row: WireRow, whys: readonly string[]): HTMLElement {
    let parts = node.rows.get(row.key);
    if (!parts) node.rows.set(row.key, (parts = this.#newRow(row.device)));
    const at = row.why === null ? -1 : whys.indexOf(row.why);
    setText(parts.pod, podText(row));
    setAttribute(parts.pod, "title", row.pods && row.pods.length > 0 ? row.pods.join("\n") : undefined);
    setAttribute(parts.pod, "class", row.pods && row.pods.length > 0 ? "name" : "name quiet");
    setText(parts.device, row.kind === "share" && row.device !== "" ? `share of ${row.label}` : row.label);
    setText(parts.mark, at < 0 ? "" : superscript(at));
    setAttribute(parts.row, "class", row.kind);
    setAttribute(parts.row, "aria-describedby", at < 0 ? undefined : noteId(wire, at));
    const color = row.kind === "device" ? this.#world.color(row.device) : undefined;
    parts.swatch.style.setProperty("--line", color ?? "transparent");
    for (const [index, metric] of metrics.entries()) {
      const cell = parts.cells[index];
      if (!cell) continue;
      const isOthers = row.isPart && (metric.id === "power" || metric.id === "temperature");
      const text = cellText(metric, row.figures);
      setText(
        cell,
        text === undefined ? "unknown" : isOthers && at >= 0 ? `${text} ${superscript(at)}` : text,
      );
      const part = share(metric, row.figures);
      setAttribute(
        cell,
        "class",
        `figure${text === undefined ? " unknown" : ""}${part === undefined ? "" : " bar"}`,
      );
      cell.style.setProperty("--share", `${Math.round((part ?? 0) * 100)}%`);
    }
    return parts.row;
  }

  #newRow(device: string): RowParts {
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    const pod = element("bdi", { class: "name" });
    const label = element("bdi");
    const mark = element("span", { class: "mark" });
    const cells = metrics.map(() => element("td", { class: "figure" }));
    const row = element(
      "tr",
      { tabindex: "-1" },
      element("th", { scope: "row" }, swatch, pod),
      element("td", {}, label, mark),
      ...cells,
    );
    for (const event of ["mouseenter", "focus"]) row.addEventListener(event, () => this.#world.focus(device));
    for (const event of ["mouseleave", "blur"])
      row.addEventListener(event, () => this.#world.focus(undefined));
    row.addEventListener("keydown", move);
    row.addEventListener("focus", () => {
      for (const one of rowsOf(this.element)) setAttribute(one, "tabindex", one === row ? "0" : "-1");
    });
    return { row, swatch, pod, device: label, mark, cells };
  }
}

function rowsOf(table: HTMLElement): HTMLElement[] {
  return Array.from(table.querySelectorAll<HTMLElement>("tr[tabindex]"));
}

/** The arrows go from row to row, Home and End to the first and the last. */
function move(event: KeyboardEvent): void {
  const row = event.currentTarget as HTMLElement;
  const table = row.closest("table");
  if (!table) return;
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const next = rows[to[event.key] ?? -1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function newNode(): NodeParts {
  const name = element("bdi", { class: "node" });
  const model = element("bdi", { class: "model" });
  const source = element("bdi", { class: "source" });
  const list = element("ul");
  return {
    body: element("tbody"),
    head: element(
      "tr",
      { class: "head" },
      element("th", { scope: "rowgroup", colspan: String(COLUMNS) }, element("div", {}, name, model, source)),
    ),
    name,
    model,
    source,
    rows: new Map(),
    notes: element("tr", { class: "notes" }, element("td", { colspan: String(COLUMNS) }, list)),
    list,
  };
}

export function isIdle(row: WireRow): boolean {
  return row.pods?.length === 0;
}

export function podText({ pods, kind }: WireRow): string {
  if (pods === null) return "unknown pod";
  const [first = "idle"] = pods;
  if (pods.length < 2 || kind === "share") return first;
  return `${pods.length} pods share it`;
}

function noteId(node: WireNode, at: number): string {
  return `note ${node.name} ${at}`.replaceAll(" ", "_");
}

function superscript(at: number): string {
  return Array.from(String(at + 1), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "").join("");
}
