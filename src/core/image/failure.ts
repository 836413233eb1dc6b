// Why a build failed, and on which line of the Dockerfile: the builder's words mapped to a range.
import { type Dockerfile, DockerfileParser, type Instruction } from "dockerfile-ast";
import type { Finding, Range } from "../syntax/finding.ts";
import type { KnownContext } from "./buildContext.ts";
import { describe, imageMissing, isHeredoc, missingFromContext, missingPath } from "./failureText.ts";
import type { BuildWarning, Step, StepPosition } from "./steps.ts";

export interface BuildEnd {
  /** Text of the Dockerfile that was built. */
  dockerfile: string;
  steps: readonly Step[];
  /** The builder's own lines, newest last. */
  errorLines: readonly string[];
  /** What is known of the build context. */
  context?: KnownContext;
}

export interface Failure {
  /** One sentence, then the last lines of the failing step when there are any. */
  message: string;
  /** undefined when the failure has no place in the Dockerfile. */
  finding: Finding | undefined;
}

/** Instructions that are steps of a stage; FROM is the first. */
const stepKeywords = new Set(["FROM", "RUN", "COPY", "ADD", "WORKDIR"]);

export function explainFailure(end: BuildEnd): Failure {
  const { file, step, cause, instruction } = located(end);
  const lastLines = (step?.tail ?? [])
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && line !== cause);
  const message = describe(cause, instruction, lastLines.slice(-3), file, end.context);
  if (!instruction) return { message, finding: undefined };
  const finding: Finding = {
    rule: "build",
    severity: "error",
    range: narrowed(instruction, cause, end.dockerfile),
    message,
    fixes: [],
  };
  return { message, finding };
}

/** The path that the build wanted from its context in vain, as the builder names it. */
export function missingSource(end: BuildEnd): string | undefined {
  const { cause, instruction } = located(end);
  return instruction && missingFromContext(cause, instruction);
}

function located(end: BuildEnd) {
  const file = DockerfileParser.parse(end.dockerfile);
  const words = end.errorLines.join("\n");
  const step = failedStep(end.steps);
  const cause = causeOf(step, words);
  const instruction =
    instructionAtExcerpt(file, end.errorLines) ??
    instructionOfStep(file, step) ??
    instructionOfWords(file, words, step);
  return { file, step, cause, instruction };
}

/** The builder's remarks as findings, each from the line it names. */
export function explainWarnings(dockerfile: string, warnings: readonly BuildWarning[]): Finding[] {
  const lines = dockerfile.split(/\r?\n/);
  return warnings.flatMap((warning): Finding[] => {
    if (warning.firstLine === undefined) return [];
    const first = clamp(warning.firstLine - 1, lines.length);
    const last = clamp((warning.lastLine ?? warning.firstLine) - 1, lines.length);
    return [
      {
        rule: warning.rule ?? "build",
        severity: "warning",
        range: { start: { line: first, column: 0 }, end: { line: last, column: lines[last]?.length ?? 0 } },
        message: warning.message,
        ...(warning.url === undefined ? {} : { source: warning.url }),
        fixes: [],
      },
    ];
  });
}

function clamp(line: number, count: number): number {
  return Math.max(0, Math.min(line, count - 1));
}

function failedStep(steps: readonly Step[]): Step | undefined {
  const failed = steps.filter((step) => step.state === "failed");
  // A step of the Dockerfile says more than a step of the builder. The classic builder just stops.
  return (
    failed.find((step) => step.position) ??
    failed[0] ??
    steps.filter((step) => step.state === "running").at(-1)
  );
}

