// Reading an answer chunk by chunk: every byte is taken before the end is told.
import assert from "node:assert/strict";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, it } from "mocha";
import { eachChunk } from "../../../src/io/kube/chunks.ts";

describe("an answer in chunks", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function answered(write: (body: { write(text: string): void; end(): void; cut(): void }) => void) {
    const own = createServer((_request, answer) =>
      write({
        write: (text) => void answer.write(text),
        end: () => void answer.end(),
        cut: () => void answer.socket?.resetAndDestroy(),
      }),
    );
    server = own;
    await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
    const { port } = own.address() as AddressInfo;
    return new Promise<IncomingMessage>((resolve) => {
      // A cut is told to the request too.
      get({ port, host: "127.0.0.1", agent: false }, resolve).on("error", () => {});
    });
  }

  it("ends after the last one was taken, however long that takes", async () => {
    const answer = await answered((body) => {
      body.write("one ");
      body.write("two");
      body.end();
    });
    let taken = "";
    await eachChunk(answer, async (chunk) => {
      await turn();
      await turn();
      taken += String(chunk);
    });
    assert.equal(taken, "one two");
  });

  it("hands on together what came together", async () => {
    const answer = await answered((body) => {
      for (let index = 0; index < 100; index++) body.write(`${index} `);
      body.end();
    });
    const taken: string[] = [];
    await eachChunk(answer, (chunk) => void taken.push(String(chunk)));
    assert.equal(taken.join(""), Array.from({ length: 100 }, (_, index) => `${index} `).join(""));
    assert.ok(taken.length < 50, `in ${taken.length} pieces`);
  });

  it("reads little enough in one turn to let others have theirs", async () => {
    const answer = new Readable({ read() {} });
    for (let index = 0; index < 4_000; index++) answer.push(Buffer.alloc(2_000));
    answer.push(null);
    let taken = 0;
    let most = 0;
    await eachChunk(answer, (chunk) => {
      taken += chunk.length;
      most = Math.max(most, chunk.length);
      return undefined;
    });
    assert.equal(taken, 8_000_000);
    assert.ok(most < 300_000, `${most} bytes in one turn`);
  });

  it("fails when it is cut, and when a chunk can't be taken", async () => {
    const cut = await answered((body) => {
      body.write("one");
      setTimeout(() => body.cut(), 10);
    });
    await assert.rejects(eachChunk(cut, () => undefined));
    server?.close();
    const refused = await answered((body) => {
      body.write("one");
      body.end();
    });
    await assert.rejects(
      eachChunk(refused, () => Promise.reject(new Error("no room"))),
      /no room/,
    );
  });
});
