// A parsed Dockerfile: instructions, words and stages with their places.
import type { Directive, Heredoc, LogicalLine } from "./dockerfileLines.ts";
import type { Span } from "./lines.ts";
import type { Problem } from "./problem.ts";

export interface DockerfileWord extends Span {
  /** What it stands for in JSON, else as written, with its quotes. */
  readonly text: string;
  /** Where it starts in the joined line; undefined where its text is not what is written there. */
  readonly joinedStart: number | undefined;
}

export interface DockerfileFlag extends Span {
  /** Without the dashes, as `from`. */
  readonly name: string;
  readonly value: string | undefined;
  /** The place of the value; of the whole flag where quotes stand in it. */
  readonly valueSpan: Span;
}

/** A pair of ENV, LABEL or ARG. */
export interface DockerfilePair {
  readonly key: DockerfileWord;
  /** undefined for an ARG without a default. */
  readonly value: DockerfileWord | undefined;
  /** Written `ENV key value`, without an equals sign. */
  readonly legacy: boolean;
}

export interface DockerfileInstruction extends Span {
  /** In capitals. */
  readonly keyword: string;
  /** As written. */
  readonly written: string;
  readonly keywordSpan: Span;
  readonly flags: readonly DockerfileFlag[];
  /** Without flags: the strings of a JSON array, else the words between white space; quotes hold ARG's together. */
  readonly words: readonly DockerfileWord[];
  /** Written as a JSON array. */
  readonly json: boolean;
  /** Everything behind the flags, as one word. */
  readonly rest: DockerfileWord;
  /** Of ENV, LABEL and ARG. */
  readonly pairs: readonly DockerfilePair[];
  /** What ONBUILD holds. */
  readonly trigger: DockerfileInstruction | undefined;
  readonly heredocs: readonly Heredoc[];
  /** Texts of the comment lines above it. */
  readonly comments: readonly string[];
  readonly line: LogicalLine;
}

export interface DockerfileStage {
  readonly from: DockerfileInstruction;
  /** The base image as written, variables not replaced. */
  readonly image: DockerfileWord;
  /** The name after AS, as written. */
  readonly name?: string;
  readonly nameWord?: DockerfileWord;
  /** Everything after the FROM. */
  readonly instructions: readonly DockerfileInstruction[];
}

export interface DockerfileTree {
  readonly text: string;
  readonly instructions: readonly DockerfileInstruction[];
  readonly stages: readonly DockerfileStage[];
  readonly directives: readonly Directive[];
  /** What escapes a character: `\` or a backtick. */
  readonly escape: string;
  readonly problems: readonly Problem[];
}
