// `slipway sandbox`: it starts, says how to use it, and leaves nothing behind.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { commandLine } from "../../src/cli/commandLine.ts";
import type { World } from "../../src/cli/world.ts";

function worldOf(workingDirectory: string) {
  const stop = new AbortController();
  let wake: (text: string) => void = () => {};
  const said = new Promise<string>((resolve) => {
    wake = resolve;
  });
  const errors: string[] = [];
  const world: World = {
    out: (text) => wake(text),
    error: (text) => void errors.push(text),
    readInput: async () => new Uint8Array(0),
    colour: false,
    terminal: false,
    workingDirectory,
    environment: {},
    version: "0.0.0",
    rules: [],
    signal: stop.signal,
  };
  return { world, stop, said, errors };
}

describe("slipway sandbox", () => {
  it("answers until it is interrupted, and takes its kubeconfig away", async () => {
    const { world, stop, said } = worldOf(tmpdir());
    const ended = commandLine(["sandbox"], world);
    const text = await said;
    const [, url = ""] = /answers at (http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
    const [, file = ""] = /export KUBECONFIG=(\S+)/.exec(text) ?? [];
    assert.match(await readFile(file, "utf8"), new RegExp(`server: ${url}\n`));
    assert.equal(await (await fetch(`${url}/readyz`)).text(), "ok");
    stop.abort();
    assert.equal(await ended, 0);
    assert.ok(!existsSync(file));
    await assert.rejects(fetch(`${url}/readyz`));
  });

  it("writes its kubeconfig where it is told, but over no file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-cli-"));
    try {
      const first = worldOf(folder);
      const ended = commandLine(["sandbox", "--kubeconfig", "new"], first.world);
      await first.said;
      assert.match(await readFile(join(folder, "new"), "utf8"), /current-context: sandbox/);
      first.stop.abort();
      assert.equal(await ended, 0);
      await writeFile(join(folder, "mine"), "precious");
      const second = worldOf(folder);
      assert.equal(await commandLine(["sandbox", "--kubeconfig", "mine"], second.world), 2);
      assert.match(second.errors.join(""), /mine exists already: give --kubeconfig the name of a new file\./);
      assert.equal(await readFile(join(folder, "mine"), "utf8"), "precious");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("refuses a port that is none", async () => {
    const { world, errors } = worldOf(tmpdir());
    assert.equal(await commandLine(["sandbox", "--port", "many"], world), 2);
    assert.match(errors.join(""), /^slipway: --port takes a number up to 65535, not "many"\.\n$/);
  });
});
