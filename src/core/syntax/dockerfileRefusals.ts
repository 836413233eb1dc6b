// What BuildKit would refuse in single instructions, whatever the variables hold.
// Facts: BuildKit's frontend/dockerfile/instructions, v0.33. https://docs.docker.com/reference/dockerfile/
import { heredocWord } from "./dockerfileHeredocs.ts";
import type { DockerfileFlag, DockerfileInstruction, DockerfileTree } from "./dockerfileTree.ts";
import { jsonWords, keyValues } from "./dockerfileWords.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";

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

/** What a flag takes: text once, text any number of times, or true and false. */
type FlagKind = "text" | "texts" | "boolean";

const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: "text" },
  COPY: {
    from: "text",
    chown: "text",
    chmod: "text",
    link: "boolean",
    parents: "boolean",
    exclude: "texts",
  },
  ADD: {
    chown: "text",
    chmod: "text",
    link: "boolean",
    "keep-git-dir": "boolean",
    checksum: "text",
    unpack: "boolean",
    exclude: "texts",
  },
  RUN: { mount: "texts", network: "text", security: "text", device: "texts" },
  HEALTHCHECK: {
    interval: "text",
    timeout: "text",
    "start-period": "text",
    "start-interval": "text",
    retries: "text",
  },
};
/** Their flags are not looked at. */
const IGNORES_FLAGS = new Set(["ARG", "STOPSIGNAL"]);
/** May stand without anything behind it. */
const MAY_BE_EMPTY = new Set(["RUN", "CMD", "ENTRYPOINT"]);
/** It must be part of an image's name too. */
const STAGE_NAME = /^[a-z][a-z0-9]*(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

export function* refusals(tree: Omit<DockerfileTree, "problems">): Iterable<Problem> {
  // A syntax directive brings another builder, which may know more.
  const other = tree.directives.some((directive) => directive.name === "syntax");
  let based = false;
  for (const instruction of tree.instructions) {
    const { keyword, keywordSpan: at } = instruction;
    if (!INSTRUCTIONS.includes(keyword)) {
      if (!other) yield unknown(instruction);
      continue;
    }
    if (keyword === "FROM") based = true;
    else if (!based && keyword !== "ARG") {
      yield { at, message: `${keyword} stands before the first FROM, where only ARG may stand.` };
      based = true;
    }
    yield* ofInstruction(instruction, tree.escape, other);
    const { trigger } = instruction;
    // What ONBUILD holds is read when an image builds on this one.
    if (trigger && INSTRUCTIONS.includes(trigger.keyword))
      for (const problem of ofInstruction(trigger, tree.escape, other))
        yield { ...problem, severity: "warning" };
  }
  if (!based)
    yield {
      at: { start: 0, end: 0 },
      message: "There is no FROM: a Dockerfile starts with the image it builds on.",
    };
}

function unknown({ keyword, keywordSpan: at }: DockerfileInstruction): Problem {
  const meant = nearest(keyword, INSTRUCTIONS);
  const fixes = meant ? [{ title: `Change to ${meant}`, edits: [{ ...at, text: meant }] }] : [];
  const hint = meant ? `; did you mean ${meant}?` : ".";
  return { at, message: `${keyword.slice(0, 40)} is no Dockerfile instruction${hint}`, fixes };
}

function* ofInstruction(
  instruction: DockerfileInstruction,
  escape: string,
  other: boolean,
): Iterable<Problem> {
  const { keyword, keywordSpan: at, words, rest } = instruction;
  if (!other && !IGNORES_FLAGS.has(keyword)) yield* ofFlags(instruction);
  if (rest.text === "" && !MAY_BE_EMPTY.has(keyword)) {
    yield { at, message: `${keyword} needs something after it.` };
    return;
  }
  if (rest.text.startsWith("[") && rest.joinedStart !== undefined && TAKES_ARRAY.has(keyword)) {
    const place = { text: rest.text, start: rest.joinedStart, end: rest.joinedStart + rest.text.length };
    if (jsonWords(place) === "notStrings")
      yield { at: rest, message: `The array after ${keyword} may hold only strings, each in double quotes.` };
  }
  if (keyword === "FROM") yield* ofFrom(instruction);
  else if (keyword === "COPY" || keyword === "ADD") {
    if (words.length < 2) yield { at, message: `${keyword} needs a source and a destination.` };
    const last = words.at(-1);
    if (last && !instruction.json && heredocWord(last.text))
      yield { at: last, message: `The destination of ${keyword} cannot be a heredoc.` };
  } else if (keyword === "ENV" || keyword === "LABEL") yield* ofPairs(instruction, escape);
  else if (keyword === "ARG") {
    const nameless = instruction.pairs.find((pair) => pair.key.text === "" && pair.value);
    if (nameless) yield { at: nameless.value ?? at, message: "This ARG has no name." };
  } else if (keyword === "SHELL" && (!instruction.json || words.length === 0))
    yield { at: rest, message: 'SHELL takes a JSON array, such as ["/bin/bash", "-c"].' };
  else if (keyword === "HEALTHCHECK") yield* ofHealthcheck(instruction);
  else if (keyword === "VOLUME" && words.some((word) => word.text.trim() === ""))
    yield { at: rest, message: "A path after VOLUME is empty." };
}

const TAKES_ARRAY = new Set(["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"]);

function* ofFrom({ words, ...from }: DockerfileInstruction): Iterable<Problem> {
  const named = words.length === 3 && /^as$/i.test(words[1]?.text ?? "");
  if (words.length !== 1 && !named) {
    yield { at: from, message: "FROM takes an image, or an image and AS with a name for the stage." };
    return;
  }
  const name = words[2];
  if (name && !STAGE_NAME.test(name.text.toLowerCase()))
    yield {
      at: name,
      message:
        "A stage's name starts with a letter, ends with a letter or digit, and has only single dots, underscores and dashes between them.",
    };
}

function* ofPairs(
  { keyword, rest, line, pairs, keywordSpan }: DockerfileInstruction,
  escape: string,
): Iterable<Problem> {
  const start = rest.joinedStart ?? 0;
  const place = { text: rest.text, start, end: start + rest.text.length };
  const { wrong, single } = keyValues(line.joined.text, place, escape);
  if (single) yield { at: rest, message: `${keyword} needs a value: write ${keyword} name=value.` };
  if (wrong)
    yield {
      at: line.joined.span(wrong.start, wrong.end),
      message: `${keyword} takes pairs of the form name=value, and this word has no "=". Put quotes around a value with spaces.`,
    };
  if (pairs.some((pair) => pair.key.text === ""))
    yield { at: keywordSpan, message: `A name after ${keyword} is empty.` };
}

function* ofHealthcheck({ words, keywordSpan }: DockerfileInstruction): Iterable<Problem> {
  const [type, ...others] = words;
  const name = type?.text.toUpperCase();
  if (type && name !== "CMD" && name !== "NONE")
    yield { at: type, message: "HEALTHCHECK is followed by CMD and a command, or by NONE." };
  else if (name === "CMD" && others.length === 0)
    yield { at: keywordSpan, message: "HEALTHCHECK CMD needs a command after it." };
  else if (name === "NONE" && others.length > 0)
    yield { at: keywordSpan, message: "HEALTHCHECK NONE takes nothing after it." };
}

function* ofFlags({ keyword, flags, words }: DockerfileInstruction): Iterable<Problem> {
  const known = FLAGS[keyword] ?? {};
  // The flags of HEALTHCHECK NONE are not read.
  if (keyword === "HEALTHCHECK" && words[0]?.text.toUpperCase() === "NONE") return;
  const seen = new Set<string>();
  for (const flag of flags) {
    const kind = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined;
    if (kind === undefined) {
      yield unknownFlag(keyword, flag, Object.keys(known));
      return;
    }
    if (seen.has(flag.name) && kind !== "texts") {
      yield { at: flag, message: `--${flag.name} stands here twice.` };
      return;
    }
    seen.add(flag.name);
    if (kind !== "boolean" && flag.value === undefined) {
      yield { at: flag, message: `--${flag.name} needs a value: --${flag.name}=….` };
      return;
    }
    if (kind === "boolean" && flag.value !== undefined && !/^(?:true|false)$/i.test(flag.value)) {
      yield { at: flag, message: `--${flag.name} is true or false.` };
      return;
    }
    if (keyword === "RUN") yield* ofRunFlag(flag);
  }
}

function unknownFlag(keyword: string, flag: DockerfileFlag, known: readonly string[]): Problem {
  const meant = nearest(flag.name, known);
  const hint = meant ? `; did you mean --${meant}?` : ".";
  const end = flag.start + 2 + flag.name.length;
  const fixes =
    meant && flag.end >= end
      ? [{ title: `Change to --${meant}`, edits: [{ start: flag.start, end, text: `--${meant}` }] }]
      : [];
  return { at: flag, message: `${keyword} has no flag --${flag.name.slice(0, 40)}${hint}`, fixes };
}

function* ofRunFlag({ name, value = "", valueSpan }: DockerfileFlag): Iterable<Problem> {
  if (name === "network" && !/^(?:default|none|host)$/.test(value))
    yield { at: valueSpan, message: "--network is default, none or host." };
  if (name === "security" && !/^(?:insecure|sandbox)$/.test(value))
    yield { at: valueSpan, message: "--security is sandbox or insecure." };
}
