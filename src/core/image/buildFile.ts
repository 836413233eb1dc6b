// A Dockerfile as the builder understands it: what each stage builds on, and each step with its variables.
import type {
  DockerfileInstruction,
  DockerfileStage,
  DockerfileTree,
  DockerfileWord,
} from "../syntax/dockerfileTree.ts";
import type { Span } from "../syntax/lines.ts";
import type { Problem } from "../syntax/problem.ts";
import type { ShellCommand, ShellScript, ShellWord } from "../syntax/shellTree.ts";
import type { KnownImage } from "./knownImages.ts";
import type { Variables } from "./variables.ts";

export interface BuildFile extends DockerfileTree {
  /** With forward slashes. */
  readonly path: string;
  /** Text of the ignore file of the build; null when there is none, undefined when nobody looked. */
  readonly dockerignore: string | null | undefined;
  readonly stages: readonly BuildStage[];
  /** The ARGs before the first FROM. */
  readonly globals: Globals;
  /** What RUN runs, in the order of the file. */
  readonly runs: readonly RunScript[];
  /** What only shows once variables are replaced and stages are known. */
  readonly refusals: readonly Problem[];
}

export interface Globals {
  readonly declared: ReadonlyMap<string, DockerfileInstruction>;
  readonly get: (name: string) => string | undefined;
}

/** A variable that is used and not set. */
export interface Unset {
  readonly name: string;
  readonly at: Span;
}

export interface BuildStage extends DockerfileStage {
  readonly index: number;
  readonly base: Base;
  /** Its layers are part of the image that is built at last. */
  readonly shipped: boolean;
  readonly steps: readonly Step[];
  readonly variables: Variables;
}

/** What a stage builds on. */
export interface Base {
  /** The image or stage, variables replaced. */
  readonly name: string;
  /** False when a variable in it had no value here, which a build argument may give it. */
  readonly certain: boolean;
  /** An earlier stage of this file. */
  readonly stage: BuildStage | undefined;
  /** The first image of the chain, variables replaced. */
  readonly image: string;
  readonly known: KnownImage | undefined;
  readonly unset: readonly Unset[];
  readonly platform: Platform | undefined;
}

/** FROM --platform. */
export interface Platform {
  readonly at: Span;
  readonly value: string;
  readonly certain: boolean;
  readonly used: ReadonlySet<string>;
  readonly unset: readonly Unset[];
}

export interface Step {
  /** Counts through the whole file. */
  readonly number: number;
  readonly instruction: DockerfileInstruction;
  /** Comes from an ONBUILD of the stage that this one builds on; its places are those of the FROM. */
  readonly triggered: boolean;
  /** Where findings of this step stand when they have no place of their own. */
  readonly at: Span;
  /** Its words (of ENV, LABEL and ARG the pairs), variables replaced, in the order in which they are written. */
  readonly values: readonly Value[];
  readonly unset: readonly Unset[];
  /** The shell that runs what follows it, as SHELL gave it. */
  readonly shell: readonly string[] | undefined;
  /** The directory that WORKDIR gave before; undefined before the first. */
  readonly directory: string | undefined;
}

export interface Value {
  readonly word: DockerfileWord;
  readonly text: string;
  /** False when a variable of the base image may stand in it. */
  readonly certain: boolean;
  /** Split at white space, as EXPOSE does. */
  readonly parts: readonly string[];
}

/** What reads the script. `sh` is the base image's /bin/sh, whatever that is. */
export type ShellName = "sh" | "bash" | "other";

export interface RunScript {
  readonly stage: BuildStage;
  readonly step: Step;
  readonly shell: ShellName;
  /** The options that the shell is started with, as `-o pipefail -c`. */
  readonly shellOptions: readonly string[];
  readonly script: ShellScript;
  readonly commands: readonly RunCommand[];
  /** A part of the script as a place in the file. */
  place(part: Span): Span;
}

export interface RunCommand {
  readonly run: RunScript;
  readonly command: ShellCommand;
  /** The name of the program without its folder, behind `sudo`, `env` and the like; "" when there is none. */
  readonly program: string;
  readonly programWord: ShellWord | undefined;
  /** What the program is given. */
  readonly args: readonly ShellWord[];
  /** The words before the program, as `sudo`. */
  readonly wrappers: readonly ShellWord[];
  /** What it installs, when that is what it does. */
  readonly install: PackageInstall | undefined;
}

export type PackageTool =
  | "apt"
  | "apk"
  | "yum"
  | "dnf"
  | "zypper"
  | "pip"
  | "uv"
  | "conda"
  | "npm"
  | "yarn"
  | "gem"
  | "go";

export interface Package {
  readonly word: ShellWord;
  /** In lower case, without version and extras. */
  readonly name: string;
  /** What stands behind the name, as `==2.1` or `=1.0-1`; "" when there is nothing. */
  readonly version: string;
}

export interface PackageInstall {
  readonly tool: PackageTool;
  readonly command: RunCommand;
  /** The word `install` or `add`. */
  readonly verb: ShellWord;
  /** Options with their values, as written. */
  readonly options: readonly {
    readonly name: string;
    readonly value: string | undefined;
    readonly word: ShellWord;
  }[];
  readonly packages: readonly Package[];
}
