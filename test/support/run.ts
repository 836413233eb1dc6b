// What one run of the engines makes and takes down again: a temporary folder, processes, cgroups, mounts, a bridge.
//
// However the run ends (its end, an error, Ctrl-C, a signal), everything goes. Only a hard kill of the run itself
// leaves something: the processes die with it (the kernel's parent-death signal), and the next run on the machine
// sweeps the folder, the mounts and the cgroups, which carry the dead run's process id in their names.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  endCgroupProcesses,
  endProcesses,
  findEngineProcesses,
  isProcessAlive,
  removeCgroups,
  removeHostNames,
  removeNetwork,
  unmountUnder,
} from "./cleanup.ts";
import { findProgram } from "./command.ts";

export type StartOptions = {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** How it is ended: SIGTERM, or SIGKILL for what has nothing to take down and would only take its time. */
  endSignal?: NodeJS.Signals;
};

export type Running = {
  readonly name: string;
  readonly processId: number;
  readonly logPath: string;
  isAlive(): boolean;
  /** The end of what it wrote, for messages. */
  log(): string;
  /** Ends it by its id: the signal, after a while SIGKILL; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
};

export type Run = {
  readonly folder: string;
  /** A name that no other run has, for cgroups and network links; at most 14 characters. */
  readonly id: string;
  start(name: string, command: string, args: readonly string[], options?: StartOptions): Running;
  /** What else to take down; called in the reverse order, when the run's processes are gone; must not wait. */
  atEnd(takeDown: () => void): void;
  /** Ends everything; may be called twice. */
  end(): Promise<void>;
};

const folderPrefix = "slipway-run-";
const openRuns = new Set<() => void>();
let watching = false;

/** Begins a run with a folder of its own. */
export function beginRun(): Run {
  sweepDeadRuns();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  mkdirSync(join(folder, "logs"));
  const id = runId(folder, process.pid);
  const children = new Map<number, Running>();
  const takeDowns: (() => void)[] = [];
  let ended = false;

  const endNow = (): void => {
    if (ended) return;
    ended = true;
    openRuns.delete(endNow);
    // What runs in containers first, then the shims above it; those twice, because one that is being ended can
    // start one more process in between.
    endProcesses([...children.keys()], 5_000);
    attempt(() => endCgroupProcesses(id));
    for (let round = 0; round < 2; round += 1) endProcesses(findEngineProcesses(folder), 200);
    for (const takeDown of takeDowns.reverse()) attempt(takeDown);
    removeTraces(folder, id);
  };
  openRuns.add(endNow);
  watchForTheEnd();

  return {
    folder,
    id,
    start(name, command, args, options = {}) {
      if (ended) throw new Error(`the run has ended; ${name} is not started`);
      const running = startProcess(folder, name, command, args, options);
      children.set(running.processId, running);
      return running;
    },
    atEnd(takeDown) {
      takeDowns.push(takeDown);
    },
    async end() {
      if (ended) return;
      // The last started is the first to go, so that nobody is left talking to what is gone; first in good order
      // and without blocking this process, then whatever is left.
      for (const running of [...children.values()].reverse()) await running.end();
      endNow();
    },
  };
}

function startProcess(
  folder: string,
  name: string,
  command: string,
  args: readonly string[],
  options: StartOptions,
): Running {
  const logPath = join(folder, "logs", `${name}.log`);
  const log = openSync(logPath, "a");
  // The kernel ends the process when this one dies without having had the chance to.
  const guard = findProgram("setpriv");
  const line = guard ? [guard, "--pdeathsig", "KILL", command, ...args] : [command, ...args];
  const child: ChildProcess = spawn(line[0] ?? command, line.slice(1), {
    cwd: options.cwd ?? folder,
    env: options.env ?? process.env,
    // A group of its own: Ctrl-C reaches only this process, which then ends the others in good order.
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.on("error", () => {});
  const processId = child.pid;
  if (processId === undefined) throw new Error(`${command} could not be started`);
  const exited = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return {
    name,
    processId,
    logPath,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => readFileSync(logPath, "utf8").slice(-3_000),
    async end(signal = options.endSignal ?? "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const hard = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await exited;
      clearTimeout(hard);
    },
  };
}

function runId(folder: string, owner: number): string {
  // Letters and digits only: it becomes part of the names of network links (15 characters at most) and cgroups.
  const random = basename(folder)
    .slice(-6)
    .replace(/[^A-Za-z0-9]/g, "x");
  return `slip${owner % 10_000}${random}`.slice(0, 14).toLowerCase();
}

function removeTraces(folder: string, id: string): void {
  attempt(() => unmountUnder(folder));
  attempt(() => removeCgroups(id));
  attempt(() => removeNetwork(id));
  attempt(() => removeHostNames(id));
  if (process.env["SLIPWAY_KEEP_RUN"]) return;
  attempt(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

/** Removes what runs left behind that were killed hard. */
function sweepDeadRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, owner] = /^slipway-run-(\d+)-/.exec(name) ?? [];
    if (!owner || isProcessAlive(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    const id = runId(folder, Number(owner));
    attempt(() => endCgroupProcesses(id));
    attempt(() => endProcesses(findEngineProcesses(folder), 200));
    removeTraces(folder, id);
  }
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // One thing that can't be taken down must not keep the others.
  }
}

function watchForTheEnd(): void {
  if (watching) return;
  watching = true;
  const endAll = (): void => {
    for (const endNow of openRuns) endNow();
  };
  process.on("exit", endAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      endAll();
      process.exit(signal === "SIGINT" ? 130 : 143);
    });
  }
}
