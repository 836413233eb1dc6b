// Renders charts and builds kustomizations when a file of theirs is opened or saved, and keeps what is found: in the background, the newest
// wish only, until the file is typed in, as the findings speak of the text as it was.
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import type { Log } from "../../base/log.ts";
import { isAbort, type Signal } from "../../base/signal.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import type { Problems } from "../stores/problems.ts";

export interface RenderUnit {
  readonly kind: "chart" | "kustomization";
  readonly folder: string;
}

/** What the settings ask, and the folder of the workspace. */
export interface RenderSettings {
  readonly levels: Readonly<Record<string, "off" | Finding["severity"]>>;
  readonly profile?: string;
  readonly podSecurity?: string;
  readonly kubernetesVersion?: string | undefined;
  readonly top?: string;
}

export type RenderAnswer =
  | {
      readonly kind: "rendered";
      readonly findings: readonly (readonly [string, Finding[]])[];
      readonly sources: readonly string[];
    }
  | { readonly kind: "missing"; readonly program: string };

export interface Renderer {
  /** What has to be rendered for a file. */
  unitsOf(path: string): Promise<RenderUnit[]>;
  /** Undefined where that could not be done. */
  render(
    request: RenderSettings & { readonly unit: RenderUnit },
    signal: Signal,
  ): Promise<RenderAnswer | undefined>;
}

/** Editors that come back with a window open many files of one chart. */
const SETTLE_MS = 300;

interface Known {
  readonly unit: RenderUnit;
  settings: RenderSettings;
  /** Nothing that went into it was saved since. */
  isFresh: boolean;
  timer?: Disposable | undefined;
  running?: AbortController | undefined;
  sources: readonly string[];
  findings: ReadonlyMap<string, readonly Finding[]>;
}

export class Renders {
  readonly #renderer: Renderer;
  readonly #problems: Problems;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #units = new Map<string, Known>();
  readonly #missing = new Set<string>();

  /** @param problems that are only of this. */
  constructor(renderer: Renderer, problems: Problems, clock: Clock, log: Log) {
    this.#renderer = renderer;
    this.#problems = problems;
    this.#clock = clock;
    this.#log = log;
  }

  /** Renders what is not known yet. @param path absolute. */
  async opened(path: string, settings: RenderSettings): Promise<void> {
    for (const unit of await this.#renderer.unitsOf(path)) {
      const known = this.#knownOf(unit, settings);
      if (!known.isFresh) this.#schedule(known);
    }
  }

  /** Renders everything that the file goes into. @param path absolute. */
  async saved(path: string, settings: RenderSettings): Promise<void> {
    const own = await this.#renderer.unitsOf(path);
    const wanted = new Set(own.map((unit) => this.#knownOf(unit, settings)));
    for (const known of this.#units.values())
      if (known.sources.some((source) => isAtOrBelow(path, source))) wanted.add(known);
    for (const known of wanted) this.#schedule(known);
  }

  /** What was found speaks of the text as it was. @param path absolute. */
  edited(path: string): void {
    if (this.#problems.get(path).length === 0) return;
    for (const known of this.#units.values())
      if (known.findings.has(path)) {
        known.findings = new Map(Array.from(known.findings).filter(([other]) => other !== path));
        known.isFresh = false;
      }
    this.#problems.set(path, []);
  }

  dispose(): void {
    for (const { timer, running } of this.#units.values()) {
      timer?.dispose();
      running?.abort();
    }
  }

  #knownOf(unit: RenderUnit, settings: RenderSettings): Known {
    const key = `${unit.kind} ${unit.folder}`;
    const known = this.#units.get(key);
    if (known) {
      known.settings = settings;
      return known;
    }
    const sources = unit.kind === "chart" ? [unit.folder] : [];
    const made: Known = { unit, settings, isFresh: false, sources, findings: new Map() };
    this.#units.set(key, made);
    return made;
  }

  #schedule(known: Known): void {
    known.isFresh = true;
    known.timer?.dispose();
    known.timer = this.#clock.after(SETTLE_MS, () => void this.#render(known));
  }

  async #render(known: Known): Promise<void> {
    known.timer = undefined;
    known.running?.abort();
    const running = new AbortController();
    known.running = running;
    try {
      const answer = await this.#renderer.render({ unit: known.unit, ...known.settings }, running.signal);
      if (known.running !== running || !answer) return;
      if (answer.kind === "missing") this.#tellMissing(answer.program, known.unit.kind);
      else this.#show(known, answer);
    } catch (error) {
      if (isAbort(error)) return;
      this.#log.error(`Rendering ${known.unit.folder} failed`, error);
    } finally {
      if (known.running === running) known.running = undefined;
    }
  }

  #show(known: Known, answer: RenderAnswer & { kind: "rendered" }): void {
    const before = known.findings;
    known.findings = new Map(answer.findings.filter(([, findings]) => findings.length > 0));
    known.sources = answer.sources;
    for (const path of new Set([...before.keys(), ...known.findings.keys()])) {
      const all = Array.from(this.#units.values()).flatMap((unit) => unit.findings.get(path) ?? []);
      const once = new Map(all.map((finding) => [JSON.stringify(finding), finding]));
      this.#problems.set(path, Array.from(once.values()));
    }
  }

  #tellMissing(program: string, kind: RenderUnit["kind"]): void {
    if (this.#missing.has(program)) return;
    this.#missing.add(program);
    const name = kind === "chart" ? "charts" : "kustomizations";
    this.#log.info(`There is no ${program} in PATH: of ${name} only what needs no rendering is checked.`);
  }
}

function isAtOrBelow(path: string, source: string): boolean {
  return (
    path === source ||
    path.startsWith(source.endsWith("/") ? source : `${source}/`) ||
    path.startsWith(`${source}\\`)
  );
}
