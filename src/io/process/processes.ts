// Runs a command line without a shell: lines out, Signal in, the whole tree ended, one log line per run.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { Log } from "../../base/log.ts";
import { abortError, onAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { LineSplitter } from "./lines.ts";
import { askGroup, endTree } from "./tree.ts";

export interface ProcessOptions {
  command: string;
  args: string[];
  /** Added to the environment of this process; it is never logged. */
  env?: Record<string, string>;
  /** Folder to run in. */
  folder?: string;
  /** Written to standard input, which is then closed. Never logged. */
  input?: string;
  /** Keeps standard input open without a word: it ends when this process does, however that is. */
  holdsInput?: true;
  /** Called for each line, without its line end; a line is at most 1 MiB long. */
  onLine?(line: string, stream: "stdout" | "stderr"): void;
}

export interface ProcessResult {
  /** Exit code, or 128 + signal number as shells count when a signal ended the process. */
  exitCode: number;
  ms: number;
}

export class Processes {
  readonly #log: Log;
  readonly #environment: () => NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();
  readonly #ended = new AbortController();

  /** @param environment what a run's environment starts from; default: that of this process. */
  constructor(log: Log, environment: () => NodeJS.ProcessEnv = () => process.env) {
    this.#log = log;
    this.#environment = environment;
  }

  /**
   * Runs to the end and gives the exit code, whatever it is. Throws Trouble `missing-tool` when the command
   * can't be started, and the cancellation when `signal` fired; by then the whole tree is gone.
   */
  run(options: ProcessOptions, wish: Signal): Promise<ProcessResult> {
    const signal = AbortSignal.any([wish, this.#ended.signal]);
    if (signal.aborted) return Promise.reject(abortError());
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const child = spawn(options.command, options.args, {
        cwd: options.folder,
        env: { ...this.#environment(), ...options.env },
        shell: false,
        // A group of its own, so that one signal reaches the children too.
        detached: process.platform !== "win32",
        windowsHide: true,
        stdio: [options.input === undefined && !options.holdsInput ? "ignore" : "pipe", "pipe", "pipe"],
      });
      const streams = (["stdout", "stderr"] as const).map((name) => {
        const splitter = new LineSplitter((line) => options.onLine?.(line, name));
        child[name]?.on("data", (chunk: Buffer) => splitter.push(chunk));
        return splitter;
      });
      this.#running.add(child);
      const listener = onAbort(signal, () => endTree(child));
      const record = (end: string) =>
        this.#log.info(
          `run ${[options.command, ...options.args].map(quoted).join(" ")} · ${end} · ${Math.round(performance.now() - started)} ms`,
        );
      child.once("error", (error: NodeJS.ErrnoException) => {
        listener.dispose();
        this.#running.delete(child);
        record(error.code ?? error.message);
        reject(startTrouble(options, error));
      });
      child.once("close", (code, name) => {
        listener.dispose();
        this.#running.delete(child);
        for (const splitter of streams) splitter.end();
        const cancelled = signal.aborted;
        record(cancelled ? "cancelled" : code === null ? `ended by ${name}` : `exit ${code}`);
        if (cancelled) reject(abortError());
        else
          resolve({
            exitCode: code ?? 128 + signalNumber(name),
            ms: Math.round(performance.now() - started),
          });
      });
      // A program that ends without reading its input is no fault of this one.
      child.stdin?.on("error", () => {});
      if (options.input !== undefined) child.stdin?.end(options.input);
    });
  }

  /** Ends what runs, with all that it has started: the window is closed, and nobody is there any more to wait for it. */
  dispose(): void {
    // At once, as this process may be gone before it has looked whether something left the group.
    for (const child of this.#running) askGroup(child);
    this.#ended.abort();
  }

  /** Runs and gives the whole of standard output; meant for short answers, at most 4 MiB of them. */
  async output(
    options: Omit<ProcessOptions, "onLine">,
    signal: Signal,
  ): Promise<ProcessResult & { stdout: string; stderr: string }> {
    const texts = { stdout: "", stderr: "" };
    const limit = 4 * 1024 * 1024;
    const result = await this.run(
      {
        ...options,
        onLine(line, stream) {
          if (texts[stream].length < limit) texts[stream] += `${line}\n`;
        },
      },
      signal,
    );
    return { ...result, ...texts };
  }
}

function startTrouble(options: ProcessOptions, error: NodeJS.ErrnoException): Trouble {
  if (error.code === "ENOENT" && options.folder !== undefined && !existsSync(options.folder)) {
    return new Trouble("not-found", `The folder ${options.folder} does not exist any more.`, {
      cause: error,
    });
  }
  if (error.code === "ENOENT") {
    return new Trouble(
      "missing-tool",
      `${options.command} was not found. Install it, or add its folder to PATH.`,
      {
        cause: error,
      },
    );
  }
  if (error.code === "EACCES") {
    return new Trouble("denied", `${options.command} may not be executed. Check its file permissions.`, {
      cause: error,
    });
  }
  return new Trouble("failed", `${options.command} could not be started: ${error.message}.`, {
    cause: error,
  });
}

/** For the log only: nothing is ever run from this text. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function signalNumber(name: NodeJS.Signals | null): number {
  if (name === "SIGKILL") return 9;
  if (name === "SIGTERM") return 15;
  return name === "SIGINT" ? 2 : 0;
}
