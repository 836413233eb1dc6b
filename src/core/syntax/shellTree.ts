// A shell script taken apart: its simple commands in a row, with their words and places.
import type { Span } from "./lines.ts";

/** Something that the shell replaces: `$NAME`, `${…}`, `$(…)`, `$((…))` or a command between backticks. */
export interface ShellExpansion extends Span {
  readonly kind: "variable" | "command" | "arithmetic";
  /** Of a variable, without `$` and braces. */
  readonly name: string;
  /** Inside double quotes, where its value is not split. */
  readonly quoted: boolean;
}

export interface ShellWord extends Span {
  /** What the program gets, but for expansions, which stay as written. */
  readonly text: string;
  /** It holds a quote or an escape. */
  readonly quoted: boolean;
  readonly expansions: readonly ShellExpansion[];
}

export interface ShellRedirection extends Span {
  /** As `>`, `2>>` is `>>`. */
  readonly operator: string;
  readonly target: ShellWord | undefined;
}

export interface ShellCommand extends Span {
  /** `NAME=value` before the command. */
  readonly assignments: readonly ShellWord[];
  /** The program and what it is given. */
  readonly words: readonly ShellWord[];
  readonly redirections: readonly ShellRedirection[];
  /** The operator before and behind it, `\n` for a line break, or "" at an end. */
  readonly before: string;
  readonly after: string;
  /** Within `$(…)`, backticks or `<(…)`. */
  readonly nested: boolean;
  /** Within parentheses, a loop, a branch or a function: it need not run, or not only here. */
  readonly inside: boolean;
}

/** Something that only some shells know. */
export interface ShellFeature extends Span {
  /** `[[`, `((`, `&>`, `<(`, `<<<`, `|&`, `$'`, `array`, `function`, `select` or `+=`. */
  readonly name: string;
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly features: readonly ShellFeature[];
  /** A quote or bracket is not closed: what was read may be wrong. */
  readonly broken: boolean;
}
