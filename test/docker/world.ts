// What the tests in this folder share: one real engine for all files, and the app's jobs and stores on it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, type Context } from "mocha";
import { Builds } from "../../src/app/jobs/build.ts";
import { Containers } from "../../src/app/stores/containers.ts";
import { Problems } from "../../src/app/stores/problems.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Event } from "../../src/base/event.ts";
import { causeText, type Log } from "../../src/base/log.ts";
import { DockerBuilder } from "../../src/io/docker/builder.ts";
import { Engine } from "../../src/io/docker/engine.ts";
import { Registry } from "../../src/io/docker/registry.ts";
import { Processes } from "../../src/io/process/processes.ts";
import { requireEngine } from "../support/availability.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";

export interface World {
  docker: DockerEngine;
  engine: Engine;
  registry: Registry;
  builds: Builds;
  containers: Containers;
  problems: Problems;
  /** Everything that was logged. */
  log: string[];
  dispose(): void;
}

let shared: Promise<DockerEngine> | undefined;

after(async function () {
  this.timeout(60_000);
  await (await shared)?.stop();
});

/** The engine that all files share; skips the suite with the reason when there can be none. */
export async function sharedDocker(test: Context): Promise<DockerEngine> {
  const availability = await requireEngine("docker");
  if (!availability.available) {
    test.skip();
  }
  shared ??= startDocker({ gpu: "cdi", gpus: 2 });
  return shared;
}

/** @param environment replaces what clients of this engine are given. */
export function worldOn(docker: DockerEngine, environment: NodeJS.ProcessEnv = docker.env): World {
  const lines: string[] = [];
  const write = (text: string, cause?: unknown) =>
    void lines.push(cause === undefined ? text : `${text}: ${causeText(cause)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const processes = new Processes(log, () => environment);
  const engine = new Engine(() => environment);
  const registry = new Registry(processes);
  const problems = new Problems();
  const containers = new Containers(engine, registry, systemClock, log);
  return {
    docker,
    engine,
    registry,
    builds: new Builds(new DockerBuilder(processes, engine), problems, systemClock, log),
    containers,
    problems,
    log: lines,
    dispose() {
      containers.dispose();
      engine.dispose();
    },
  };
}

/** A folder with the given files, removed after the test run. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-context-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Watched {
  steps: { text: string; fraction: number | undefined }[];
  lines: string[];
  step(text: string, fraction: number | undefined): void;
  log(line: string): void;
  /** Resolves with the first line that fits, also one of before. */
  line(fits: RegExp): Promise<string>;
}

/** Watches a build and lets a test wait for what it prints. */
export function watch(): Watched {
  const waiting: { fits: RegExp; resolve(line: string): void }[] = [];
  const watched: Watched = {
    steps: [],
    lines: [],
    step: (text, fraction) => void watched.steps.push({ text, fraction }),
    log(line) {
      watched.lines.push(line);
      for (const one of waiting) if (one.fits.test(line)) one.resolve(line);
    },
    line(fits) {
      const known = watched.lines.find((line) => fits.test(line));
      return known !== undefined
        ? Promise.resolve(known)
        : new Promise((resolve) => waiting.push({ fits, resolve }));
    },
  };
  return watched;
}

/** Waits until `done` holds, looking again each time `changed` fires; fails with `what` after the limit. */
export function until(
  what: string,
  changed: Event<unknown>,
  done: () => boolean,
  limitMs = 20_000,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (done()) return resolve();
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error(`After ${limitMs} ms still not: ${what}`));
    }, limitMs);
    const listener = changed(() => {
      if (!done()) return;
      clearTimeout(timer);
      listener.dispose();
      resolve();
    });
  });
}
