// An engine that is none of Docker's own, as Podman's service: what it has is shown, what it lacks is said.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Containers } from "../../../src/app/stores/containers.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { gpuSupport } from "../../../src/core/image/gpuSupport.ts";
import { Engine } from "../../../src/io/docker/engine.ts";

const container = {
  Id: "c1",
  Names: ["/notebook"],
  Image: "localhost/notebook:1",
  State: "running",
  Status: "Up 2 minutes",
  Created: 1_790_000_000,
  // Podman gives null where Docker gives an empty list or map.
  Ports: null,
  Labels: null,
};

/** Without the slash that Docker has, and with a word of its own for exited. */
const stopped = {
  Id: "c0",
  Names: ["lab"],
  Image: "docker.io/x:1",
  State: "stopped",
  Status: "",
  Created: 1,
};

describe("an engine like Podman's", () => {
  let ended: object[];
  let folder = "";
  let server: Server;
  let engine: Engine;
  let events: ServerResponse | undefined;
  let names: string[];
  let hasInfo: boolean;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-podman-"));
    names = ["notebook"];
    hasInfo = false;
    ended = [];
    events = undefined;
    const socketPath = join(folder, "podman.sock");
    server = createServer((request, answer) => {
      const path = (request.url ?? "").replace(/\?.*$/, "").replace(/^\/v[\d.]+/, "");
      const json = (value: unknown) =>
        answer.setHeader("content-type", "application/json").end(JSON.stringify(value));
      if (path === "/_ping") answer.end("OK");
      else if (path === "/version") json({ ApiVersion: "1.41", Version: "5.2.0" });
      // Neither CDI folders nor devices, and its runtimes are its own.
      else if (path === "/info" && hasInfo)
        json({ OperatingSystem: "fedora", Runtimes: { crun: { path: "/usr/bin/crun" } } });
      else if (path === "/containers/json")
        json([...names.map((name) => ({ ...container, Id: name, Names: [`/${name}`] })), ...ended]);
      else if (path === "/images/json")
        json([{ Id: "sha256:a1", RepoTags: null, Size: 1_000, Created: 1_790_000_000, Labels: null }]);
      else if (path === "/events") {
        answer.writeHead(200);
        answer.flushHeaders();
        events = answer;
      } else answer.writeHead(501).end(JSON.stringify({ message: "not implemented", response: 501 }));
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    engine = new Engine(() => ({ DOCKER_HOST: `unix://${socketPath}` }));
  });
  afterEach(() => {
    engine.dispose();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows its containers and images, and follows its events in whatever pieces they come", async () => {
    const registry = { push: () => Promise.resolve(), pull: () => Promise.resolve() };
    const containers = new Containers(engine, registry, systemClock, silentLog);
    const reader = containers.read();
    const until = (done: () => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!done()) return;
          listener.dispose();
          resolve();
        };
        const listener = containers.changed(check);
        check();
      });
    await until(() => containers.state.kind === "live" && containers.containers.length === 1);
    assert.deepEqual(
      [containers.containers[0]?.name, containers.containers[0]?.image, containers.images[0]?.tags],
      ["notebook", "localhost/notebook:1", []],
    );
    names.push("größe");
    const event = Buffer.from(
      `${JSON.stringify({ Type: "container", Action: "start", Actor: { ID: "größe" } })}\n`,
    );
    for (const byte of event) events?.write(Buffer.from([byte]));
    await until(() => containers.containers.length === 2);
    reader.dispose();
    containers.dispose();
  });

  it("lists containers and images, in its own words for states", async () => {
    ended = [stopped];
    await engine.ping(never());
    assert.deepEqual(
      (await engine.containers(never())).map(({ name, state, ports }) => [name, state, ports]),
      [
        ["notebook", "running", []],
        ["lab", "exited", []],
      ],
    );
    assert.deepEqual(
      (await engine.images(never())).map(({ tags }) => tags),
      [[]],
    );
  });

  it("has no GPU runtime that it tells of, which is said", async () => {
    hasInfo = true;
    assert.equal(gpuSupport(await engine.facts(never())).kind, "none");
  });

  it("says what it can't do in a sentence", async () => {
    await assert.rejects(engine.inspect("c1", never()), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      assert.equal(error.text, "Docker could not describe the container: not implemented.");
      return true;
    });
  });

  it("says in the engine's words what it can't", async () => {
    await assert.rejects(engine.facts(new AbortController().signal), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      assert.match(error.text, /^Docker could not describe itself: .*not implemented/i);
      return true;
    });
  });
});
