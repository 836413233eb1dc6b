// An engine that takes long to start a container, as with GPUs that are not kept awake.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { afterEach, beforeEach, describe, it } from "mocha";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { Engine } from "../../../src/io/docker/engine.ts";

describe("a container that starts slowly", () => {
  let folder: string;
  let server: Server;
  let engine: Engine;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-slow-"));
    server = createServer((request, answer) => {
      if (request.url?.endsWith("/_ping")) answer.end("OK");
      else if (request.url?.endsWith("/start")) server.emit("starting", answer);
      else answer.setHeader("content-type", "application/json").end(JSON.stringify({ ApiVersion: "1.47" }));
    });
    const socketPath = join(folder, "docker.sock");
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    engine = new Engine(() => ({ DOCKER_HOST: `unix://${socketPath}` }));
  });
  afterEach(() => {
    mock.timers.reset();
    engine.dispose();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is waited for longer than other answers, but not without end", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const starting = once(server, "starting") as Promise<[ServerResponse]>;
    const started = engine.start("c1", never());
    const [answer] = await starting;
    mock.timers.tick(120_000);
    answer.writeHead(204).end();
    await started;
    const again = once(server, "starting");
    const lost = engine.start("c1", never());
    await again;
    mock.timers.tick(301_000);
    await assert.rejects(
      lost,
      (error) => Trouble.is(error) && / did not answer within 300 s when /.test(error.text),
    );
  });
});
