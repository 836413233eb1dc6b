// The steps of a build as they go by: the model that all builders' progress is read into.

/** waiting: known, not begun · cancelled: ended because another step failed or the build was cancelled. */
export type StepState = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface Step {
  /** Number in the log, in the order in which steps began, from 1; 0 while it has not begun. */
  number: number;
  /** As the builder says it: `[train 2/5] RUN pip install torch`. */
  name: string;
  /** Place in the Dockerfile, for steps that come from it. `stage` is undefined when there is only one. */
  position: StepPosition | undefined;
  state: StepState;
  /** Taken from the build cache. */
  cached: boolean;
  /** How long it ran; undefined until it has ended. */
  ms: number | undefined;
  /** What the builder says of its failure. */
  error: string | undefined;
  /** Last lines it printed, oldest first, at most `tailLength`. */
  tail: string[];
}

export interface StepPosition {
  stage: string | undefined;
  index: number;
  count: number;
  /** The instruction, as `RUN pip install torch`. */
  instruction: string;
}

/** A remark of the builder about the Dockerfile. Lines are 1-based as the builder counts. */
export interface BuildWarning {
  /** Name of BuildKit's rule, as `JSONArgsRecommended`, when it has one. */
  rule: string | undefined;
  message: string;
  url: string | undefined;
  firstLine: number | undefined;
  lastLine: number | undefined;
}

export const tailLength = 50;

/** Steps beyond this are counted with their stage but not kept: no Dockerfile has so many. */
export const maximumSteps = 5000;

export const maximumWarnings = 200;

/** Reads the progress of one build, a line at a time. */
export interface ProgressReader {
  /** Takes a line of the builder's output and gives the lines that the log should show for it. */
  line(text: string): string[];
  /** Takes what is left when the output has ended. */
  end(): string[];
  readonly steps: readonly Step[];
  readonly warnings: readonly BuildWarning[];
  /** Lines that belong to no step, newest last: the builder's own words about a failure. */
  readonly errorLines: readonly string[];
}

/**
 * Reads `[train 2/5] RUN …`, `[2/5] RUN …`, `[linux/amd64 train 2/5] RUN …`; undefined for steps of the
 * builder itself, as `[internal] load metadata`.
 */
export function positionOf(name: string): StepPosition | undefined {
  const match = /^\[(?:(\S+(?: \S+)?) +)? *(\d+)\/(\d+)\] (.*)$/s.exec(name);
  if (!match) return undefined;
  const [, before, index, count, instruction] = match;
  const stage = before
    ?.split(" ")
    .filter((part) => !/^(?:linux|windows|darwin|freebsd)\//.test(part))
    .at(-1);
  // What BuildKit has drawn from a cache or a platform stands behind an arrow: `linux/amd64->arm64`.
  return {
    stage: stage === "" ? undefined : stage,
    index: Number(index),
    count: Number(count),
    instruction: instruction ?? "",
  };
}

/** How far a build is: what a progress notification says, and a fraction when it is known. */
export function summary(steps: readonly Step[]): { text: string; fraction: number | undefined } {
  const own = steps.filter((step) => step.position !== undefined);
  const running =
    own.filter((step) => step.state === "running").at(-1) ??
    steps.filter((step) => step.state === "running").at(-1);
  const ended = own.filter((step) => step.state === "done").length;
  // Text progress tells of a step when it begins, but of its stage's length at once.
  const counts = new Map(own.map(({ position }) => [position?.stage, position?.count ?? 0]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const fraction = total === 0 ? undefined : Math.min(1, ended / total);
  const shown = running ?? steps.filter((step) => step.state === "done").at(-1);
  if (!shown) return { text: "Starting", fraction };
  const { position } = shown;
  if (!position) return { text: shorten(shown.name), fraction };
  const place = `${position.index} of ${position.count}${position.stage === undefined ? "" : ` in ${position.stage}`}`;
  return { text: `Step ${place}: ${shorten(position.instruction)}`, fraction };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

export function addToTail(tail: string[], line: string): void {
  tail.push(line);
  if (tail.length > tailLength) tail.shift();
}
