// Dockerfile text -> instructions and stages with places, and what BuildKit would refuse to parse.
import { type LogicalLine, logicalLines } from "./dockerfileLines.ts";
import { refusals } from "./dockerfileRefusals.ts";
import type {
  DockerfileFlag,
  DockerfileInstruction,
  DockerfileStage,
  DockerfileTree,
  DockerfileWord,
} from "./dockerfileTree.ts";
import {
  jsonWords,
  keyValues,
  type LineWord,
  plainWords,
  quotedWords,
  splitLine,
} from "./dockerfileWords.ts";

export function parseDockerfile(text: string): DockerfileTree {
  const { lines, directives, escape, problems } = logicalLines(text);
  const instructions = lines.map((line) => instructionOf(line, escape, 0));
  const stages: (DockerfileStage & { instructions: DockerfileInstruction[] })[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword !== "FROM") stages.at(-1)?.instructions.push(instruction);
    else {
      const stage = stageOf(instruction);
      if (stage) stages.push(stage);
    }
  }
  const tree = { text, instructions, stages, directives, escape };
  return { ...tree, problems: [...problems, ...refusals(tree)] };
}

function instructionOf(line: LogicalLine, escape: string, from: number): DockerfileInstruction {
  const { joined } = line;
  const { keyword, flags, rest } = splitLine(joined.text, escape, from);
  const name = keyword.text.toUpperCase();
  const placed = ({ text, start, end }: LineWord): DockerfileWord => ({
    text,
    ...joined.span(start, end),
    joinedStart: joined.text.startsWith(text, start) && text.length === end - start ? start : undefined,
  });
  const json = TAKES_JSON.has(name) ? jsonWords(rest) : undefined;
  const words = Array.isArray(json)
    ? json
    : name === "ARG"
      ? quotedWords(joined.text, rest, escape)
      : plainWords(joined.text, rest);
  const own = joined.span(keyword.start, Math.max(keyword.end, rest.end));
  return {
    keyword: name,
    written: keyword.text,
    keywordSpan: joined.span(keyword.start, keyword.end),
    flags: flags.map((flag) => flagOf(flag, placed(flag))),
    words: words.map(placed),
    json: Array.isArray(json),
    rest: placed(rest),
    pairs: pairsOf(name, joined.text, rest, words, escape).map(({ key, value, legacy }) => ({
      key: placed(key),
      value: value && placed(value),
      legacy,
    })),
    trigger:
      name === "ONBUILD" && rest.text !== "" && from === 0
        ? instructionOf(line, escape, rest.start)
        : undefined,
    heredocs: line.heredocs,
    comments: line.comments,
    line,
    start: own.start,
    end: line.heredocs.length > 0 ? line.end : own.end,
  };
}

const TAKES_JSON = new Set(["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"]);

function flagOf(flag: LineWord, word: DockerfileWord): DockerfileFlag {
  const equals = flag.text.indexOf("=");
  const { start, end } = word;
  const exact = equals !== -1 && word.joinedStart !== undefined;
  return {
    name: flag.text.slice(2, equals === -1 ? undefined : equals),
    value: equals === -1 ? undefined : flag.text.slice(equals + 1),
    start,
    end,
    valueSpan: exact ? { start: end - (flag.text.length - equals - 1), end } : { start, end },
  };
}

interface LinePair {
  key: LineWord;
  value: LineWord | undefined;
  legacy: boolean;
}

function pairsOf(
  keyword: string,
  line: string,
  rest: LineWord,
  words: readonly LineWord[],
  escape: string,
): LinePair[] {
  if (keyword === "ENV" || keyword === "LABEL") return keyValues(line, rest, escape).pairs;
  if (keyword !== "ARG") return [];
  return words.map(({ text, start, end }) => {
    const equals = text.indexOf("=");
    if (equals === -1) return { key: { text, start, end }, value: undefined, legacy: false };
    const middle = start + line.slice(start, end).indexOf("=");
    return {
      key: { text: text.slice(0, equals), start, end: middle },
      value: { text: text.slice(equals + 1), start: middle + 1, end },
      legacy: false,
    };
  });
}

function stageOf(from: DockerfileInstruction) {
  const [image, as, name] = from.words;
  if (!image) return undefined;
  const named = name && /^as$/i.test(as?.text ?? "");
  return {
    from,
    image,
    ...(named ? { name: name.text, nameWord: name } : {}),
    instructions: [] as DockerfileInstruction[],
  };
}
