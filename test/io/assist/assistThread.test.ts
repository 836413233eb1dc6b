// Hovers and completions from their worker thread, with real worker threads.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "mocha";
import { AssistThread } from "../../../src/io/assist/assistThread.ts";
import { schemasPath } from "../../schemas.ts";
import { root } from "../../sources.ts";

const worker = join(root, "src", "io", "assist", "worker.ts");
const text = "apiVersion: v1\nkind: Pod\nspec:\n  restartPolicy: \n";
const place = { path: "/a.yaml", text, offset: text.indexOf("restartPolicy") };

describe("AssistThread", () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  function thread(script: string, timeoutMs?: number): AssistThread {
    const made = new AssistThread(script, { schemasPath }, timeoutMs);
    ends.push(() => made.dispose());
    return made;
  }

  function scripted(source: string): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-worker-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "worker.cjs");
    writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${source}`);
    return path;
  }

  it("answers several questions at once, in the version that is asked for", async () => {
    const assist = thread(worker);
    const value = text.indexOf(": \n", place.offset) + 2;
    const [old, hover, completions, nothing] = await Promise.all([
      assist.hover({ ...place, kubernetesVersion: "1.25" }),
      assist.hover(place),
      assist.completions({ ...place, offset: value }),
      assist.hover({ ...place, offset: 0 }),
    ]);
    assert.match(old?.text ?? "", /Kubernetes 1\.25_$/);
    assert.match(hover?.text ?? "", /Kubernetes 1\.34_$/);
    assert.deepEqual(
      completions?.items.map(({ label }) => label),
      ["Always", "Never", "OnFailure"],
    );
    assert.match(nothing?.text ?? "", /^\*\*apiVersion\*\*/);
  });

  it("answers nothing instead of waiting, and works again after that", async () => {
    const assist = thread(
      scripted(`parentPort.on("message", ({ id, path }) => {
        if (path === "hang") for (;;);
        if (path === "end") process.exit();
        parentPort.postMessage({ id, hover: { at: { start: 0, end: 0 }, text: "well" } });
      });`),
      1_500,
    );
    assert.equal(await assist.hover({ ...place, path: "hang" }), undefined);
    assert.equal((await assist.hover(place))?.text, "well");
    assert.equal(await assist.hover({ ...place, path: "end" }), undefined);
    assert.equal((await assist.hover(place))?.text, "well");
  });

  it("tells of a bug", async () => {
    const assist = thread(
      scripted(`parentPort.on("message", ({ id }) => parentPort.postMessage({ id, failed: "a bug" }));`),
    );
    await assert.rejects(assist.hover(place), /a bug/);
  });

  it("says nothing when it is over", async () => {
    const assist = thread(worker);
    await assist.dispose();
    assert.equal(await assist.hover(place), undefined);
  });
});
