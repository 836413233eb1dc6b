// A command in a container by our own exec: what it says, how it ends, and that it ends with its signal.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { type Client, openSandbox } from "./support.ts";

describe("a command in a container", function () {
  this.timeout(20_000);
  let client: Client;
  let connection: Connection;
  let folder = "";
  let said: { output: string; errors: string };
  let heard: () => void;

  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-exec-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    const clusters = new KubeClusters(() => [path], systemClock, silentLog);
    await clusters.load();
    connection = await clusters.connect("sandbox");
    said = { output: "", errors: "" };
    heard = () => {};
  });
  afterEach(async () => {
    connection.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (command: string[], signal = never(), pod = "notebook-0", container = "notebook") =>
    connection.execute(
      { namespace: "ml", pod, container, command },
      {
        output: (bytes) => {
          said.output += Buffer.from(bytes).toString();
          heard();
        },
        errors: (bytes) => void (said.errors += Buffer.from(bytes).toString()),
      },
      signal,
    );

  it("says what it says on both channels, and its exit code", async () => {
    const execution = await run(["sh", "-c", "echo out; ls /nowhere; exit 3"]);
    assert.deepEqual(await execution.done, { kind: "exited", exitCode: 3 });
    assert.equal(said.output, "out\n");
    assert.match(said.errors, /cannot access '\/nowhere'/);
  });

  it("reads what it is sent", async () => {
    const execution = await run(["sh", "-c", "while read -r line; do echo got $line; done"]);
    const answered = new Promise<void>((resolve) => {
      heard = () => {
        if (said.output.includes("got it\n")) resolve();
      };
    });
    execution.write("it\n");
    await answered;
  });

  it("that can't be started says why", async () => {
    const execution = await run(["no-such-program"]);
    const end = await execution.done;
    assert.match(end.kind === "failed" ? end.why : "", /executable file not found/);
  });

  it("ends with its signal, quietly", async () => {
    const stop = new AbortController();
    const execution = await run(["sleep", "1000"], stop.signal);
    stop.abort();
    await assert.rejects(execution.done, isAbort);
  });

  it("ends with the connection, and says when its way was cut", async () => {
    const first = await run(["sleep", "1000"]);
    client.sandbox.faults.reset("exec");
    assert.equal((await first.done).kind, "failed");
    const second = await run(["sleep", "1000"]);
    connection.dispose();
    await assert.rejects(second.done, isAbort);
  });

  it("that may not be run is a sentence", async () => {
    client.sandbox.faults.fail({ path: /\/exec\?/, status: 403, reason: "Forbidden" });
    await assert.rejects(
      run(["true"]),
      (error) => Trouble.is(error, "denied") && /run a command in pod notebook-0/.test(error.text),
    );
    await assert.rejects(run(["true"], never(), "../../secrets"), (error) => Trouble.is(error));
  });
});
