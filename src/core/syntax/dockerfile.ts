// Dockerfile text -> instructions and stages with places, and what BuildKit would refuse to parse.
import { DockerfileParser, type From, type Instruction } from "dockerfile-ast";
import { Lines, type Span } from "./lines.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";

export interface DockerfileWord extends Span {
  readonly text: string;
}

export interface DockerfileInstruction extends Span {
  /** In capitals. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  /** Without flags such as `--from=x`. */
  readonly words: readonly DockerfileWord[];
}

export interface DockerfileStage {
  readonly from: DockerfileInstruction;
  /** The base image as written, variables not replaced. */
  readonly image: DockerfileWord;
  /** The name after AS. */
  readonly name?: string;
  /** Everything after the FROM. */
  readonly instructions: readonly DockerfileInstruction[];
}

export interface DockerfileTree {
  readonly text: string;
  readonly instructions: readonly DockerfileInstruction[];
  readonly stages: readonly DockerfileStage[];
  readonly problems: readonly Problem[];
}

/** https://docs.docker.com/reference/dockerfile/ */
const INSTRUCTIONS = [
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
];

export function parseDockerfile(text: string): DockerfileTree {
  const lines = new Lines(text);
  const parsed = DockerfileParser.parse(text).getInstructions();
  const instructions = parsed.map((instruction) => instructionOf(instruction, lines));
  const stages: (DockerfileStage & { instructions: DockerfileInstruction[] })[] = [];
  parsed.forEach((source, index) => {
    const instruction = instructions[index];
    if (!instruction) return;
    const stage = instruction.keyword === "FROM" ? stageOf(source as From, instruction, lines) : undefined;
    if (stage) stages.push(stage);
    else stages.at(-1)?.instructions.push(instruction);
  });
  return { text, instructions, stages, problems: Array.from(problemsOf(instructions, text)) };
}

type ParsedRange = ReturnType<Instruction["getInstructionRange"]>;

function spanOf(range: ParsedRange, lines: Lines): Span {
  return {
    start: lines.start(range.start.line) + range.start.character,
    end: lines.start(range.end.line) + range.end.character,
  };
}

function instructionOf(source: Instruction, lines: Lines): DockerfileInstruction {
  return {
    keyword: source.getKeyword(),
    keywordSpan: spanOf(source.getInstructionRange(), lines),
    words: source
      .getArguments()
      .map((word) => ({ text: word.getValue(), ...spanOf(word.getRange(), lines) })),
    ...spanOf(source.getRange(), lines),
  };
}

function stageOf(source: From, from: DockerfileInstruction, lines: Lines) {
  const range = source.getImageRange();
  const text = source.getImage();
  if (!range || !text) return undefined;
  const name = source.getBuildStage();
  return {
    from,
    image: { text, ...spanOf(range, lines) },
    ...(name ? { name } : {}),
    instructions: [] as DockerfileInstruction[],
  };
}

function* problemsOf(instructions: readonly DockerfileInstruction[], text: string): Iterable<Problem> {
  let based = false;
  for (const instruction of instructions) {
    const { keyword, words } = instruction;
    const at = instruction.keywordSpan;
    if (!INSTRUCTIONS.includes(keyword)) {
      const meant = nearest(keyword, INSTRUCTIONS);
      const fixes = meant ? [{ title: `Change to ${meant}`, edits: [{ ...at, text: meant }] }] : [];
      const hint = meant ? `; did you mean ${meant}?` : ".";
      yield { at, message: `${keyword.slice(0, 40)} is no Dockerfile instruction${hint}`, fixes };
      continue;
    }
    if (words.length === 0) yield { at, message: `${keyword} needs something after it.` };
    if (keyword === "FROM") {
      based = true;
      if (
        words.length === 2 ||
        words.length > 3 ||
        (words.length === 3 && !/^as$/i.test(words[1]?.text ?? ""))
      )
        yield {
          at: instruction,
          message: "FROM takes an image, or an image and AS with a name for the stage.",
        };
    } else if (!based && keyword !== "ARG") {
      yield { at, message: `${keyword} stands before the first FROM, where only ARG may stand.` };
      based = true;
    }
    const json = text.slice(at.end, instruction.end).trimStart().startsWith("[");
    if ((keyword === "COPY" || keyword === "ADD") && words.length === 1 && !json)
      yield { at, message: `${keyword} needs a source and a destination.` };
  }
  if (!instructions.some((instruction) => instruction.keyword === "FROM") && !based)
    yield {
      at: { start: 0, end: 0 },
      message: "There is no FROM: a Dockerfile starts with the image it builds on.",
    };
}
