// An engine that is none of Docker's: what it does not have is said, the rest works. As Podman's service answers.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "mocha";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { gpuSupport } from "../../../src/core/image/gpuSupport.ts";
import { Engine } from "../../../src/io/docker/engine.ts";

const answers: Record<string, unknown> = {
  "/version": { Components: [{ Name: "Podman Engine", Version: "5.6.0" }], ApiVersion: "1.41" },
  // Neither CDI folders nor devices, and its runtimes are its own.
  "/info": { OperatingSystem: "fedora", Runtimes: { crun: { path: "/usr/bin/crun" } } },
  "/containers/json": [
    { Id: "c1", Names: ["lab"], Image: "docker.io/x:1", State: "stopped", Status: "", Created: 1 },
    {
      Id: "c2",
      Names: ["/run"],
      Image: "docker.io/x:1",
      State: "running",
      Ports: null,
      Labels: null,
      Created: 2,
    },
  ],
  "/images/json": [{ Id: "sha256:1", RepoTags: null, Size: 5, Created: 1 }],
};

describe("an engine like Podman's", () => {
  let server: Server;
  let engine: Engine;
  before(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://engine").pathname.replace(/^\/v[\d.]+/, "");
      response.setHeader("Libpod-API-Version", "5.6.0");
      if (path === "/_ping") return response.end("OK");
      const answer = answers[path];
      response.writeHead(answer === undefined ? 501 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { message: "not implemented" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    engine = new Engine(() => ({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }));
  });
  after(() => {
    engine?.dispose();
    server?.closeAllConnections();
    server?.close();
  });

  it("lists containers and images, in its own words for states", async () => {
    await engine.ping(never());
    assert.deepEqual(
      (await engine.containers(never())).map(({ name, state, ports }) => [name, state, ports]),
      [
        ["lab", "exited", []],
        ["run", "running", []],
      ],
    );
    assert.deepEqual(
      (await engine.images(never())).map(({ tags }) => tags),
      [[]],
    );
  });

  it("has no GPU runtime that it tells of, which is said", async () => {
    const support = gpuSupport(await engine.facts(never()));
    assert.equal(support.kind, "none");
  });

  it("says what it can't do in a sentence", async () => {
    await assert.rejects(engine.inspect("c1", never()), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      assert.equal(error.text, "Docker could not describe the container: not implemented.");
      return true;
    });
  });
});
