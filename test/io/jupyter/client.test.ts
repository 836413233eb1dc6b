// The Jupyter client against servers that behave badly: it says what is there, in time, and gives its token to
// nobody else.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { after, describe, it } from "mocha";
import { isAbort, never } from "../../../src/base/signal.ts";
import { JupyterClient } from "../../../src/io/jupyter/client.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const specs = {
  default: "b",
  kernelspecs: { a: { spec: { display_name: "A", language: "r" } }, b: { spec: {} } },
};

describe("a Jupyter client", () => {
  const client = new JupyterClient();

  it("lists the kernels, the usual one first, with the token in a header and nowhere else", async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      json(response, 200, request.url === "/api" ? { version: "2.1" } : specs);
    });
    assert.deepEqual(await client.check({ url, token: "canary" }, never()), {
      kind: "ready",
      version: "2.1",
      kernels: [
        { name: "b", displayName: "b", language: "" },
        { name: "a", displayName: "A", language: "r" },
      ],
    });
    assert.deepEqual(seen, ["/api token canary", "/api/kernelspecs token canary"]);
  });

  it("follows no redirect with its token", async () => {
    const stolen: string[] = [];
    const thief = await serve((request, response) => {
      stolen.push(String(request.headers.authorization));
      json(response, 200, { version: "2.1" });
    });
    const url = await serve((request, response) => {
      if (request.url === "/api") json(response, 200, { version: "2.1" });
      else response.writeHead(302, { location: thief }).end();
    });
    assert.equal((await client.check({ url, token: "canary" }, never())).kind, "wrong-token");
    assert.deepEqual(stolen, []);
  });

  it("tells a refused token, another program, and nothing at all apart", async () => {
    const refused = await serve((request, response) =>
      json(response, request.url === "/api" ? 200 : 403, { version: "2.1" }),
    );
    assert.equal((await client.check({ url: refused, token: "x" }, never())).kind, "wrong-token");
    const other = await serve((_request, response) => response.end("<html>"));
    assert.deepEqual(await client.check({ url: other, token: "" }, never()), {
      kind: "other",
      why: "what answers there is not Jupyter (status 200)",
    });
    assert.deepEqual(await client.check({ url: "http://127.0.0.1:9/", token: "" }, never()), {
      kind: "unreachable",
      why: "nothing listens there",
    });
  });

  it("takes no endless answer, and none that breaks off", async () => {
    const endless = await serve((_request, response) => {
      const pour = () => {
        while (response.write("x".repeat(65_536))) if (response.destroyed) return;
      };
      response.on("drain", pour);
      pour();
    });
    const much = await client.check({ url: endless, token: "" }, never());
    assert.ok(much.kind === "unreachable" && /too much/.test(much.why), JSON.stringify(much));
    const broken = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("{");
      setTimeout(() => response.destroy(), 10);
    });
    assert.equal((await client.check({ url: broken, token: "" }, never())).kind, "unreachable");
  });

  it("ends at once when it is cancelled", async () => {
    const silent = await serve(() => {});
    const cancel = new AbortController();
    const asked = client.check({ url: silent, token: "" }, cancel.signal);
    cancel.abort();
    await assert.rejects(asked, (error: unknown) => isAbort(error));
  });
});
