// What the command line needs from the process it runs in; tests give their own.
import type { Signal } from "../base/signal.ts";
import type { Rule } from "../core/rules/rule.ts";

export interface World {
  /** Writes to standard output; no line break is added. */
  out(text: string): void;
  /** Writes to standard error; no line break is added. */
  error(text: string): void;
  /** All of standard input. */
  readInput(): Promise<Uint8Array>;
  /** Standard output may be coloured. */
  readonly colour: boolean;
  readonly workingDirectory: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly signal: Signal;
}

/** 0 clean · 1 findings · 2 could not run · 70 a bug of ours. */
export type ExitCode = 0 | 1 | 2 | 70;

export interface Subcommand {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** What `slipway NAME --help` prints. */
  readonly help: string;
  /** @throws Trouble, which becomes one sentence and exit code 2. */
  run(args: readonly string[], world: World): Promise<ExitCode>;
}