/** The builder's own sentence, without the frames it is wrapped in. */
function causeOf(step: Step | undefined, words: string): string {
  const parse = /dockerfile parse error(?: on)? line \d+: (.*)$/m.exec(words);
  if (parse) return trimmed(parse[1]);
  if (step?.state === "failed" && step.error) return trimmed(step.error);
  const solve = [...words.matchAll(/(?:failed to solve|failed to build)(?: with frontend \S+)?: (.*)$/gm)].at(
    -1,
  );
  if (solve) return trimmed(solve[1]);
  const classic = /^The command '.*' returned a non-zero code: \d+$/m.exec(words);
  if (classic) return trimmed(classic[0]);
  const error = [...words.matchAll(/^(?:ERROR: )?(?:Error response from daemon: )?(.+)$/gm)].at(-1);
  return trimmed(error?.[1] ?? "The build failed without a reason");
}

function trimmed(text: string | undefined): string {
  let rest = (text ?? "").trim();
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(wrapping, "");
  }
  return rest;
}

const wrapping = new RegExp(
  `^(?:${[
    "failed to solve with frontend [^\\s:]+",
    "failed to (?:solve|build|load cache key|compute cache key|create LLB definition)",
    "failed to calculate checksum of ref \\S+",
    "rpc error: code = \\w+ desc =",
    "error from sender",
    "ERROR",
  ].join("|")})(?:: | )`,
);

/** BuildKit prints the lines it means: `Dockerfile:3`, then the source with `>>>` before each of them. */
function instructionAtExcerpt(file: Dockerfile, lines: readonly string[]): Instruction | undefined {
  const marked = [...lines].reverse().flatMap((line) => {
    const match = /^\s*(\d+) \| >>>/.exec(line);
    return match ? [Number(match[1]) - 1] : [];
  });
  const first = marked.at(-1);
  return first === undefined ? undefined : instructionAtLine(file, first);
}

function instructionAtLine(file: Dockerfile, line: number): Instruction | undefined {
  return file.getInstructions().find((instruction) => {
    const range = instruction.getRange();
    return range.start.line <= line && line <= range.end.line;
  });
}

function instructionOfStep(file: Dockerfile, step: Step | undefined): Instruction | undefined {
  const { position } = step ?? {};
  if (!position) return undefined;
  const keyword = position.instruction.split(" ", 1)[0]?.toUpperCase();
  const inStage = stageOf(file, position);
  const candidates = [
    inStage[position.index - 1],
    // FROM is no step where a stage builds on another stage.
    inStage.filter((instruction) => instruction.getKeyword() !== "FROM")[position.index - 1],
    // The classic builder counts every instruction.
    file.getInstructions()[position.index - 1],
  ].filter((instruction) => instruction !== undefined && instruction.getKeyword() === keyword);
  const text = normal(position.instruction);
  return (
    candidates.find((instruction) => instruction && normal(instruction.getTextContent()) === text) ??
    candidates[0] ??
    file.getInstructions().find((instruction) => normal(instruction.getTextContent()) === text)
  );
}

/** Steps of the stage that BuildKit calls by its name, or `stage-N` when it has none. */
function stageOf(file: Dockerfile, position: StepPosition): Instruction[] {
  const stages: Instruction[][] = [];
  const names: string[] = [];
  for (const instruction of file.getInstructions()) {
    if (instruction.getKeyword() === "FROM") {
      const words = instruction.getArguments().map((argument) => argument.getValue());
      const as = words.findIndex((word) => word.toUpperCase() === "AS");
      names.push((as < 0 ? undefined : words[as + 1])?.toLowerCase() ?? `stage-${stages.length}`);
      stages.push([]);
    }
    if (stepKeywords.has(instruction.getKeyword())) stages.at(-1)?.push(instruction);
  }
  const index =
    position.stage === undefined ? stages.length - 1 : names.lastIndexOf(position.stage.toLowerCase());
  return stages[index] ?? [];
}

