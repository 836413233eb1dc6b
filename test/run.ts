// `npm test`: every suite whose engine is there or can be had, and a table at the end. Names of suites as arguments
// run only those: `npm test -- unit docker`. Of suites that run beside each other one is shown as it runs, and the
// others each at their end.
import { type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { text as collect } from "node:stream/consumers";
import { root } from "./sources.ts";
import { requireEngine } from "./support/availability.ts";
import { findPythonImage } from "./support/pythonImage.ts";
import { build, type Outcome, stages, type Suite, suites } from "./suites.ts";

interface Result extends Outcome {
  suite: string;
  seconds: number;
  note: string;
  /** What failed, and why: shown once more at the very end, where it is found. */
  failures?: string[];
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(
      `No suite is named ${unknown.join(", ")}. There are: ${suites.map((suite) => suite.name).join(", ")}.`,
    );
    process.exit(2);
  }
  const isChosen = ({ name }: Suite) => wanted.length === 0 || wanted.includes(name);
  const chosen = stages.map((lanes) =>
    lanes.map((lane) => lane.filter(isChosen)).filter((lane) => lane.length > 0),
  );
  // Lanes must not build at the same time, each under the feet of the other.
  const isBuilt = wanted.length === 0 || wanted.includes("build");
  if (!isBuilt && suites.some((suite) => suite.needsBuild && isChosen(suite))) {
    const built = await execute(build, process.stdout);
    if (built !== 0) process.exit(1);
  }
  const results: Result[] = [];
  for (const lanes of chosen) {
    const ends = lanes.map(async (lane, index) => {
      for (const suite of lane) results.push(await runShown(suite, index > 0));
    });
    await Promise.all(ends);
  }
  const order = suites.map(({ name }) => name);
  report(results.toSorted((one, other) => order.indexOf(one.suite) - order.indexOf(other.suite)));
  process.exit(results.some((result) => result.failed > 0) ? 1 : 0);
}

/** What the suite prints goes out as it comes, or all at its end when another is shown meanwhile. */
async function runShown(suite: Suite, isBeside: boolean): Promise<Result> {
  if (!isBeside) return run(suite, process.stdout);
  console.log(`(${suite.name} runs beside, and is shown when it is done)`);
  const output = new PassThrough();
  const text = collect(output);
  const result = await run(suite, output);
  output.end();
  process.stdout.write(await text);
  return result;
}

async function run(suite: Suite, output: Writable): Promise<Result> {
  const started = Date.now();
  const say = (line: string) => void output.write(`${line}\n`);
  say(`\n== ${suite.name}: ${suite.about}`);
  const done = (outcome: Outcome, note = "", failures: string[] = []): Result => ({
    suite: suite.name,
    ...outcome,
    note,
    failures,
    seconds: (Date.now() - started) / 1000,
  });
  for (const engine of suite.engines ?? []) {
    try {
      const found = await requireEngine(engine);
      if (found.available) continue;
      say(`skipped: ${found.reason}`);
      return done({ passed: 0, failed: 0, skipped: 1 }, found.reason);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`FAILED: ${reason}`);
      return done({ passed: 0, failed: 1, skipped: 0 }, reason);
    }
  }
  if (suite.usesPython) await findPythonImage();
  if (suite.command) {
    const ok = (await execute(suite.command, output)) === 0;
    return done({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
  }
  return mocha(suite, output, done);
}

async function mocha(
  suite: Suite,
  output: Writable,
  done: (outcome: Outcome, note?: string, failures?: string[]) => Result,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-result-"));
  const resultFile = join(folder, "result.json");
  try {
    const code = await execute(
      [
        process.execPath,
        join(root, "node_modules", "mocha", "bin", "mocha.js"),
        "--reporter",
        join(root, "test", "reporter.cjs"),
        "--timeout",
        String(suite.timeoutMs ?? 5_000),
        ...(suite.isParallel ? ["--parallel", "--jobs", "2"] : []),
        ...(suite.files ?? []),
      ],
      output,
      { SLIPWAY_RESULT: resultFile, NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compile") },
      () => existsSync(resultFile),
    );
    const outcome = JSON.parse(readFileSync(resultFile, "utf8")) as Outcome & {
      skippedTitles: string[];
      failures: string[];
    };
    // A crash after the last test must not count as a pass.
    const failed = outcome.failed === 0 && code !== 0 ? 1 : outcome.failed;
    return done(
      { passed: outcome.passed, failed, skipped: outcome.skipped },
      outcome.skippedTitles.slice(0, 3).join("; "),
      outcome.failures,
    );
  } catch (error) {
    return done(
      { passed: 0, failed: 1, skipped: 0 },
      `no result: ${error instanceof Error ? error.message : ""}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** After its last test a suite may take so long to take its engines down. */
const LINGER_MS = 90_000;

/**
 * Runs a command of the project with its output shown; ends it when this process is ended, and when it goes on long
 * after `isDone`, because something that a test left open keeps it.
 */
function execute(
  argv: readonly string[],
  output: Writable,
  env: Record<string, string> = {},
  isDone: () => boolean = () => false,
): Promise<number> {
  const [command = "", ...args] = argv;
  const options: SpawnOptions = {
    cwd: root,
    stdio: output === process.stdout ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    const stop = () => child.kill("SIGINT");
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    let exitCode = 1;
    let doneMs: number | undefined;
    const looking = setInterval(() => {
      if (!isDone()) return;
      doneMs ??= Date.now();
      if (Date.now() - doneMs < LINGER_MS) return;
      output.write(
        `FAILED: it has not ended ${LINGER_MS / 1000} s after its last test: a test left something open.\n`,
      );
      child.kill("SIGTERM");
    }, 1_000);
    const end = (code: number) => {
      clearInterval(looking);
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve(code);
    };
    child.on("error", (error) => {
      output.write(`${error.message}\n`);
      end(1);
    });
    child.on("exit", (code) => void (exitCode = code ?? 1));
    // A daemon that a test left behind may hold the output open: then the end is not waited for.
    child.on("exit", () => setTimeout(() => end(exitCode), 2_000).unref());
    child.on("close", () => end(exitCode));
  });
}

function report(results: Result[]): void {
  for (const { suite, failures = [] } of results) {
    for (const failure of failures) console.log(`\nFAILED in ${suite}: ${failure}`);
  }
  console.log(
    `\n${"suite".padEnd(14)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}${"seconds".padStart(9)}`,
  );
  for (const { suite, passed, failed, skipped, seconds, note } of results) {
    const counts = `${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}`;
    console.log(
      `${suite.padEnd(14)}${counts}${seconds.toFixed(1).padStart(9)}  ${note.split("\n")[0]?.slice(0, 120) ?? ""}`,
    );
  }
  const sum = (pick: (result: Result) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  console.log(
    `\n${sum((result) => result.passed)} passed, ${sum((result) => result.failed)} failed, ${sum((result) => result.skipped)} skipped`,
  );
}

await main();
