// The steps of a stage, one after the other: variables replaced, and what was not set.
// Facts: BuildKit's frontend/dockerfile/dockerfile2llb, v0.33.
import { type Expanded, type ExpandOptions, expand } from "../syntax/dockerfileExpand.ts";
import { heredocWord } from "../syntax/dockerfileHeredocs.ts";
import type { DockerfileInstruction, DockerfileWord } from "../syntax/dockerfileTree.ts";
import type { Span } from "../syntax/lines.ts";
import type { Problem } from "../syntax/problem.ts";
import type { Globals, Step, Unset, Value } from "./buildFile.ts";
import { type KnownImage, maySet } from "./knownImages.ts";
import type { Variables } from "./variables.ts";

export interface StepWorld {
  readonly text: string;
  readonly escape: string;
  readonly globals: Globals;
  readonly variables: Variables;
  /** The image at the start of the chain, when what it sets is known. */
  readonly known: KnownImage | undefined;
  /** Gives each step, and each pair of an ARG, its number. */
  count(): number;
  refuse(problem: Problem): void;
}

/** What goes on from step to step, and to the stages that build on this one. */
export interface Course {
  shell: readonly string[] | undefined;
  directory: string | undefined;
}

/** Arguments of the builder itself that are no variables. */
const NO_VARIABLES = new Set(["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"]);
const WORDS_EXPAND = new Set(["ADD", "COPY", "EXPOSE", "VOLUME"]);
const REST_EXPANDS = new Set(["STOPSIGNAL", "USER", "WORKDIR"]);

const SIGNAL =
  /^(?:SIG)?(?:ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ|RTM(?:IN|AX)(?:[+-]\d{1,2})?)$/i;

function isSignal(text: string): boolean {
  return SIGNAL.test(text) || (/^\d{1,9}$/.test(text) && Number(text) > 0);
}

/** @param at given for what an ONBUILD brings: the place that its findings have. */
export function takeStep(
  instruction: DockerfileInstruction,
  world: StepWorld,
  course: Course,
  at?: Span,
): Step {
  return new Stepper(instruction, world, course, at).take();
}

class Stepper {
  readonly #instruction: DockerfileInstruction;
  readonly #world: StepWorld;
  readonly #course: Course;
  readonly #at: Span | undefined;
  readonly #number: number;
  readonly #unset: Unset[] = [];
  #now: number;

  constructor(instruction: DockerfileInstruction, world: StepWorld, course: Course, at: Span | undefined) {
    this.#instruction = instruction;
    this.#world = world;
    this.#course = course;
    this.#at = at;
    this.#number = world.count();
    this.#now = this.#number;
  }

  take(): Step {
    const { shell, directory } = this.#course;
    const values = this.#values();
    this.#judge(values);
    this.#goOn(values);
    return {
      number: this.#number,
      instruction: this.#instruction,
      triggered: this.#at !== undefined,
      at: this.#at ?? this.#instruction.keywordSpan,
      values,
      unset: this.#unset,
      shell,
      directory,
    };
  }

  #values(): Value[] {
    const { keyword, words, rest, pairs } = this.#instruction;
    if (keyword === "COPY" || keyword === "ADD") this.#flagsAndHeredocs();
    if (keyword === "RUN") this.#mounts();
    if (keyword === "ARG") return this.#arguments();
    if (keyword === "ENV" || keyword === "LABEL")
      return pairs.flatMap(({ key, value }) => [this.#value(key), ...(value ? [this.#value(value)] : [])]);
    if (REST_EXPANDS.has(keyword)) return rest.text === "" ? [] : [this.#value(rest)];
    if (!WORDS_EXPAND.has(keyword)) return [];
    const copies = keyword === "COPY" || keyword === "ADD";
    return words.map((word) =>
      copies && heredocWord(word.text)
        ? { word, text: word.text, certain: true, parts: [word.text] }
        : this.#value(word, keyword === "EXPOSE"),
    );
  }

  #value(word: DockerfileWord, quiet = false): Value {
    const expanded = this.#expand(word.text, word);
    if (!quiet) this.#report(expanded, word);
    const certain = !Array.from(expanded.unmatched.keys()).some((name) => this.#mayComeAlong(name));
    return { word, text: expanded.text, certain, parts: expanded.words };
  }

  #expand(text: string, at: Span, options: ExpandOptions = { escape: this.#world.escape }): Expanded {
    const expanded = expand(text, (name) => this.#world.variables.get(name, this.#now), options);
    // What the base image sets may make a refused word a good one, as in ${name?}.
    const open = Array.from(expanded.unmatched.keys()).some((name) => this.#mayComeAlong(name));
    if (expanded.error !== undefined && !open)
      this.#world.refuse({
        at: this.#at ?? at,
        message: `The builder cannot read this: ${expanded.error}.`,
      });
    return expanded;
  }

  /** Whether the base image may set a variable, as far as is known. */
  #mayComeAlong(name: string): boolean {
    const { known } = this.#world;
    return known === undefined || maySet(known, name);
  }

