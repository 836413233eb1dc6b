// `npm test`: every suite whose engine is there or can be had, one after the other, and a table at the end.
// Names of suites as arguments run only those: `npm test -- unit docker`.
import { type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./sources.ts";
import { requireEngine } from "./support/availability.ts";
import { type Outcome, type Suite, suites } from "./suites.ts";

interface Result extends Outcome {
  suite: string;
  seconds: number;
  note: string;
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
  const chosen = suites.filter((suite) => wanted.length === 0 || wanted.includes(suite.name));
  const results: Result[] = [];
  for (const suite of chosen) results.push(await run(suite));
  report(results);
  process.exit(results.some((result) => result.failed > 0) ? 1 : 0);
}

async function run(suite: Suite): Promise<Result> {
  const started = Date.now();
  console.log(`\n== ${suite.name}: ${suite.about}`);
  const done = (outcome: Outcome, note = ""): Result => ({
    suite: suite.name,
    ...outcome,
    note,
    seconds: (Date.now() - started) / 1000,
  });
  for (const engine of suite.engines ?? []) {
    try {
      const found = await requireEngine(engine);
      if (found.available) continue;
      console.log(`skipped: ${found.reason}`);
      return done({ passed: 0, failed: 0, skipped: 1 }, found.reason);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      console.log(`FAILED: ${reason}`);
      return done({ passed: 0, failed: 1, skipped: 0 }, reason);
    }
  }
  if (suite.command) {
    const ok = (await execute(suite.command)) === 0;
    return done({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
  }
  if (suite.before && (await execute(suite.before)) !== 0) {
    return done({ passed: 0, failed: 1, skipped: 0 }, `${suite.before.join(" ")} failed`);
  }
  return mocha(suite, done);
}

async function mocha(suite: Suite, done: (outcome: Outcome, note?: string) => Result): Promise<Result> {
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
        ...(suite.files ?? []),
      ],
      { SLIPWAY_RESULT: resultFile },
      () => existsSync(resultFile),
    );
    const outcome = JSON.parse(readFileSync(resultFile, "utf8")) as Outcome & { skippedTitles: string[] };
    // A crash after the last test must not count as a pass.
    const failed = outcome.failed === 0 && code !== 0 ? 1 : outcome.failed;
    return done(
      { passed: outcome.passed, failed, skipped: outcome.skipped },
      outcome.skippedTitles.slice(0, 3).join("; "),
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
  argv: string[],
  env: Record<string, string> = {},
  isDone: () => boolean = () => false,
): Promise<number> {
  const [command = "", ...args] = argv;
  const options: SpawnOptions = {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    const stop = () => child.kill("SIGINT");
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    let doneMs: number | undefined;
    const looking = setInterval(() => {
      if (!isDone()) return;
      doneMs ??= Date.now();
      if (Date.now() - doneMs < LINGER_MS) return;
      console.log(
        `FAILED: it has not ended ${LINGER_MS / 1000} s after its last test: a test left something open.`,
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
      console.error(error.message);
      end(1);
    });
    child.on("exit", (code) => end(code ?? 1));
  });
}

function report(results: Result[]): void {
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
