// Push and pull against a registry on loopback, and against servers that an engine must not trust, through the real
// engine and command line.
import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { type MiniRegistry, startMiniRegistry } from "./miniRegistry.ts";
import { boxImage } from "../support/images.ts";
import { makeSelfSigned } from "../support/selfSigned.ts";
import { devcontainerOf, environmentsOn, watcher } from "../launch/environments.ts";
import { folderWith, sharedDocker, watch, type World, worldOn } from "./world.ts";

describe("a registry", function () {
  this.timeout(60_000);
  let world: World;
  let registry: MiniRegistry;
  before(async function () {
    world = worldOn(await sharedDocker(this));
    registry = await startMiniRegistry();
  });
  after(() => {
    world?.dispose();
    registry?.close();
  });

  it("takes an image and gives it back", async () => {
    const name = `${registry.address}/team/box:1`;
    const { engine } = world;
    await engine.tag("slipway.test/box:1", name, never());
    const pushed: string[] = [];
    await world.registry.push(name, (line) => pushed.push(line), never());
    assert.ok(
      pushed.some((line) => /digest: sha256:/.test(line)),
      pushed.join("\n"),
    );
    await engine.removeImage(name, never());
    assert.equal(await engine.image(name, never()), undefined);
    await world.registry.pull(name, () => {}, never());
    assert.ok(((await engine.image(name, never()))?.sizeBytes ?? 0) > 1_000_000);
    await engine.removeImage(name, never());
  });

  it("that has no such image says so", async () => {
    await assert.rejects(
      world.registry.pull(`${registry.address}/team/none:1`, () => {}, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "not-found"), String(error));
        assert.equal(
          error.text,
          `The registry has no image ${registry.address}/team/none:1. Check its name and tag.`,
        );
        return true;
      },
    );
  });

  it("that asks for a login says how", async () => {
    registry.locked = true;
    await assert.rejects(
      world.registry.pull(`${registry.address}/team/box:1`, () => {}, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "denied"), String(error));
        assert.match(error.text, new RegExp(`Sign in with docker login ${registry.address},`));
        return true;
      },
    );
    registry.locked = false;
  });
});

describe("a registry that is not to be trusted", function () {
  this.timeout(60_000);
  let world: World;
  /** An address of this machine that is not loopback: there an engine asks for no certificate. */
  let host: string;
  const servers: Server[] = [];
  before(async function () {
    const docker = await sharedDocker(this);
    world = worldOn(docker);
    const gateway = "{{(index .IPAM.Config 0).Gateway}}";
    host = (await docker.docker("network", "inspect", "bridge", "--format", gateway)).trim();
  });
  after(() => {
    world?.dispose();
    for (const server of servers) server.close();
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    // Whoever does not trust a server hangs up.
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return `${host}:${(server.address() as AddressInfo).port}`;
  }
  const answer = (_: unknown, response: { end(text: string): void }) => response.end("{}");
  const signedFor = async (name: string) => {
    const { certificate, key } = await makeSelfSigned(folderWith({}), [name]);
    return listen(createHttpsServer({ cert: certificate, key }, answer));
  };

  async function told(work: Promise<unknown>): Promise<string> {
    let text = "";
    await assert.rejects(work, (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      ({ text } = error);
      return true;
    });
    return text;
  }

  for (const [what, serve, why] of [
    [
      "its certificate is signed by itself",
      () => signedFor(`IP:${host}`),
      "the Docker engine does not trust the certificate of the registry ADDRESS. Put the certificate of its authority, or its own when it is self-signed, into /etc/docker/certs.d/ADDRESS/ca.crt on the engine's machine.",
    ],
    [
      "its certificate is for another name",
      () => signedFor("DNS:registry.test"),
      "the certificate of the registry ADDRESS is made for another name. Use the name that it is made for, or give the registry one for this name.",
    ],
    [
      "it speaks plain HTTP",
      () => listen(createHttpServer(answer)),
      'the registry ADDRESS speaks plain HTTP, and the Docker engine asks for HTTPS. Give it TLS, or name it under "insecure-registries" in the engine\'s daemon.json and restart the engine.',
    ],
    [
      "something else listens there",
      () => listen(createServer((socket) => socket.on("error", () => {}).end("SSH-2.0-x\r\n"))),
      "what answers at ADDRESS does not speak TLS. Check the port.",
    ],
    [
      "it hangs up",
      () => listen(createServer((socket) => void socket.on("error", () => {}).resetAndDestroy())),
      "the registry ADDRESS can't be reached. Check its name, and the network and proxy of the Docker engine.",
    ],
  ] as const) {
    it(`says so when ${what}, whoever asks it`, async () => {
      const address = await serve();
      const image = `${address}/team/box:1`;
      const reason = why.replaceAll("ADDRESS", address);
      const { engine, registry, builds } = world;
      assert.equal(
        await told(registry.pull(image, () => {}, never())),
        `Docker could not pull ${image}: ${reason}`,
      );
      await engine.tag(boxImage, image, never());
      assert.equal(
        await told(registry.push(image, () => {}, never())),
        `Docker could not push ${image}: ${reason}`,
      );
      await engine.removeImage(image, never());
      const folder = folderWith({ Dockerfile: `FROM ${image}\n` });
      const options = { dockerfile: join(folder, "Dockerfile"), context: folder, tag: "test/tls:1" };
      assert.equal(
        await told(builds.build(options, watch(), never())),
        `The build of test/tls:1 failed at line 1 of Dockerfile: The image ${image} can't be had: ${reason}`,
      );
    });
  }

  it("is named by a launch, too", async () => {
    const address = await signedFor(`IP:${host}`);
    const image = `${address}/team/box:1`;
    const environments = environmentsOn(world.docker);
    const text = await told(environments.launches.up(devcontainerOf({ image }), watcher(), never()));
    environments.dispose();
    const why = `The image ${image} could not be pulled: the Docker engine does not trust the certificate of the registry ${address}. `;
    assert.equal(text.slice(0, why.length), why);
  });
});
