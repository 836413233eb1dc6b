// What the command line needs from the process it runs in; tests give their own.
import type { Signal } from "../base/signal.ts";
import type { KubernetesSchemas } from "../core/kube/schema/schemas.ts";
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
  /** Standard error is a terminal, on which a line may be written over. */
  readonly terminal: boolean;
  /** Where checks can run beside each other: the built worker (src/io/check/batchWorker.ts), and on how many cores. */
  readonly workers?: {
    readonly script: string;
    readonly cores: number;
    /** Where they read the schemas of Kubernetes. */
    readonly schemasPath: string | undefined;
  };
  readonly workingDirectory: string;
  /** Where programs are looked for, and what they are given. */
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly rules: readonly Rule[];
  /** The schemas of Kubernetes; without them no schema is checked. */
  readonly schemas?: () => KubernetesSchemas;
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