  /** @param word where the text stands, whose offsets count in the joined line when `exact`. */
  #report({ unmatched }: Expanded, word: DockerfileWord, exact = true): void {
    for (const [name, index] of unmatched) {
      if (NO_VARIABLES.has(name) || this.#world.variables.isDeclared(name, this.#now)) continue;
      if (this.#world.known && this.#mayComeAlong(name)) continue;
      this.#unset.push({ name, at: this.#at ?? (exact ? this.#placeIn(word, index) : word) });
    }
  }

  #placeIn(word: DockerfileWord, index: number): Span {
    if (word.joinedStart === undefined) return { start: word.start, end: word.end };
    const { joined } = this.#instruction.line;
    const start = word.joinedStart + index;
    const [written = "$"] = /^\$(?:\{\w+\}?|\w+|.)/.exec(joined.text.slice(start, start + 200)) ?? [];
    return joined.span(start, Math.min(start + written.length, word.joinedStart + word.text.length));
  }

  #flagsAndHeredocs(): void {
    const { flags, heredocs, line } = this.#instruction;
    for (const { name, value = "", valueSpan } of flags) {
      if (name !== "chown" && name !== "chmod" && name !== "checksum") continue;
      const word = { text: value, ...valueSpan, joinedStart: undefined };
      this.#report(this.#expand(value, valueSpan), word);
    }
    for (const { content, expand: expands } of heredocs) {
      if (!expands) continue;
      const text = this.#world.text.slice(content.start, content.end);
      const expanded = this.#expand(text, { start: line.start, end: content.start }, { plainQuotes: true });
      for (const [name, index] of expanded.unmatched) {
        const start = content.start + index;
        const [written = "$"] = /^\$(?:\{\w+\}?|\w+|.)/.exec(text.slice(index, index + 200)) ?? [];
        const word = { text: "", start, end: start + written.length, joinedStart: undefined };
        this.#report({ ...expanded, unmatched: new Map([[name, 0]]) }, word);
      }
    }
  }

  #mounts(): void {
    for (const { name, value = "", valueSpan } of this.#instruction.flags) {
      if (name !== "mount") continue;
      for (const field of value.split(",")) {
        const equals = field.indexOf("=");
        if (equals === -1) continue;
        const word = { text: value, ...valueSpan, joinedStart: undefined };
        this.#report(this.#expand(field.slice(equals + 1), valueSpan), word);
      }
    }
  }

  #arguments(): Value[] {
    const { variables, globals } = this.#world;
    return this.#instruction.pairs.map(({ key, value: word }) => {
      const value = word ? this.#value(word) : undefined;
      const given = value ? value.text : globals.get(key.text);
      if (given !== undefined && !NO_VARIABLES.has(key.text)) variables.set(this.#now, key.text, given);
      variables.declare(this.#now, key.text);
      // The next pair of the same ARG knows this one.
      this.#now = this.#world.count();
      return value ?? { word: key, text: given ?? "", certain: true, parts: [] };
    });
  }

  /** What the builder refuses once variables are replaced. */
  #judge(values: readonly Value[]): void {
    const { keyword } = this.#instruction;
    for (const { word, text, certain } of values) {
      const at = this.#at ?? word;
      if (!certain) continue;
      if (keyword === "VOLUME" && text.trim() === "")
        this.#world.refuse({ at, message: "With its variables replaced, this path is empty." });
      if (keyword === "STOPSIGNAL" && !isSignal(text))
        this.#world.refuse({ at, message: "This is no signal: write a name such as SIGTERM, or a number." });
    }
  }

  #goOn(values: readonly Value[]): void {
    const { keyword, pairs, json, words } = this.#instruction;
    if (keyword === "ENV") {
      for (let index = 0; index < pairs.length; index++) {
        const [key, value] = values.slice(2 * index, 2 * index + 2);
        if (key && value) this.#world.variables.set(this.#now, key.text, value.text);
      }
    } else if (keyword === "SHELL" && json) this.#course.shell = words.map((word) => word.text);
    else if (keyword === "WORKDIR" && values[0]) this.#course.directory = values[0].text;
  }
}
