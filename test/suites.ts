// The suites of `npm test` in their order: the quick ones first, and what mostly waits beside what mostly works.
import { join } from "node:path";
import { root } from "./sources.ts";
import type { Engine } from "./support/availability.ts";

export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Suite {
  name: string;
  about: string;
  engines?: Engine[];
  /** Its tests use the image with Python: made first where it can be, for minutes, so that none of them waits for that. */
  usesPython?: true;
  /** A command that is the whole suite: passed when it exits with 0. */
  command?: readonly string[];
  /** Needs what the suite `build` makes; where that has not run, it is built first. */
  needsBuild?: true;
  /** Files that mocha runs. */
  files?: string[];
  timeoutMs?: number;
  /** Its files run in two processes: none of them may share anything with another. */
  isParallel?: true;
}

const tool = (name: string) => join(root, "node_modules", ".bin", name);
export const build: readonly string[] = [process.execPath, join(root, "esbuild.js")];

/**
 * Stages, one after the other. Each has lanes that run beside each other, because most suites mostly wait; a lane has
 * suites, one after the other.
 */
export const stages: readonly (readonly (readonly Suite[])[])[] = [
  [
    [
      { name: "types", about: "the compiler, over every runtime", command: [tool("tsc"), "-b"] },
      {
        name: "lint",
        about: "linter and formatter",
        command: [process.execPath, join(root, "scripts", "lint.ts")],
      },
      { name: "build", about: "what runs can be bundled", command: build },
    ],
  ],
  [
    [
      {
        name: "cluster",
        about: "explorer on a real control plane and node",
        engines: ["cluster"],
        usesPython: true,
        files: ["test/cluster/**/*.test.ts"],
        timeoutMs: 180_000,
      },
    ],
    [
      {
        name: "sandbox",
        about: "the sandbox cluster, under our client and a real kubectl",
        files: ["test/sandbox/**/*.test.ts"],
        timeoutMs: 20_000,
      },
      {
        name: "launch",
        about: "dev containers on a real engine, with a real Jupyter",
        engines: ["docker"],
        usesPython: true,
        files: ["test/launch/**/*.test.ts"],
        timeoutMs: 180_000,
      },
      {
        name: "docker",
        about: "builds, containers and GPUs on a real engine",
        engines: ["docker"],
        files: ["test/docker/**/*.test.ts"],
        timeoutMs: 180_000,
      },
      {
        name: "operators",
        about: "kinds of ML on a real cluster with the controllers that act on them",
        engines: ["cluster"],
        files: ["test/operators/**/*.test.ts"],
        timeoutMs: 180_000,
      },
      {
        name: "helm",
        about: "charts and kustomizations, rendered by a real helm and kustomize",
        files: ["test/helm/**/*.test.ts"],
        timeoutMs: 60_000,
      },
      {
        name: "cli",
        about: "the command line, in this process and as a program",
        needsBuild: true,
        files: ["test/cli/**/*.test.ts"],
        timeoutMs: 20_000,
      },
    ],
    [
      {
        name: "unit",
        about: "walls, and everything pure",
        files: ["test/*.test.ts", "test/{base,core,protocol,app,manifest}/**/!(*.hostile).test.ts"],
        isParallel: true,
        timeoutMs: 20_000,
      },
      {
        name: "integration",
        about: "parts together, over real sockets, files and processes, and what is made to hurt",
        files: ["test/{ui,io,support}/**/*.test.ts", "test/core/**/*.hostile.test.ts"],
        isParallel: true,
        timeoutMs: 20_000,
      },
      {
        name: "host",
        about: "the extension in a real extension host",
        engines: ["vscode"],
        needsBuild: true,
        usesPython: true,
        files: ["test/host/host.test.ts"],
        timeoutMs: 400_000,
      },
      {
        name: "window",
        about: "the window, driven as a person would, on the real engines",
        engines: ["vscode", "docker", "cluster"],
        needsBuild: true,
        usesPython: true,
        files: ["test/window/**/*.test.ts"],
        timeoutMs: 300_000,
      },
    ],
  ],
];

export const suites: readonly Suite[] = stages.flat(2);
