// A reset connection: its other end sees a failure, and nothing stays open here.
import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, it } from "mocha";
import { reset } from "../../../src/io/kube/forward/reset.ts";

describe("a connection that is reset", () => {
  let server: Server;
  afterEach(() => void server.close());

  /** A connection as both ends have it. */
  async function pair(): Promise<{ near: Socket; far: Socket }> {
    let accepted: (socket: Socket) => void = () => {};
    const near = new Promise<Socket>((resolve) => (accepted = resolve));
    server = createServer({ allowHalfOpen: true }, accepted);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const socket = await near;
    socket.on("error", () => {});
    return { near: socket, far };
  }

  const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));
  const failed = (socket: Socket) =>
    new Promise<string | undefined>((resolve) =>
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code)),
    );

  it("fails at the other end", async () => {
    const { near, far } = await pair();
    const end = failed(far);
    reset(near);
    assert.equal(await end, "ECONNRESET");
  });

  it("fails at the other end although its own end was said, when not everything has gone", async () => {
    const { near, far } = await pair();
    far.pause();
    near.write(Buffer.alloc(64 * 1024 * 1024));
    near.end();
    const [end, done] = [failed(far), closed(near)];
    reset(near);
    far.resume();
    assert.equal(await end, "ECONNRESET");
    await done;
  });

  it("is closed also while the end that it said is on its way", async () => {
    const { near, far } = await pair();
    const done = closed(near);
    near.end("all");
    await new Promise<void>((resolve) => near.once("finish", resolve));
    reset(near);
    await done;
    far.destroy();
  });

  for (const [when, wait] of [
    ["in the same turn", () => Promise.resolve()],
    ["a tick later", () => new Promise<void>((resolve) => process.nextTick(resolve))],
  ] as const) {
    it(`is closed when its end was said ${when}`, async () => {
      const { near, far } = await pair();
      const done = closed(near);
      near.write("x");
      near.end();
      await wait();
      reset(near);
      await done;
      far.destroy();
    });
  }
});
