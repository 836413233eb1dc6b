// One chart of one metric: a line for each device, in the theme's colours.
import uPlot from "uplot";
import { element } from "../lib/element.ts";
import { themeColor } from "../lib/theme.ts";
import type { Metric } from "./figures.ts";
import { seconds, type SeriesHistory } from "./history.ts";

export interface Line {
  device: string;
  label: string;
  /** Index into the palette. */
  color: number;
}

const PALETTE = [
  "charts.blue",
  "charts.green",
  "charts.orange",
  "charts.purple",
  "charts.yellow",
  "charts.red",
];
/** After the palette's end the same colours come again, dashed. */
const DASHES = [[], [6, 3], [2, 3]];
const HEIGHT = 140;
/** A chart that begins shows these many seconds, one after the other, until there are 15 minutes. */
const SPANS = [120, 300, 600, seconds - 1];

export function lineColor(color: number): string {
  return themeColor(PALETTE[color % PALETTE.length] ?? "foreground", "gray");
}

export class Chart {
  readonly element: HTMLElement;
  readonly metric: Metric;
  readonly #plot: HTMLElement;
  readonly #now: HTMLElement;
  #chart: uPlot | undefined;
  #lines: readonly Line[] = [];
  #key = "";
  #width = 0;
  #span = 0;

  constructor(metric: Metric) {
    this.metric = metric;
    this.#plot = element("div", { class: "plot", "aria-hidden": "true" });
    this.#now = element("span", { class: "reading", "aria-hidden": "true" });
    this.element = element(
      "figure",
      { class: "chart" },
      element(
        "figcaption",
        {},
        element("span", {}, metric.title),
        element("span", { class: "unit" }, metric.unit),
        this.#now,
      ),
      this.#plot,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#plot);
  }

  /** Draws the lines; the chart is made anew only when they are others or the theme is. */
  draw(history: SeriesHistory, lines: readonly Line[], theme: number): void {
    const key = JSON.stringify([lines, theme]);
    if (this.#width === 0) this.#width = this.#plot.clientWidth;
    if (this.#width === 0) return;
    // Seconds that are drawn, for tests and for nobody else.
    this.element.dataset["span"] = String(history.span);
    this.#span = SPANS.find((span) => span >= history.span) ?? seconds - 1;
    if (key !== this.#key || !this.#chart) {
      this.#key = key;
      this.#lines = lines;
      this.#chart?.destroy();
      this.#chart = new uPlot(this.#options(), this.#data(history), this.#plot);
    } else this.#chart.setData(this.#data(history));
  }

  /** Shows one line before the others. */
  focus(device: string | undefined): void {
    if (!this.#chart) return;
    const at = this.#lines.findIndex((line) => line.device === device);
    this.#chart.setSeries(at < 0 ? null : at + 1, { focus: true });
  }

  #resize(): void {
    const width = this.#plot.clientWidth;
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#chart?.setSize({ width, height: HEIGHT });
  }

  /** The seconds that are shown, and no others: this runs each second for each line. */
  #data(history: SeriesHistory): uPlot.AlignedData {
    const count = this.#span + 1;
    const skipped = seconds - count;
    const times = new Array<number>();
    for (let at = 0; at < count; at++) times.push(history.second - count + 1 + at);
    const { metric } = this;
    const columns = this.#lines.map(({ device }) => {
      const values = history.values(device, metric.series);
      const column = new Array<number | null>();
      for (let at = skipped; at < seconds; at++) {
        const value = values?.[at] ?? Number.NaN;
        column.push(Number.isNaN(value) ? null : metric.scale(value));
      }
      return column;
    });
    return [times, ...columns];
  }

  #options(): uPlot.Options {
    const quiet = themeColor("descriptionForeground", "gray");
    const grid = faded(themeColor("foreground", "gray"), "1c");
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: quiet, font, ticks: { show: false }, grid: { stroke: grid, width: 1 } };
    const { metric } = this;
    return {
      width: this.#width,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 18, 0, 0],
      cursor: {
        sync: { key: "gpu" },
        drag: { x: false, y: false },
        points: { size: 6 },
        focus: { prox: 24 },
      },
      focus: { alpha: 0.25 },
      scales: {
        x: { time: true, range: (_, _min, max) => [max - this.#span, max] },
        y: { range: (_, _min, max) => [0, niceTop(Math.max(metric.least, max ?? 0))] },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 70,
          values: (_, times) => times.map((time) => clock(time, this.#span < 300)),
        },
        { ...axis, size: 38, space: 32 },
      ],
      series: [
        {},
        ...this.#lines.map((line) => {
          const dash = DASHES[Math.floor(line.color / PALETTE.length) % DASHES.length];
          const stroke = lineColor(line.color);
          return {
            label: line.label,
            stroke,
            width: 1.5,
            ...(dash && dash.length > 0 ? { dash } : {}),
            ...(this.#lines.length === 1 ? { fill: faded(stroke, "26") } : {}),
            points: { show: false },
            spanGaps: false,
          };
        }),
      ],
      hooks: {
        setCursor: [(chart) => this.#read(chart)],
      },
    };
  }

  /** The values under the pointer, in words beside the title. */
  #read(chart: uPlot): void {
    const at = chart.cursor.idx;
    const shown =
      chart.cursor.left !== undefined && chart.cursor.left >= 0 && at !== undefined && at !== null;
    const values = shown
      ? this.#lines.flatMap(({ label }, index) => {
          const value = chart.data[index + 1]?.[at];
          return value === null || value === undefined ? [] : [{ label, value }];
        })
      : [];
    const [first] = values;
    this.#now.textContent =
      first === undefined || at === undefined || at === null
        ? ""
        : `${clock(chart.data[0][at] ?? 0, true)} · ${values.length === 1 ? first.label : `${values.length} GPUs`} · ${rangeText(values.map(({ value }) => value))} ${this.metric.unit}`;
  }
}

function rangeText(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
    value < 9.95 && value % 1 !== 0 ? value.toFixed(1) : String(Math.round(value)),
  );
  return low === high ? `${low}` : `${low} to ${high}`;
}

function niceTop(value: number): number {
  if (value <= 100) return value <= 1 ? 1 : Math.ceil(value / 10) * 10;
  return Math.ceil(value / 50) * 50;
}

function clock(second: number, isFine: boolean): string {
  return new Date(second * 1000).toLocaleTimeString([], {
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
    ...(isFine ? { second: "2-digit" } : {}),
  });
}

/** @param alpha two hexadecimal digits. */
function faded(color: string, alpha: string): string {
  return /^#[0-9a-f]{6}/i.test(color) ? `${color.slice(0, 7)}${alpha}` : "transparent";
}
