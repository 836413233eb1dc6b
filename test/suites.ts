// The suites of `npm test` in their order: the quick ones first.
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
  /** A command that is the whole suite: passed when it exits with 0. */
  command?: string[];
  /** A command that must succeed first. */
  before?: string[];
  /** Files that mocha runs. */
  files?: string[];
  timeoutMs?: number;
}

const tool = (name: string) => join(root, "node_modules", ".bin", name);
const build = [process.execPath, join(root, "esbuild.js")];

export const suites: Suite[] = [
  { name: "types", about: "the compiler, over every runtime", command: [tool("tsc"), "-b"] },
  {
    name: "lint",
    about: "linter and formatter",
    command: [process.execPath, join(root, "scripts", "lint.ts")],
  },
  { name: "build", about: "what runs can be bundled", command: build },
  {
    name: "unit",
    about: "walls, and everything that needs no engine",
    files: ["test/*.test.ts", "test/{base,core,protocol,app,ui,io,cli,manifest,support}/**/*.test.ts"],
  },
  {
    name: "sandbox",
    about: "the sandbox cluster, under our client and a real kubectl",
    files: ["test/sandbox/**/*.test.ts"],
    timeoutMs: 20_000,
  },
  {
    name: "docker",
    about: "builds, containers and GPUs on a real engine",
    engines: ["docker"],
    files: ["test/docker/**/*.test.ts"],
    timeoutMs: 180_000,
  },
  {
    name: "cluster",
    about: "explorer on a real control plane and node",
    engines: ["cluster"],
    files: ["test/cluster/**/*.test.ts"],
    timeoutMs: 180_000,
  },
  {
    name: "host",
    about: "the extension in a real extension host",
    engines: ["vscode"],
    before: build,
    files: ["test/host/host.test.ts"],
    timeoutMs: 240_000,
  },
  {
    name: "window",
    about: "the window, driven as a person would, on the real engines",
    engines: ["vscode", "docker", "cluster"],
    before: build,
    files: ["test/window/**/*.test.ts"],
    timeoutMs: 300_000,
  },
];
