// Mocha's spec report, and the result as JSON in the file that SLIPWAY_RESULT names, for the table at the end.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

/** Of one failure, in UTF-16 units. */
const MOST = 4_000;

class SpecAndResult extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    const failures = [];
    runner.on("fail", (test, error) => failures.push({ test, error }));
    runner.once("end", () => {
      const file = process.env.SLIPWAY_RESULT;
      if (!file) return;
      // Hooks that ran after the failure may have said more of it.
      const texts = failures.map(
        ({ test, error }) => `${test.fullTitle()}: ${String(error?.message ?? error).slice(0, MOST)}`,
      );
      const { passes = 0, failures: failed = 0, pending = 0 } = runner.stats ?? {};
      writeFileSync(
        file,
        JSON.stringify({ passed: passes, failed, skipped: pending, skippedTitles: skipped, failures: texts }),
      );
    });
  }
}

module.exports = SpecAndResult;
