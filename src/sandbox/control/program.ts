// What a container of the sandbox seems to run: lines over time, an end, ports that answer, a load.
import type { RequestListener } from "node:http";
import type { ContainerSpec, Pod } from "../object.ts";
import type { Device } from "./devices.ts";

/** One life of a container. */
export interface Run {
  readonly pod: Pod;
  readonly container: ContainerSpec;
  readonly devices: readonly Device[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** 0 for the first life. */
  readonly restart: number;
  readonly program: Program;
  now(): number;
  /** Adds a line to its output. */
  say(text: string): void;
}

export interface Output {
  /** Milliseconds after the line before (or the start). */
  afterMs: number;
  text: string;
}

export interface Exit {
  code: number;
  /** `Completed`, `Error` or `OOMKilled`; by the code when not given. */
  reason?: string;
}

export interface Load {
  /** Percent of each device. */
  utilisation: number;
  /** Of each device. */
  memoryMiB: number;
}

export interface Program {
  readyAfterMs: number;
  /** Its output; what it returns ends the container, nothing leaves it running in silence. */
  lines(run: Run): Generator<Output, Exit | undefined>;
  /** Answers HTTP on `port`; undefined where nothing listens. */
  serve(run: Run, port: number): RequestListener | undefined;
  load(run: Run, now: number): Load;
  /** Path to content, for `ls` and `cat`. */
  files(run: Run): Readonly<Record<string, string>>;
}
