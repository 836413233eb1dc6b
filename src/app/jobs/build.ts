// The job of building an image: steps as they go by, the log, the image at the end or a finding on the line
// that failed.
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { isAbort, type Signal, throwIfAborted } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { type Builder, type BuildOptions, type CommandLine, planBuild } from "../../core/image/plan.ts";
import { PlainProgress } from "../../core/image/plainProgress.ts";
import { RawProgress } from "../../core/image/rawProgress.ts";
import { type ProgressReader, summary } from "../../core/image/steps.ts";
import type { Problems } from "../stores/problems.ts";
import { BuildContext, type ContextTools } from "./buildContext.ts";

/** What a build needs from the world. */
export interface BuildTools extends ContextTools {
  builder(signal: Signal): Promise<Builder>;
  run(
    line: CommandLine,
    onLine: (line: string) => void,
    signal: Signal,
  ): Promise<{ exitCode: number; ms: number }>;
  /** Text of a file. */
  read(path: string): Promise<string>;
  /** Throws Trouble when the engine does not answer. */
  ping(signal: Signal): Promise<void>;
  image(reference: string, signal: Signal): Promise<BuiltImage | undefined>;
}

interface BuiltImage {
  id: string;
  sizeBytes: number;
}

export interface BuildWatcher {
  /** @param fraction 0 to 1 when it is known. */
  step(text: string, fraction: number | undefined): void;
  /** One line for the log, without its line end. */
  log(line: string): void;
}

export interface BuildResult {
  id: string;
  tag: string;
  sizeBytes: number;
  /** Wall time of the builder. */
  ms: number;
  /** Remarks on the build itself; those on lines of the Dockerfile are among the problems. */
  warnings: string[];
}

/** A notification can't be read faster than this. */
const reportEveryMs = 100;

/** The parser of Dockerfiles is too large for activation: it is loaded for the first build with remarks. */
const explain = () => import("../../core/image/failure.ts");

export class Builds {
  readonly #tools: BuildTools;
  readonly #problems: Problems;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lastTags = new Map<string, string>();

  constructor(tools: BuildTools, problems: Problems, clock: Clock, log: Log) {
    this.#tools = tools;
    this.#problems = problems;
    this.#clock = clock;
    this.#log = log;
  }

  /** The name that an image of this Dockerfile was last given, in this window. */
  lastTag(dockerfile: string): string | undefined {
    return this.#lastTags.get(dockerfile);
  }

  /**
   * Builds to the end. The findings of the last build of this Dockerfile are replaced by those of this one.
   * Throws Trouble when there is no image at the end; when `signal` fires, the processes are gone and the
   * engine has been told before the cancellation is thrown.
   */
  async build(options: BuildOptions, watcher: BuildWatcher, signal: Signal): Promise<BuildResult> {
    watcher.step("Asking Docker", undefined);
    const text = await this.#tools.read(options.dockerfile);
    const builder = await this.#tools.builder(signal);
    await this.#tools.ping(signal);
    throwIfAborted(signal);
    const plan = planBuild(options, builder);
    if ("problem" in plan) throw new Trouble("bad-input", plan.problem);
    for (const warning of plan.warnings) watcher.log(`WARN: ${warning}`);
    const context = await BuildContext.open(this.#tools, options, builder, text, this.#log, signal);
    this.#lastTags.set(options.dockerfile, options.tag);
    this.#problems.set(options.dockerfile, []);
    const progress = builder === "buildx-json" ? new RawProgress() : new PlainProgress();
    // The engine takes a while to add up an image's size, so it is asked while the builder says good-bye.
    let asked: Promise<BuiltImage | undefined> | undefined;
    const image = () => this.#tools.image(options.tag, signal);
    const end = await this.#run(plan.line, progress, watcher, signal, () => {
      asked = image();
      // Whoever needs the answer meets the failure; nobody may.
      asked.catch(() => {});
    });
    const unsent = await context.warnings();
    for (const warning of unsent) watcher.log(`WARN: ${warning}`);
    const findings =
      progress.warnings.length === 0 ? [] : (await explain()).explainWarnings(text, progress.warnings);
    if (end.exitCode !== 0)
      throw await this.#failed(options, text, context, progress, findings, end.exitCode, signal);
    this.#problems.set(options.dockerfile, findings);
    const built = await (asked ?? image());
    if (!built) {
      throw new Trouble(
        "not-found",
        `The build ended well, but the engine has no image ${options.tag}. Check that buildx builds on this engine: docker buildx ls.`,
      );
    }
    return { ...built, tag: options.tag, ms: end.ms, warnings: [...plan.warnings, ...unsent] };
  }

  async #run(
    line: CommandLine,
    progress: ProgressReader,
    watcher: BuildWatcher,
    signal: Signal,
    onExported: () => void,
  ): Promise<{ exitCode: number; ms: number }> {
    let exported = false;
    let reportedMs = 0;
    let reported = "";
    const report = () => {
      const now = this.#clock.elapsed();
      if (now - reportedMs < reportEveryMs) return;
      reportedMs = now;
      const { text, fraction } = summary(progress.steps);
      if (text === reported) return;
      reported = text;
      watcher.step(text, fraction);
    };
    try {
      const end = await this.#tools.run(
        line,
        (text) => {
          for (const entry of progress.line(text)) watcher.log(entry);
          report();
          if (exported || !isExported(progress)) return;
          exported = true;
          onExported();
        },
        signal,
      );
      for (const entry of progress.end()) watcher.log(entry);
      return end;
    } catch (error) {
      if (isAbort(error)) watcher.log("The build was cancelled.");
      throw error;
    }
  }

  async #failed(
    options: BuildOptions,
    text: string,
    context: BuildContext,
    progress: ProgressReader,
    warnings: Finding[],
    exitCode: number,
    signal: Signal,
  ): Promise<unknown> {
    const detail = progress.errorLines.join("\n");
    try {
      await this.#tools.ping(signal);
    } catch (cause) {
      if (isAbort(cause)) return cause;
      // Nothing is wrong with the Dockerfile then.
      this.#log.warn(`The engine went away during a build. Last words of the builder: ${detail}`);
      return new Trouble(
        "unreachable",
        "The Docker engine went away during the build. Start it, then build again.",
        {
          cause,
          detail,
        },
      );
    }
    const { explainFailure, missingSource } = await explain();
    const said = { dockerfile: text, steps: progress.steps, errorLines: progress.errorLines };
    const failure = explainFailure({ ...said, context: await context.known(missingSource(said)) });
    const { finding } = failure;
    const others = warnings.filter((one) => !finding || !isSameRemark(one, finding));
    this.#problems.set(options.dockerfile, [...(finding ? [finding] : []), ...others]);
    const name = options.dockerfile.split(/[\\/]/).at(-1);
    const place = finding ? ` at line ${finding.range.start.line + 1} of ${name}` : "";
    const reason = failure.message.split("\n", 1)[0];
    return new Trouble("failed", `The build of ${options.tag} failed${place}: ${reason}`, {
      detail: `exit ${exitCode}\n${failure.message}\n${detail}`,
    });
  }
}

/** The image is in the engine under its name; only the docker driver exports by a step of just this name. */
function isExported(progress: ProgressReader): boolean {
  return progress.steps.some((step) => step.name === "exporting to image" && step.state === "done");
}

/** The builder warns of a file that is left out, and then fails because it is. */
function isSameRemark(warning: Finding, failure: Finding): boolean {
  return warning.rule === "CopyIgnoredFile" && warning.range.start.line === failure.range.start.line;
}
