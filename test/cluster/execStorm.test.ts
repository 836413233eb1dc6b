// Commands in a pod of a real cluster under load: terminals that change their size all the time, exit codes, and 100 MB
// of bytes that are no text.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, shellPod, type World, worldOn } from "./world.ts";

const space = "exec-storm";
const MEGABYTE = 1_000_000;
const BYTES = 100 * MEGABYTE;
/** What may be on its way: beyond it the writer waits. */
const MOST_WAITING = MEGABYTE;

describe("a command in a pod", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let world: World;
  const place = { namespace: space, pod: "box", container: "main" };

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    await cluster.apply(shellPod("box", space, "trap 'exit 0' TERM; sleep 100000 & wait"));
    await cluster.kubectl(`-n=${space}`, "wait", "pod/box", "--for=condition=Ready", "--timeout=60s");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world.dispose());

  it("has the last size of a terminal that is dragged to and fro, and its exact exit code", async () => {
    const { connection } = await world.store.open(cluster.context);
    let text = "";
    let look = () => {};
    const shown = (wanted: RegExp) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (wanted.test(text)) resolve();
        };
        look();
      });
    const sink = {
      output(bytes: Uint8Array) {
        text += Buffer.from(bytes).toString();
        look();
      },
      errors() {},
    };
    const shell = await connection.execute({ ...place, command: ["sh"], terminal: true }, sink, never());
    await shown(/# /);
    for (let step = 0; step < 2_000; step++) {
      shell.resize(40 + (step % 200), 10 + (step % 50));
      // Somebody types meanwhile.
      if (step % 100 === 0) shell.write(`echo typed-${step}-$((${step} + 1))\r`);
    }
    await shown(/typed-1900-1901/);
    for (let step = 0; step < 2_000; step += 100) assert.ok(text.includes(`typed-${step}-${step + 1}`));
    shell.resize(123, 45);
    // The node passes sizes on beside what is typed, and not in one order with it.
    const looking = setInterval(() => shell.write("stty size\r"), 200);
    await shown(/^45 123\r$/m);
    clearInterval(looking);
    shell.write("exit 37\r");
    assert.deepEqual(await shell.done, { kind: "exited", exitCode: 37 });
  });

  for (const exitCode of [0, 1, 126, 127, 255])
    it(`ends with ${exitCode} where the command does`, async () => {
      const { connection } = await world.store.open(cluster.context);
      const sink = { output() {}, errors() {} };
      const command = ["sh", "-c", `exit ${exitCode}`];
      const execution = await connection.execute({ ...place, command }, sink, never());
      assert.deepEqual(await execution.done, { kind: "exited", exitCode });
    });

  it("reads 100 MB of random bytes from us without losing one, and gives them back", async () => {
    const { connection } = await world.store.open(cluster.context);
    const sent = createHash("sha256");
    const came = createHash("sha256");
    let received = 0;
    let said = "";
    let drained = () => {};
    const sink = {
      output(bytes: Uint8Array) {
        came.update(bytes);
        received += bytes.length;
      },
      errors: (bytes: Uint8Array) => void (said += Buffer.from(bytes).toString()),
      drained: () => drained(),
    };
    const command = ["sh", "-c", "cat; exit 5"];
    const execution = await connection.execute({ ...place, command }, sink, never());
    const before = process.memoryUsage().rss;
    let mostRss = 0;
    let mostWaiting = 0;
    for (let left = BYTES; left > 0; left -= MEGABYTE / 10) {
      const bytes = randomBytes(MEGABYTE / 10);
      sent.update(bytes);
      execution.write(bytes);
      mostWaiting = Math.max(mostWaiting, execution.waiting);
      mostRss = Math.max(mostRss, process.memoryUsage().rss);
      while (execution.waiting > MOST_WAITING) await new Promise<void>((resolve) => (drained = resolve));
    }
    execution.endInput();
    assert.deepEqual(await execution.done, { kind: "exited", exitCode: 5 });
    assert.equal(received, BYTES);
    assert.equal(came.digest("hex"), sent.digest("hex"));
    assert.equal(said, "");
    const grownMiB = (mostRss - before) / 2 ** 20;
    console.log(
      `      at most ${(mostWaiting / MEGABYTE).toFixed(1)} MB on the way, ${grownMiB.toFixed(0)} MiB grown`,
    );
    assert.ok(mostWaiting < 2 * MOST_WAITING && grownMiB < 200);
  });
});
