// A worker for each rendering: its answer, its log, its end when nobody wants it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { isAbort, never } from "../../../src/base/signal.ts";
import { RenderThread } from "../../../src/io/render/renderThread.ts";
import { unitsOf } from "../../../src/io/render/units.ts";

const request = { unit: { kind: "chart", folder: "/chart" }, levels: {} } as const;

describe("RenderThread", () => {
  let folder = "";
  let lines: string[] = [];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-render-")));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function thread(source: string, timeoutMs?: number): RenderThread {
    const script = join(folder, "worker.cjs");
    writeFileSync(script, `const { parentPort, workerData } = require("node:worker_threads");\n${source}`);
    const say = (text: string) => void lines.push(text);
    return new RenderThread(script, "/schemas", { ...silentLog, info: say, warn: say }, timeoutMs);
  }

  it("gives the answer to what was asked, and passes on the log", async () => {
    const asked = thread(`
      parentPort.postMessage({ log: "run helm" });
      parentPort.postMessage({ answer: { kind: "missing", program: workerData.request.unit.folder } });`);
    assert.deepEqual(await asked.render(request, never()), { kind: "missing", program: "/chart" });
    assert.deepEqual(lines, ["run helm"]);
  });

  it("tells the worker to stop when nobody wants it, and waits for it", async () => {
    const stop = new AbortController();
    const asked = thread(`
      parentPort.postMessage({ log: "begun" });
      parentPort.once("message", () => {
        parentPort.postMessage({ log: "stopped" });
        parentPort.postMessage({ failed: "Cancelled" });
      });`);
    const rendering = asked.render(request, stop.signal);
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await assert.rejects(rendering, isAbort);
    assert.deepEqual(lines, ["begun", "stopped"]);
  });

  it("knows nothing of what takes too long or too much, and tells of a bug", async () => {
    const late = `parentPort.once("message", () => parentPort.postMessage({ failed: "Cancelled" }));`;
    assert.equal(await thread(late, 200).render(request, never()), undefined);
    assert.match(lines.join(), /took longer than 0\.2 s/);
    assert.equal(await thread("process.exit(1);").render(request, never()), undefined);
    await assert.rejects(thread(`throw new Error("on purpose");`).render(request, never()), /on purpose/);
    await assert.rejects(
      thread(`parentPort.postMessage({ failed: "a bug" });`).render(request, never()),
      /a bug/,
    );
  });

  it("finds the outermost chart of a file, and none for others", () => {
    const put = (name: string) => {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), "");
      return join(folder, name);
    };
    put("web/Chart.yaml");
    put("web/charts/db/Chart.yaml");
    put("web/examples/own/Chart.yaml");
    const found = (name: string) => unitsOf(put(name)).map((unit) => `${unit.kind} ${unit.folder}`);
    const web = `chart ${join(folder, "web")}`;
    assert.deepEqual(found("web/values.yaml"), [web]);
    assert.deepEqual(found("web/templates/deep/er/pod.yaml"), [web]);
    assert.deepEqual(found("web/charts/db/templates/db.yaml"), [web]);
    assert.deepEqual(found("web/examples/own/values.yaml"), [`chart ${join(folder, "web/examples/own")}`]);
    assert.deepEqual(found("other/pod.yaml"), []);
  });
});
