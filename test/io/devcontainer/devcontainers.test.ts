// What the devcontainers command line is run with.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Devcontainers } from "../../../src/io/devcontainer/devcontainers.ts";
import { Processes } from "../../../src/io/process/processes.ts";

const guard = new URL("../../../src/io/process/endWithParent.ts", import.meta.url).pathname;

describe("the devcontainers command line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-devcontainers-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is compiled once for all launches, and says nothing of that to what it starts", async () => {
    const program = join(folder, "program.js");
    const compiled = join(folder, "compiled");
    writeFileSync(program, `console.log(JSON.stringify(process.env.NODE_COMPILE_CACHE ?? "not said"))`);
    const lines: string[] = [];
    const tools = new Devcontainers(new Processes(silentLog), { program, guard, compiled });
    const { exitCode } = await tools.up([], (line) => void lines.push(line), never());
    assert.equal(exitCode, 0);
    assert.deepEqual(lines, ['"not said"']);
    const [version = ""] = readdirSync(compiled);
    assert.ok(readdirSync(join(compiled, version)).length > 0, "nothing was kept");
  });
});
