// What both ways of copying share: how a command is run in the container, and what is told of the copy.
import type { Signal } from "../../../base/signal.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import type { Execution, ExecPlace, ExecSink } from "../exec.ts";

/** A container that runs. */
export type Container = Pick<ExecPlace, "namespace" | "pod" | "container">;

export type Execute = (place: ExecPlace, sink: ExecSink, signal: Signal) => Promise<Execution>;

/** What was copied so far. */
export interface CopySums {
  files: number;
  bytes: number;
  /** Names of what was left out, the first of them. */
  leftOut: string[];
  leftOutCount: number;
}

export type OnCopied = (sums: CopySums) => void;

/** So many names are kept of what was left out. */
const MOST_NAMED = 20;
/** So much of what a command complains about is kept. */
const MOST_SAID = 4_096;

export function noSums(): CopySums {
  return { files: 0, bytes: 0, leftOut: [], leftOutCount: 0 };
}

export function leaveOut(sums: CopySums, name: string): void {
  sums.leftOutCount += 1;
  if (sums.leftOut.length < MOST_NAMED) sums.leftOut.push(name);
}

/** Bytes as text, of which only the first are kept. */
export class Words {
  readonly #decoder = new TextDecoder();
  #text = "";

  push(bytes: Uint8Array): void {
    if (this.#text.length < MOST_SAID) this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  get text(): string {
    return this.#text.slice(0, MOST_SAID);
  }

  /** The last line, which is the reason; `tar: ` in front of it is no news. */
  get reason(): string {
    const line = this.text.trim().split("\n").at(-1) ?? "";
    return line.replace(/^(?:tar|cat|mv|mkdir|sh): (?:line \d+: )?/, "").trim();
  }
}

/** Runs a short command to its end. */
export async function runIn(
  execute: Execute,
  container: Container,
  command: readonly string[],
  signal: Signal,
): Promise<{ end: ExecEnd; output: string; reason: string }> {
  const output = new Words();
  const errors = new Words();
  const sink = {
    output: (bytes: Uint8Array) => output.push(bytes),
    errors: (bytes: Uint8Array) => errors.push(bytes),
  };
  const execution = await execute({ ...container, command }, sink, signal);
  return { end: await execution.done, output: output.text, reason: errors.reason };
}
