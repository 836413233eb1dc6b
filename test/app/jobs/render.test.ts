// When charts are rendered, and how long their findings stand.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { type RenderAnswer, type Renderer, Renders } from "../../../src/app/jobs/render.ts";
import { Problems } from "../../../src/app/stores/problems.ts";
import { silentLog } from "../../../src/base/log.ts";
import { abortError, type Signal } from "../../../src/base/signal.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { manualClock } from "../../manualClock.ts";

const start = { line: 0, column: 0 };
const finding = (message: string): Finding => {
  return { rule: "GPU003", severity: "error", range: { start, end: start }, message, fixes: [] };
};
const found = (message: string, path = "/web/templates/a.yaml"): RenderAnswer => {
  return { kind: "rendered", findings: [[path, [finding(message)]]], sources: ["/web"] };
};

describe("Renders", () => {
  let clock = manualClock();
  let problems = new Problems();
  let asked: { folder: string; signal: Signal; answer: (answer: RenderAnswer | undefined) => void }[] = [];
  let lines: string[] = [];
  beforeEach(() => {
    [clock, problems, asked, lines] = [manualClock(), new Problems(), [], []];
  });

  function renders(): Renders {
    const renderer: Renderer = {
      unitsOf: async (path) =>
        path.startsWith("/web/") || path.startsWith("/db/")
          ? [{ kind: "chart", folder: path.slice(0, path.indexOf("/", 1)) }]
          : [],
      render: ({ unit }, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(abortError()));
          asked.push({ folder: unit.folder, signal, answer: resolve });
        }),
    };
    const log = { ...silentLog, info: (text: string) => void lines.push(text) };
    return new Renders(renderer, problems, clock, log);
  }
  const settings = { levels: {} };
  const said = (path = "/web/templates/a.yaml") => problems.get(path).map(({ message }) => message);
  /** Answers the last one, and waits until that is known. */
  async function answer(given: RenderAnswer | undefined): Promise<void> {
    asked.at(-1)?.answer(given);
    await new Promise((resolve) => setImmediate(resolve));
  }

  it("renders a chart once for all files that are opened, and again when one is saved", async () => {
    const job = renders();
    for (const path of ["/web/templates/a.yaml", "/web/values.yaml", "/other.yaml"])
      await job.opened(path, settings);
    clock.advance(1_000);
    assert.deepEqual(
      asked.map(({ folder }) => folder),
      ["/web"],
    );
    await answer(found("one"));
    assert.deepEqual(said(), ["one"]);
    await job.opened("/web/Chart.yaml", settings);
    clock.advance(1_000);
    assert.equal(asked.length, 1, "nothing was saved since");
    await job.saved("/web/values.yaml", settings);
    clock.advance(1_000);
    await answer(found("two", "/web/templates/b.yaml"));
    assert.deepEqual([said(), said("/web/templates/b.yaml")], [[], ["two"]]);
  });

  it("does not render while somebody types, and takes away what spoke of the text before", async () => {
    const job = renders();
    await job.opened("/web/templates/a.yaml", settings);
    clock.advance(1_000);
    await answer(found("one"));
    job.edited("/web/templates/a.yaml");
    assert.deepEqual(said(), []);
    clock.advance(10_000);
    assert.equal(asked.length, 1);
  });

  it("cancels an older rendering, and believes the newest only", async () => {
    const job = renders();
    await job.opened("/web/a.yaml", settings);
    clock.advance(1_000);
    await job.saved("/web/a.yaml", settings);
    clock.advance(1_000);
    assert.equal(asked[0]?.signal.aborted, true);
    await answer(found("two"));
    asked[0]?.answer(found("one"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(said(), ["two"]);
    job.dispose();
  });

  it("says once that there is no helm, in the log", async () => {
    const job = renders();
    for (const path of ["/web/a.yaml", "/db/a.yaml"]) {
      await job.opened(path, settings);
      clock.advance(1_000);
      await answer({ kind: "missing", program: "helm" });
    }
    assert.deepEqual(lines, ["There is no helm in PATH: of charts only what needs no rendering is checked."]);
  });
});
