// The HTTP fault proxy: rules answer, the rest passes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "mocha";
import { startHttpFaults } from "./httpFaults.ts";

describe("HTTP fault proxy", () => {
  it("answers by rule as often as the rule says, and passes everything else", async () => {
    const server = createServer((request, response) => response.end(`real ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const faults = await startHttpFaults({ target: `http://127.0.0.1:${port}` });
    try {
      const get = async (path: string): Promise<string> => {
        const response = await fetch(faults.url + path);
        return `${response.status} ${await response.text()}`;
      };
      assert.equal(await get("/a?x=1"), "200 real /a?x=1");
      faults.set(
        { path: "/a", status: 410, body: { kind: "Status", code: 410 }, times: 1 },
        { path: /watch=true/, status: 429, body: "slow down", headers: { "retry-after": "1" } },
      );
      assert.equal(await get("/a?x=1"), '410 {"kind":"Status","code":410}');
      assert.equal(await get("/a?x=1"), "200 real /a?x=1");
      assert.equal(await get("/b?watch=true"), "429 slow down");
      assert.deepEqual(faults.requests.slice(0, 2), ["GET /a?x=1", "GET /a?x=1"]);
    } finally {
      await faults.stop();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
