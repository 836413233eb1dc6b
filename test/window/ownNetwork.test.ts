// The window of the tests: what it loads is not given up when other suites start and end containers.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import { openWindow, type Window } from "../support/vscode/browser.ts";

const run = promisify(execFile);

describe("the tests' browser", () => {
  let server: Server;
  let window: Window;
  let isHeld = true;
  const held: (() => void)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      response.setHeader("Content-Type", "text/html");
      const answer = () => void response.end("here");
      if (request.url === "/" || !isHeld) answer();
      else held.push(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    window = await openWindow(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  after(async () => {
    await window?.close();
    server?.close();
  });

  it("goes on loading while the machine's network addresses come and go", async () => {
    const loaded = window.page.evaluate(async () => {
      // More than a browser sends at a time: it is those in the queue that it gives up.
      const requests = Array.from({ length: 20 }, async (_, index) => (await fetch(`/${index}`)).text());
      return [...new Set(await Promise.all(requests))];
    });
    while (held.length === 0) await new Promise((resolve) => server.once("request", resolve));
    await run("ip", ["link", "add", "slipwaynet0", "type", "veth", "peer", "name", "slipwaynet1"]);
    try {
      await run("ip", ["link", "set", "slipwaynet0", "up"]);
      await run("ip", ["link", "set", "slipwaynet1", "up"]);
      await run("ip", ["addr", "add", "198.51.100.7/32", "dev", "slipwaynet0"]);
    } finally {
      await run("ip", ["link", "del", "slipwaynet0"]);
    }
    // A round trip through the browser, which would have heard of it by now.
    await window.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    isHeld = false;
    for (const answer of held) answer();
    assert.deepEqual(await loaded, ["here"]);
  });
});
