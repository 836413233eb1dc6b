// The stages of a Dockerfile and what each builds on: images, other stages, and the ONBUILDs of those.
// Facts: BuildKit's frontend/dockerfile/dockerfile2llb, v0.33.
import { expand } from "../syntax/dockerfileExpand.ts";
import type { DockerfileInstruction, DockerfileStage, DockerfileTree } from "../syntax/dockerfileTree.ts";
import type { Problem } from "../syntax/problem.ts";
import type { Base, BuildFile, BuildStage, Globals, Platform, Step, Unset } from "./buildFile.ts";
import { type Course, takeStep } from "./buildSteps.ts";
import { knownImage } from "./knownImages.ts";
import { runScripts } from "./runScripts.ts";
import { Variables } from "./variables.ts";

/** What the builder sets for every build. The platform is that of most machines; nothing here hangs on it. */
const BUILDER_ARGUMENTS: readonly (readonly [string, string])[] = [
  ["BUILDPLATFORM", "linux/amd64"],
  ["BUILDOS", "linux"],
  ["BUILDOSVERSION", ""],
  ["BUILDARCH", "amd64"],
  ["BUILDVARIANT", ""],
  ["TARGETPLATFORM", "linux/amd64"],
  ["TARGETOS", "linux"],
  ["TARGETOSVERSION", ""],
  ["TARGETARCH", "amd64"],
  ["TARGETVARIANT", ""],
  ["TARGETSTAGE", "default"],
];
/** Of any image that sets none itself. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface BuildSurroundings {
  /** With forward slashes. */
  readonly path: string;
  readonly dockerignore?: string | null | undefined;
}

interface Growing extends BuildStage {
  steps: Step[];
  shipped: boolean;
  readonly course: Course;
}

export function buildFile(tree: DockerfileTree, { path, dockerignore }: BuildSurroundings): BuildFile {
  const builder = new Builder(tree);
  builder.build();
  return {
    ...tree,
    path,
    dockerignore,
    stages: builder.stages,
    globals: builder.globals,
    runs: builder.stages.flatMap((stage) =>
      stage.steps.flatMap((step) => runScripts(tree.text, stage, step)),
    ),
    refusals: builder.refusals,
  };
}

class Builder {
  readonly stages: Growing[] = [];
  readonly refusals: Problem[] = [];
  readonly globals: Globals;
  readonly #tree: DockerfileTree;
  readonly #byName = new Map<string, Growing>();
  readonly #reachable: ReadonlySet<number>;
  #count = 0;

  constructor(tree: DockerfileTree) {
    this.#tree = tree;
    this.globals = this.#readGlobals();
    this.#reachable = tree.instructions.some((one) => one.keyword === "ONBUILD")
      ? reachable(tree)
      : new Set<number>();
  }

  build(): void {
    for (const stage of this.#tree.stages) this.#add(stage);
    let last = this.stages.at(-1);
    while (last) {
      last.shipped = true;
      const before: BuildStage | undefined = last.base.stage;
      last = before && this.stages[before.index];
    }
  }

  #readGlobals(): Globals {
    const values = new Map(BUILDER_ARGUMENTS);
    const declared = new Map<string, DockerfileInstruction>();
    const { escape } = this.#tree;
    const get = (name: string): string | undefined => values.get(name);
    for (const instruction of this.#tree.instructions) {
      if (instruction.keyword === "FROM") break;
      if (instruction.keyword !== "ARG") continue;
      for (const { key, value } of instruction.pairs) {
        declared.set(key.text, instruction);
        if (!value) continue;
        const { text, error } = expand(value.text, get, { escape });
        if (error !== undefined)
          this.refusals.push({ at: value, message: `The builder cannot read this: ${error}.` });
        else values.set(key.text, text.slice(0, 1024));
      }
    }
    return { declared, get };
  }

