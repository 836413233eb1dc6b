// What the extension host calls: runs the suite in it and writes the result where the caller reads it.
import { appendFileSync, writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Nothing is printed in the host: the result file tells. */
class Quiet extends Mocha.reporters.Base {}

export interface HostResult {
  tests: { title: string; state: "passed" | "failed" | "pending"; error?: string; ms: number }[];
  /** Lines that the tests want to be seen, such as the host's Node version. */
  lines: string[];
}

/** The contract of @vscode/test-electron: rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000 });
  mocha.suite.emit("pre-require", globalThis as unknown as Mocha.MochaGlobals, "", mocha);
  if (process.env["SLIPWAY_HOST_TRUST"] === "untrusted") await import("./untrusted.ts");
  else {
    await import("./activation.ts");
    await import("./diagnostics.ts");
    await import("./workspace.ts");
    await import("./language.ts");
    await import("./cluster.ts");
    await import("./snippets.ts");
    await import("./views.ts");
    await import("./liveDocuments.ts");
    await import("./build.ts");
    await import("./devEnvironments.ts");
  }
  const file = process.env["SLIPWAY_HOST_RESULT"];
  const result: HostResult = { tests: [], lines: [`extension host: Node ${process.versions.node}`] };
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.reporter(Quiet).run(resolve);
    // Where the suite is not ended in time, whoever waits for it can say at which test it was.
    runner.on("test", (test) => file && appendFileSync(`${file}.begun`, `${test.fullTitle()}\n`));
    runner.on("test end", (test) => {
      const error = test.err as Error | undefined;
      result.tests.push({
        title: test.fullTitle(),
        state: test.state ?? "pending",
        ms: test.duration ?? 0,
        ...(error ? { error: error.stack ?? error.message } : {}),
      });
    });
    runner.on("fail", (test, error: Error) => {
      // A hook that fails ends its suite without a "test end".
      if (test.type !== "test") {
        result.tests.push({
          title: test.fullTitle(),
          state: "failed",
          ms: 0,
          error: error.stack ?? error.message,
        });
      }
    });
  });
  if (file) writeFileSync(file, JSON.stringify(result));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host`);
}
