// The sandbox answers programs of this machine, and no page of a browser on it.
import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { after, before, describe, it } from "mocha";
import { type Client, openSandbox } from "./support.ts";

describe("a web page that calls the sandbox", () => {
  let client: Client;
  before(async () => {
    client = await openSandbox();
  });
  after(() => client.sandbox.stop());

  function status(headers: Record<string, string>, method = "GET"): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const { port } = client.sandbox;
      const path = "/api/v1/namespaces/ml/pods";
      const asked = request({ host: "127.0.0.1", port, path, method, headers });
      const take = (answer: IncomingMessage) => {
        answer.resume();
        resolve(answer.statusCode);
      };
      asked.once("response", take).once("upgrade", take).once("error", reject).end();
    });
  }
  const port = () => String(client.sandbox.port);

  it("is refused by its origin, also when it only writes, or opens a WebSocket", async () => {
    const origin = "https://evil.test";
    assert.equal(await status({ origin }), 403);
    assert.equal(await status({ origin, "content-type": "text/plain" }, "POST"), 403);
    assert.equal(await status({ origin: "null" }), 403);
    const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    assert.equal(await status({ origin, ...upgrade, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" }), 403);
  });

  it("is refused by the name that it had made to lead here", async () => {
    for (const host of [`evil.test:${port()}`, "localhost.evil.test", "127.0.0.1.evil.test"])
      assert.equal(await status({ host }), 403, host);
  });

  it("is told from programs, which are answered by any name of this machine", async () => {
    for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`])
      assert.equal(await status({ host }), 200, host);
  });
});
