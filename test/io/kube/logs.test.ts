// Following a log through what a kubelet says while a container starts, starts again, and goes.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { mock } from "node:test";
import { after, before, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Credentials } from "../../../src/io/kube/credentials.ts";
import { LogFollower, type LogPlace } from "../../../src/io/kube/logs.ts";
import { Transport } from "../../../src/io/kube/transport.ts";
import { FakeApiServer, fakePod, sendStatus } from "./fakeApiServer.ts";
import { hurriedClock, targetOf } from "./watching.ts";

/** What the kubelet answers to one request for the log. */
type Answer =
  | string
  | { status: number; message: string }
  /** The connection is reset after this text. */
  | { cutAfter: string };

describe("following a log", () => {
  const server = new FakeApiServer();
  let transport: Transport;
  before(async () => {
    await server.start();
    transport = new Transport(server.url, new Credentials(targetOf(server.url), silentLog), hurriedClock);
  });
  after(async () => {
    transport.dispose();
    await server.stop();
  });
  beforeEach(() => server.put(fakePod("train")));

  /** Follows to the end while the kubelet gives one answer after the other; the pod is gone after the last one. */
  async function followed(answers: Answer[], more: Partial<LogPlace> = {}): Promise<string[]> {
    const lines: string[] = [];
    const left = [...answers];
    server.fault = (request, response) => {
      if (!request.path.endsWith("/log")) return false;
      const answer = left.shift();
      if (answer === undefined) {
        server.remove("Pod", "ml", "train");
        sendStatus(response, 404, "NotFound", 'pods "train" not found');
      } else if (typeof answer === "string") response.end(answer);
      else if ("cutAfter" in answer)
        // Only after it was read, or the reset overtakes it.
        response.write(answer.cutAfter, () => setImmediate(() => response.destroy()));
      else sendStatus(response, answer.status, "BadRequest", answer.message);
      return true;
    };
    const place = { namespace: "ml", pod: "train", container: "main", ...more };
    const sink = {
      line: (text: string) => void lines.push(text),
      note: (text: string) => void lines.push(`note: ${text}`),
    };
    await new LogFollower(transport, hurriedClock, () => 0.5, place, sink).follow({ tailLines: 10 }, never());
    return lines;
  }

  const first = "2026-11-27T01:00:00.1Z one\n";
  const second = "2026-11-27T01:00:00.2Z two\n";

  for (const [status, message] of [
    [400, 'container "main" in pod "train" is waiting to start: CrashLoopBackOff'],
    [400, 'container "main" in pod "train" is not available'],
    [400, 'container "main" in pod "train" is terminated'],
    [404, "the server could not find the requested resource ( pods/log train)"],
  ] as const) {
    it(`goes on after a restarting container was refused with: ${message}`, async () => {
      const lines = await followed([first, { status, message }, first + second]);
      assert.deepEqual(
        lines.filter((line) => !/not started yet/.test(line)),
        ["one", "two", "note: The pod is gone."],
      );
    });
  }

  const gap =
    "note: Lines may be missing here: while the connection was cut, the node began a new file of this log or started the container again.";
  /** A generator that numbers its lines, ten a second. */
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => {
      const tenths = from + index;
      return `2026-11-27T01:00:${String(Math.floor(tenths / 10)).padStart(2, "0")}.${tenths % 10}Z line ${tenths}\n`;
    }).join("");
  const shownNumbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

  it("goes on after a cut in the same file without a gap, and loses and doubles nothing", async () => {
    const lines = await followed([
      { cutAfter: numbered(1, 25) },
      { cutAfter: numbered(20, 31) },
      numbered(30, 40),
    ]);
    assert.deepEqual(lines, [...shownNumbers(1, 40), "note: The pod is gone."]);
  });

  it("marks the gap where the file was rotated, or the container started again, while it was cut", async () => {
    const lines = await followed([{ cutAfter: numbered(1, 25) }, numbered(47, 50)]);
    assert.deepEqual(lines, [...shownNumbers(1, 25), gap, ...shownNumbers(47, 50), "note: The pod is gone."]);
  });

  it("marks no gap where the new file begins with what was read last", async () => {
    const lines = await followed([{ cutAfter: numbered(1, 25) }, numbered(24, 30)]);
    assert.deepEqual(lines, [...shownNumbers(1, 30), "note: The pod is gone."]);
  });

  it("says where the next run begins, of which nothing is missing", async () => {
    const lines = await followed([numbered(1, 25), numbered(47, 50)]);
    assert.deepEqual(lines, [
      ...shownNumbers(1, 25),
      "note: Container main has started again.",
      ...shownNumbers(47, 50),
      "note: The pod is gone.",
    ]);
  });

  it("shows a line without end in pieces, and goes on after it", async () => {
    const endless = "2026-11-27T01:00:00.1Z ".concat("\rstep".repeat(4 * 1024 * 1024));
    const lines = await followed([`${endless}\n2026-11-27T01:00:00.2Z two\n`]);
    const shown = lines.filter((line) => !line.startsWith("note: "));
    assert.equal(shown.at(-1), "two");
    const pieces = shown.slice(0, -1);
    assert.ok(pieces.length > 10 && pieces.every(({ length }) => length < 3 * 1024 * 1024));
    assert.equal(pieces.join("").length, 20 * 1024 * 1024, "nothing is lost");
    assert.ok(!lines.some((line) => line.includes("cut")));
  });

  it("shows a line that comes after minutes of silence", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      let stream: ServerResponse | undefined;
      server.fault = (request, response) => {
        if (!request.path.endsWith("/log")) return false;
        response.write(first, () => (stream = response));
        return true;
      };
      const closing = new AbortController();
      const lines: string[] = [];
      const sink = {
        line(text: string) {
          lines.push(text);
          if (text === "one") {
            for (let minute = 0; minute < 10; minute++) mock.timers.tick(60_000);
            stream?.write(second);
          } else closing.abort();
        },
        note: (text: string) => void lines.push(`note: ${text}`),
      };
      const place = { namespace: "ml", pod: "train", container: "main" };
      await new LogFollower(transport, systemClock, () => 0.5, place, sink).follow({}, closing.signal);
      assert.deepEqual(lines, ["one", "two"]);
    } finally {
      mock.timers.reset();
    }
  });

  it("waits for a container from the first request on", async () => {
    const message = 'container "main" in pod "train" is not available';
    assert.deepEqual(await followed([{ status: 400, message }, first]), [
      "note: Container main has not started yet; waiting for it…",
      "one",
      "note: The pod is gone.",
    ]);
  });

  it("does not wait for a container that the pod does not have", async () => {
    const message = "container nobody is not valid for pod train";
    await assert.rejects(followed([{ status: 400, message }], { container: "nobody" }), /is not valid/);
  });

  it("does not wait for a pod that has run to its end", async () => {
    server.put(fakePod("train", "ml", { status: { phase: "Failed", reason: "Evicted" } }));
    const message = 'container "main" in pod "train" is not available';
    await assert.rejects(followed([{ status: 400, message }]), /is not available/);
  });

  it("does not wait for a run that never was", async () => {
    const message = 'previous terminated container "main" in pod "train" not found';
    await assert.rejects(followed([{ status: 400, message }], { previous: true }), /previous terminated/);
  });

  it("shows what the kubelet itself says, and takes it for no line of the container", async () => {
    const asked = server.requests.length;
    const lines = await followed(["failed to open log file: no such file\n", first]);
    assert.deepEqual(lines, ["failed to open log file: no such file", "one", "note: The pod is gone."]);
    const logs = server.requests.slice(asked).filter(({ path }) => path.endsWith("/log"));
    assert.equal(logs.length, 3);
  });
});
