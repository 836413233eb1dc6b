// The page of the panel GPU Usage: charts of the last 15 minutes, and the same figures as a table.
import "uplot/dist/uPlot.min.css";
import "./gpu.css";
import {
  type FromGpuPanel,
  type ToGpuPanel,
  toGpuPanel,
  type WireRow,
  type WireState,
} from "../../src/protocol/gpu.ts";
import { openChannel } from "../lib/channel.ts";
import { element, setAttribute, setText } from "../lib/element.ts";
import { onThemeChange } from "../lib/theme.ts";
import { button, checkbox, dropdown, registerToolkit } from "../lib/toolkit.ts";
import { Chart, type Line, lineColor } from "./chart.ts";
import { metrics } from "./figures.ts";
import { SeriesHistory } from "./history.ts";
import { isIdle, podText, UsageTable } from "./table.ts";

function start(root: HTMLElement): void {
  registerToolkit();
  const history = new SeriesHistory();
  /** A device keeps its colour as long as the page is there. */
  const colors = new Map<string, number>();
  let state: WireState | undefined;
  let showsIdle = false;
  let showsCharts = true;
  let theme = 0;

  const channel = openChannel<ToGpuPanel, FromGpuPanel>(toGpuPanel, receive, (text) => ({
    type: "violation",
    text,
  }));
  const places = dropdown("Cluster or this machine", (name) => channel.post({ type: "place", name }));
  const filter = element("bdi");
  const chip = element(
    "span",
    { class: "chip" },
    filter,
    button("Show All", "secondary", () => channel.post({ type: "all" })),
  );
  const idle = checkbox("Idle GPUs", showsIdle, (checked) => {
    showsIdle = checked;
    draw();
  });
  const chartsShown = checkbox("Charts", showsCharts, (checked) => {
    showsCharts = checked;
    draw();
  });
  const summary = element("span", { class: "summary" });
  const toolbar = element(
    "div",
    { class: "toolbar", role: "group", "aria-label": "GPU usage" },
    places.element,
    chip,
    idle.element,
    chartsShown.element,
    summary,
  );
  const charts = metrics.map((metric) => new Chart(metric));
  const gallery = element("div", { class: "charts" }, ...charts.map((chart) => chart.element));
  const table = new UsageTable({
    color: (device) => {
      const color = colors.get(device);
      return color === undefined ? undefined : lineColor(color);
    },
    focus: (device) => {
      for (const chart of charts) chart.focus(device);
    },
  });
  const emptyText = element("p");
  const emptyAction = element("div");
  let shownAction: string | null = null;
  const empty = element("div", { class: "empty", role: "status" }, emptyText, emptyAction);
  const content = element("div", { class: "content" }, gallery, table.element);
  root.append(toolbar, empty, content);

  function receive(message: ToGpuPanel): void {
    state = message.state;
    if (message.type === "snapshot") history.load(state.second, message.series);
    history.append(state.second, state.nodes);
    draw();
  }

  function draw(): void {
    if (!state) return;
    const { nodes } = state;
    places.set(
      state.places.map(({ name, label }) => ({ value: name, label })),
      state.place ?? state.places[0]?.name ?? "",
    );
    setText(filter, state.filter ?? "");
    chip.hidden = state.filter === null;
    empty.hidden = state.empty === null;
    content.hidden = state.empty !== null;
    if (state.empty) drawEmpty(state.empty);
    const rows = nodes.flatMap((node) => node.rows.filter((row) => row.kind === "device"));
    const shown = rows.filter((row) => showsIdle || !isIdle(row));
    setText(summary, state.empty ? "" : summaryText(rows));
    gallery.hidden = !showsCharts;
    for (const { device } of shown) if (!colors.has(device)) colors.set(device, colors.size);
    table.draw(nodes, showsIdle);
    if (state.empty || !showsCharts) return;
    const lines = shown.map(
      (row): Line => ({
        device: row.device,
        label: `${podText(row)} · ${row.label}`,
        color: colors.get(row.device) ?? 0,
      }),
    );
    for (const chart of charts) chart.draw(history, lines, theme);
  }

  function drawEmpty({ text, action, isBusy }: NonNullable<WireState["empty"]>): void {
    setText(emptyText, text);
    setAttribute(empty, "aria-busy", isBusy ? "true" : undefined);
    if (action === shownAction) return;
    shownAction = action;
    emptyAction.replaceChildren(
      ...(action === null ? [] : [button(action, "primary", () => channel.post({ type: "act" }))]),
    );
  }

  onThemeChange(() => {
    theme += 1;
    draw();
  });
  channel.post({ type: "ready" });
}

/** `8 GPUs, 4 MIG instances, 7 held`. */
function summaryText(rows: readonly WireRow[]): string {
  const instances = rows.filter((row) => row.isPart).length;
  const held = rows.filter((row) => !isIdle(row)).length;
  const parts = [countText(rows.length - instances, "GPU"), countText(instances, "MIG instance")];
  return [...parts.filter((part) => part !== undefined), `${held} held`].join(", ");
}

function countText(count: number, noun: string): string | undefined {
  return count === 0 ? undefined : `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const root = document.getElementById("root");
if (root) start(root);