/** Continuation marks and white space apart, the same text. */
function normal(text: string): string {
  return text
    .replace(/\\\r?\n/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** What the words themselves name: a line, an image, a file. */
function instructionOfWords(
  file: Dockerfile,
  words: string,
  step: Step | undefined,
): Instruction | undefined {
  const line = /dockerfile parse error(?: on)? line (\d+)/.exec(words);
  if (line) {
    const index = Number(line[1]) - 1;
    return instructionAtLine(file, index) ?? nearest(file, index);
  }
  const missing =
    /load metadata for (\S+)/.exec(step?.name ?? "")?.[1] ??
    /pull access denied for ([^\s,]+)/.exec(words)?.[1] ??
    /\/v2\/(\S+)\/manifests\//.exec(words)?.[1];
  if (missing !== undefined) return instructionOfImage(file, missing);
  const path = /"?\/?([^\s":]+)"?: (?:not found|no such file)/.exec(words)?.[1];
  if (path === undefined) return /no build stage/.test(words) ? file.getInstructions()[0] : undefined;
  return file
    .getInstructions()
    .find((one) => ["COPY", "ADD"].includes(one.getKeyword()) && argumentNamed(one, path) !== undefined);
}

/** A broken line can be part of no instruction: then the one before it. */
function nearest(file: Dockerfile, line: number): Instruction | undefined {
  return file
    .getInstructions()
    .filter((one) => one.getRange().start.line <= line)
    .at(-1);
}

function instructionOfImage(file: Dockerfile, image: string): Instruction | undefined {
  const short = shortName(image);
  return file.getInstructions().find((one) => {
    const from = /--from=(\S+)/.exec(one.getTextContent())?.[1];
    const name = one.getKeyword() === "FROM" ? one.getArguments()[0]?.getValue() : from;
    return name !== undefined && sameImage(name, short);
  });
}

/** @param written as it stands in the Dockerfile, where variables may stand for any part. */
function sameImage(written: string, short: string): boolean {
  const parts = shortName(written).split(/\$\{[^}]*\}|\$\w+/);
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  // What a registry was asked for has lost its host and its tag.
  return (
    new RegExp(`^${pattern}$`).test(short) ||
    shortName(written)
      .replace(/^[^/]*[.:][^/]*\//, "")
      .split(":")[0] === short
  );
}

/** Without what Docker adds: `docker.io/library/x:latest` is `x`. */
function shortName(image: string): string {
  return image
    .replace(/^(?:index\.)?docker\.io\//, "")
    .replace(/^library\//, "")
    .replace(/:latest$/, "");
}

function argumentNamed(instruction: Instruction, path: string): Range | undefined {
  const wanted = plainPath(path);
  // The last argument is the destination.
  const found = instruction
    .getArguments()
    .slice(0, -1)
    .find((argument) => plainPath(argument.getValue().replace(/^["']|["']$/g, "")) === wanted);
  return found ? rangeOf(found.getRange()) : undefined;
}

/** Without what leads to the context's own folder, or above it. */
function plainPath(path: string): string {
  return path.replace(/^(?:\.{0,2}\/+)+/, "").replace(/\/+$/, "");
}

/** The part of the instruction that the cause names, else all of it. */
function narrowed(instruction: Instruction, cause: string, text: string): Range {
  const whole = rangeOf(instruction.getRange());
  const keyword = instruction.getKeyword();
  if (keyword === "COPY" || keyword === "ADD") {
    const path = missingPath(cause);
    const named = path === undefined ? undefined : argumentNamed(instruction, path);
    if (named) return named;
    const from = /--from=\S+/.exec(text.split(/\r?\n/)[whole.start.line]?.slice(whole.start.column) ?? "");
    if (from && imageMissing.test(cause)) {
      const column = whole.start.column + from.index;
      const end = { line: whole.start.line, column: column + from[0].length };
      return { start: { line: whole.start.line, column }, end };
    }
  }
  if (/unknown instruction/i.test(cause) && !isHeredoc(instruction)) {
    const end = { line: whole.start.line, column: whole.start.column + instruction.getInstruction().length };
    return { start: whole.start, end };
  }
  const image = keyword === "FROM" ? instruction.getArguments()[0] : undefined;
  return image ? rangeOf(image.getRange()) : whole;
}

function rangeOf(range: {
  start: { line: number; character: number };
  end: { line: number; character: number };
}): Range {
  return {
    start: { line: range.start.line, column: range.start.character },
    end: { line: range.end.line, column: range.end.character },
  };
}
