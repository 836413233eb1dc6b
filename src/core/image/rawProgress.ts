// BuildKit's progress as buildx prints it with --progress=rawjson: one solve status per line.
// Source: https://github.com/moby/buildkit (client/graph.go: SolveStatus, Vertex, VertexLog, VertexWarning).
import {
  addToTail,
  type BuildWarning,
  maximumSteps,
  maximumWarnings,
  positionOf,
  type ProgressReader,
  type Step,
} from "./steps.ts";
import { plainLine } from "./text.ts";

interface Vertex {
  step: Step;
  startedMs: number | undefined;
  ended: boolean;
  decoder: InstanceType<typeof TextDecoder>;
  /** Printed, but not yet a whole line. */
  rest: string;
}

/** Longest piece of a line kept while its end is awaited, in UTF-16 units. */
const maximumRest = 64 * 1024;

export class RawProgress implements ProgressReader {
  readonly #vertexes = new Map<string, Vertex>();
  readonly #steps: Step[] = [];
  readonly #warnings: BuildWarning[] = [];
  readonly #errorLines: string[] = [];
  #begun = 0;

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get warnings(): readonly BuildWarning[] {
    return this.#warnings;
  }

  get errorLines(): readonly string[] {
    return this.#errorLines;
  }

  line(text: string): string[] {
    const status = text.startsWith("{") ? parsed(text) : undefined;
    if (!status) {
      const line = plainLine(text);
      addToTail(this.#errorLines, line);
      return [line];
    }
    const log: string[] = [];
    const vertexes = records(status["vertexes"]);
    for (const data of vertexes) this.#begins(data, log);
    for (const entry of records(status["logs"])) this.#log(entry, log);
    // What a step printed last often comes with its end.
    for (const data of vertexes) this.#ends(data, log);
    for (const warning of records(status["warnings"])) this.#warning(warning, log);
    return log;
  }

  end(): string[] {
    const log: string[] = [];
    for (const vertex of this.#vertexes.values()) this.#flush(vertex, log);
    return log;
  }

  #begins(data: Record<string, unknown>, log: string[]): void {
    const digest = string(data["digest"]);
    const name = string(data["name"]);
    if (digest === undefined || name === undefined) return;
    let vertex = this.#vertexes.get(digest);
    if (!vertex) {
      if (this.#vertexes.size >= maximumSteps) return;
      const step: Step = {
        number: 0,
        name,
        position: positionOf(name),
        state: "waiting",
        cached: false,
        ms: undefined,
        error: undefined,
        tail: [],
      };
      vertex = {
        step,
        startedMs: undefined,
        ended: false,
        decoder: new TextDecoder(),
        rest: "",
      };
      this.#vertexes.set(digest, vertex);
      this.#steps.push(step);
    }
    const started = time(data["started"]);
    if (data["cached"] === true) vertex.step.cached = true;
    if (started === undefined) return;
    vertex.startedMs ??= started;
    if (!vertex.ended) vertex.step.state = "running";
    this.#announce(vertex, log);
  }

  #ends(data: Record<string, unknown>, log: string[]): void {
    const vertex = this.#vertexes.get(string(data["digest"]) ?? "");
    const completed = time(data["completed"]);
    const error = string(data["error"]);
    if (!vertex) return;
    const { step } = vertex;
    // A vertex may be solved again for another part of the build; the first end is the one to show.
    if (completed === undefined || (vertex.ended && error === undefined)) return;
    vertex.ended = true;
    this.#announce(vertex, log);
    this.#flush(vertex, log);
    step.ms = Math.max(0, completed - (vertex.startedMs ?? completed));
    if (error !== undefined && error !== "") {
      step.state = isCancellation(error) ? "cancelled" : "failed";
      step.error = error;
      log.push(
        `#${step.number} ${step.state === "cancelled" ? "CANCELED" : `ERROR: ${plainLine(error.replaceAll("\n", " "))}`}`,
      );
    } else {
      step.state = "done";
      log.push(`#${step.number} ${step.cached ? "CACHED" : `DONE ${(step.ms / 1000).toFixed(1)}s`}`);
    }
  }

  #log(entry: Record<string, unknown>, log: string[]): void {
    const vertex = this.#vertexes.get(string(entry["vertex"]) ?? "");
    const data = string(entry["data"]);
    if (!vertex || data === undefined) return;
    this.#announce(vertex, log);
    vertex.rest += vertex.decoder.decode(bytes(data), { stream: true });
    const lines = vertex.rest.split("\n");
    vertex.rest = (lines.pop() ?? "").slice(-maximumRest);
    for (const line of lines) print(vertex, line, log);
  }

  #warning(data: Record<string, unknown>, log: string[]): void {
    const short = text(data["short"]);
    if (short === undefined || this.#warnings.length >= maximumWarnings) return;
    const rule = /^([A-Z]\w+): (.*)$/s.exec(short);
    const lines = records(data["range"]).flatMap((range) =>
      ["start", "end"].flatMap((end) => {
        const value = record(range[end])?.["line"];
        return typeof value === "number" ? [value] : [];
      }),
    );
    // The same remark comes once for each platform and once for each time the frontend runs.
    const warning: BuildWarning = {
      rule: rule?.[1],
      // Some remarks name their line once more.
      message: plainLine((rule?.[2] ?? short).replaceAll("\n", " ")).replace(/ \(line \d+\)$/, ""),
      url: string(data["url"]),
      firstLine: lines.length > 0 ? Math.min(...lines) : undefined,
      lastLine: lines.length > 0 ? Math.max(...lines) : undefined,
    };
    if (
      this.#warnings.some(
        (known) => known.message === warning.message && known.firstLine === warning.firstLine,
      )
    )
      return;
    this.#warnings.push(warning);
    log.push(
      `WARN: ${warning.message}${warning.firstLine === undefined ? "" : ` (line ${warning.firstLine})`}`,
    );
  }

  /** A step is numbered when it begins, so that the log counts up. */
  #announce(vertex: Vertex, log: string[]): void {
    if (vertex.step.number > 0) return;
    this.#begun += 1;
    vertex.step.number = this.#begun;
    log.push("", `#${vertex.step.number} ${plainLine(vertex.step.name.replaceAll("\n", " "))}`);
  }

  #flush(vertex: Vertex, log: string[]): void {
    const rest = vertex.rest + vertex.decoder.decode();
    vertex.rest = "";
    if (rest !== "") print(vertex, rest, log);
  }
}

function print(vertex: Vertex, line: string, log: string[]): void {
  const clean = plainLine(line);
  addToTail(vertex.step.tail, clean);
  log.push(`#${vertex.step.number} ${clean}`);
}

/** A step that ended because another one failed, or because the build was cancelled. */
function isCancellation(error: string): boolean {
  return /(?:^|: )(?:context canceled|Canceled)(?:: |$)/.test(error);
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value = record(JSON.parse(line) as unknown);
    // Any JSON could be printed between the statuses; a status has one of these.
    return value && ["vertexes", "statuses", "logs", "warnings"].some((key) => key in value)
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function records(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.map(record).filter((item) => item !== undefined);
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function time(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function text(base64: unknown): string | undefined {
  return typeof base64 === "string" ? new TextDecoder().decode(bytes(base64)) : undefined;
}

/** Nothing for what is not base64. */
function bytes(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
