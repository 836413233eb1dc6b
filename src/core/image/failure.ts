// Why a build failed, and on which line of the Dockerfile: the builder's words mapped to a range.
import { type Dockerfile, DockerfileParser, type Instruction } from "dockerfile-ast";
import type { Finding, Range } from "../syntax/finding.ts";
import type { BuildWarning, Step, StepPosition } from "./steps.ts";

export interface BuildEnd {
  /** Text of the Dockerfile that was built. */
  dockerfile: string;
  steps: readonly Step[];
  /** The builder's own lines, newest last. */
  errorLines: readonly string[];
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
  const file = DockerfileParser.parse(end.dockerfile);
  const words = end.errorLines.join("\n");
  const step = failedStep(end.steps);
  const cause = causeOf(step, words);
  const instruction =
    instructionAtExcerpt(file, end.errorLines) ??
    instructionOfStep(file, step) ??
    instructionOfWords(file, words, step);
  const lastLines = (step?.tail ?? [])
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && line !== cause);
  const message = describe(cause, instruction, lastLines.slice(-3), file);
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
  const wanted = path.replace(/^\.?\/+/, "").replace(/\/+$/, "");
  // The last argument is the destination.
  const found = instruction
    .getArguments()
    .slice(0, -1)
    .find(
      (argument) =>
        argument
          .getValue()
          .replace(/^["']|["']$/g, "")
          .replace(/^\.?\/+/, "")
          .replace(/\/+$/, "") === wanted,
    );
  return found ? rangeOf(found.getRange()) : undefined;
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

function missingPath(cause: string): string | undefined {
  return (
    /"([^"]+)":? not found/.exec(cause)?.[1] ??
    /stat ([^:]+): file does not exist/.exec(cause)?.[1] ??
    /lstat (?:\S*\/)?([^:/]+): no such file/.exec(cause)?.[1]
  );
}

/** What is said when an image can't be had from its registry. */
const imageMissing =
  /pull access denied|failed to resolve (?:source metadata|reference)|failed to do request|manifest unknown|repository does not exist|invalid from flag value|^(?:Get|Head) "https?:/;

function describe(
  cause: string,
  instruction: Instruction | undefined,
  lastLines: string[],
  file: Dockerfile,
): string {
  if (/no space left on device/i.test([cause, ...lastLines].join("\n"))) {
    return "The disk of the Docker engine is full. Make room (docker system prune), then build again.";
  }
  const keyword = instruction?.getKeyword() ?? "";
  const said = lastLines.length > 0 ? `\n${lastLines.join("\n")}` : "";
  const code = /exit code: (\d+)|non-zero code: (\d+)/.exec(cause);
  if (code) {
    return `RUN failed with ${exitText(Number(code[1] ?? code[2]))}.${said}`;
  }
  const unstarted =
    /^(?:process ".*" did not complete successfully|executor failed running \[.*\]): (.*)$/s.exec(cause)?.[1];
  if (unstarted !== undefined) return `RUN could not start: ${sentence(unstarted)}${said}`;
  const from = /--from=(\S+)/.exec(instruction?.getTextContent() ?? "")?.[1];
  const path = missingPath(cause);
  if (path !== undefined && (keyword === "COPY" || keyword === "ADD")) {
    return from === undefined
      ? `${path.replace(/^\//, "")} is not in the build context. Check its path, and that .dockerignore does not leave it out.`
      : `${path} is not in ${from}, where this ${keyword} takes it from.`;
  }
  if (imageMissing.test(cause)) {
    if (from !== undefined) {
      const stages = file.getFROMs().flatMap((one) => one.getBuildStage() ?? []);
      const known = stages.length > 0 ? `The stages are ${stages.join(", ")}` : "No stage has a name";
      return `There is no stage ${from}, and no image of that name: ${imageReason(cause)}. ${known}.`;
    }
    const name = instruction?.getArguments()[0]?.getValue();
    return `The image ${name ?? "of this build"} can't be had: ${imageReason(cause)}.`;
  }
  if (/unknown instruction/i.test(cause) && instruction && isHeredoc(instruction)) {
    return "This builder knows no here-documents (<<). Put # syntax=docker/dockerfile:1 in the first line, or chain the commands with &&.";
  }
  return sentence(cause);
}

function isHeredoc(instruction: Instruction): boolean {
  return /^\S+\s.*<<-?["']?\w/.test(instruction.getTextContent());
}

/** Why a registry gave no image, in words that say what to look at. */
function imageReason(cause: string): string {
  const host =
    /lookup (\S+?)(?: on \S+)?: /.exec(cause)?.[1] ?? /(?:Head|Get) "https?:\/\/([^/"]+)/.exec(cause)?.[1];
  if (/no such host|dial tcp|connection refused|i\/o timeout|server misbehaving/.test(cause)) {
    return `the registry${host === undefined ? "" : ` ${host}`} can't be reached`;
  }
  if (/pull access denied|insufficient_scope|authorization failed|unauthorized/.test(cause)) {
    return "it does not exist, or needs docker login";
  }
  if (/not found|manifest unknown/.test(cause)) return "the registry has no such image or tag";
  return cause.split(": ").slice(-2).join(": ").trim();
}

function exitText(code: number): string {
  if (code === 127) return "exit code 127 (command not found)";
  if (code === 126) return "exit code 126 (the file can't be executed)";
  if (code === 137) return "exit code 137 (killed: most often it ran out of memory)";
  return `exit code ${code}`;
}

function sentence(cause: string): string {
  const text = cause.length > 400 ? `${cause.slice(0, 400)}…` : cause;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?)…]$/.test(text) ? "" : "."}`;
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