  #add(stage: DockerfileStage): void {
    const index = this.stages.length;
    const base = this.#base(stage);
    const before = base.stage && this.stages[base.stage.index];
    const variables = new Variables(before?.variables);
    const growing: Growing = {
      ...stage,
      index,
      base,
      variables,
      shipped: false,
      steps: [],
      course: before ? { ...before.course } : { shell: undefined, directory: undefined },
    };
    if (!before) variables.set(-1, "PATH", DEFAULT_PATH);
    this.stages.push(growing);
    if (stage.name !== undefined) this.#byName.set(stage.name.toLowerCase(), growing);
    const world = {
      text: this.#tree.text,
      escape: this.#tree.escape,
      globals: this.globals,
      variables,
      known: base.known,
      count: () => this.#count++,
      refuse: (problem: Problem) => void this.refusals.push(problem),
    };
    for (const step of (this.#reachable.has(index) && before?.steps) || []) {
      const { trigger, keyword } = step.instruction;
      if (keyword === "ONBUILD" && trigger)
        growing.steps.push(takeStep(trigger, world, growing.course, stage.from.keywordSpan));
    }
    for (const instruction of stage.instructions)
      growing.steps.push(takeStep(instruction, world, growing.course));
  }

  #base(stage: DockerfileStage): Base {
    const { escape } = this.#tree;
    const expanded = expand(stage.image.text, this.globals.get, { escape });
    const name = expanded.text;
    const before = this.#byName.get(name);
    const used = [...expanded.matched, ...expanded.unmatched.keys()];
    const certain = !used.some((variable) => this.globals.declared.has(variable));
    if (expanded.error !== undefined)
      this.refusals.push({ at: stage.image, message: `The builder cannot read this: ${expanded.error}.` });
    else if (name === "" && certain)
      this.refusals.push({ at: stage.image, message: "The name of the base image is empty." });
    return {
      name,
      certain,
      stage: before,
      image: before ? before.base.image : name,
      known: before ? before.base.known : knownImage(name),
      unset: this.#unset(expanded.unmatched, stage.image),
      platform: this.#platform(stage),
    };
  }

  #platform(stage: DockerfileStage): Platform | undefined {
    const flag = stage.from.flags.find((one) => one.name === "platform");
    if (flag?.value === undefined || flag.value === "") return undefined;
    const { text, matched, unmatched, error } = expand(flag.value, this.globals.get, {
      escape: this.#tree.escape,
    });
    if (error !== undefined)
      this.refusals.push({ at: flag.valueSpan, message: `The builder cannot read this: ${error}.` });
    const used = new Set([...matched, ...unmatched.keys()]);
    return {
      at: flag.valueSpan,
      value: text,
      certain: !Array.from(used).some((variable) => this.globals.declared.has(variable)),
      used,
      unset: this.#unset(unmatched, { text: "", ...flag.valueSpan, joinedStart: undefined }),
    };
  }

  #unset(unmatched: ReadonlyMap<string, number>, word: DockerfileStage["image"]): Unset[] {
    return Array.from(unmatched.keys())
      .filter((name) => !this.globals.declared.has(name))
      .map((name) => ({ name, at: { start: word.start, end: word.end } }));
  }
}

/** Stages that the last one is made of: what ONBUILD brings counts only in them. */
function reachable({ stages }: DockerfileTree): Set<number> {
  const byName = new Map<string, number>();
  const uses = stages.map((stage, index) => {
    const base = byName.get(stage.image.text);
    if (stage.name !== undefined) byName.set(stage.name.toLowerCase(), index);
    return base === undefined ? [] : [base];
  });
  stages.forEach((stage, index) => {
    for (const instruction of stage.instructions) {
      for (const { name, value = "" } of instruction.flags) {
        const from = name === "from" ? value : /(?:^|,)from=([^,]+)/.exec(name === "mount" ? value : "")?.[1];
        const source = /^\d+$/.test(from ?? "") ? Number(from) : byName.get((from ?? "").toLowerCase());
        if (source !== undefined) uses[index]?.push(source);
      }
    }
  });
  const found = new Set<number>();
  const open = [stages.length - 1];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    open.push(...(uses[index] ?? []));
  }
  return found;
}
