// Faults between us and a real engine, and between it and a registry: what is shown is what there is, and no
// credential is written anywhere.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { type DockerEngine } from "../support/docker/engine.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import { startHttpFaults } from "../support/httpFaults.ts";
import { boxImage } from "../support/images.ts";
import { folderWith, sharedDocker, until, watch, type World, worldOn } from "./world.ts";

describe("an engine behind a bad line", function () {
  this.timeout(120_000);
  let docker: DockerEngine;
  let proxy: FaultProxy;
  let world: World;
  before(async function () {
    docker = await sharedDocker(this);
    proxy = await startFaultProxy({ path: docker.socketPath });
    world = worldOn(docker, { ...docker.env, DOCKER_HOST: `tcp://127.0.0.1:${proxy.port}` });
  });
  after(async () => {
    world?.dispose();
    await proxy?.stop();
  });

  const ids = async () =>
    (await docker.docker("ps", "--all", "--quiet", "--no-trunc")).split("\n").filter(Boolean).sort();

  it("is listed anew after its event stream was cut, with what happened meanwhile", async () => {
    const { containers } = world;
    const reader = containers.read();
    await until("live", containers.changed, () => containers.state.kind === "live");
    const old = (await docker.docker("run", "--detach", boxImage, "sleep", "1000")).trim();
    await until("the first", containers.changed, () => containers.containers.some((one) => one.id === old));
    for (let round = 0; round < 3; round += 1) {
      proxy.set({ kind: "reset" });
      // Nobody tells of these.
      await docker.docker("run", "--detach", "--name", `unseen-${round}`, boxImage, "sleep", "1000");
      if (round === 1) await docker.docker("rm", "--force", old);
      proxy.set({ kind: "none" });
      const wanted = await ids();
      const same = () =>
        JSON.stringify(containers.containers.map((one) => one.id).sort()) === JSON.stringify(wanted);
      await until(`what docker ps --all says, round ${round}`, containers.changed, same);
    }
    reader.dispose();
    for (let round = 0; round < 3; round += 1) await docker.docker("rm", "--force", `unseen-${round}`);
  });

  it("that breaks off a list in the middle fails it with a sentence, and the next one works", async () => {
    proxy.set({ kind: "cut", afterBytes: 40 });
    await assert.rejects(world.engine.images(never()), (error: unknown) => {
      assert.ok(Trouble.is(error, "unreachable"), String(error));
      assert.match(error.text, /^The Docker engine at tcp:\/\/.* went away/);
      return true;
    });
    proxy.set({ kind: "none" });
    assert.ok((await world.engine.images(never())).length > 0);
  });

  it("hands on what a build step prints faster than can be read, in order, up to BuildKit's own limit", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${boxImage}\nRUN seq 1 100000\n` });
    const watched = watch();
    const options = {
      dockerfile: join(folder, "Dockerfile"),
      context: folder,
      tag: "test/lines:1",
      withoutCache: true,
    };
    await world.builds.build(options, watched, never());
    const numbers = watched.lines.flatMap((line) => {
      const match = /^#\d+ (?:[\d.]+ )?(\d+)$/.exec(line);
      return match ? [Number(match[1])] : [];
    });
    // BuildKit itself stops a step that prints too fast, in the middle of a line.
    numbers.pop();
    assert.ok(numbers.length > 20_000, String(numbers.length));
    assert.ok(
      numbers.every((number, index) => number === index + 1),
      "a line is missing or out of order",
    );
    assert.ok(watched.lines.some((line) => /output clipped, log limit/.test(line)));
  });
});

describe("a registry that refuses", function () {
  this.timeout(60_000);
  const canary = "canary-password-4711";

  it("for too many pulls says so, with no credential in any line", async function () {
    const docker = await sharedDocker(this);
    const registry = await startHttpFaults();
    const body = { errors: [{ code: "TOOMANYREQUESTS", message: "You have reached your pull rate limit" }] };
    registry.set({ path: /^\/v2\//, status: 429, body, headers: { "content-type": "application/json" } });
    const address = `127.0.0.1:${registry.port}`;
    const config = join(folderWith({}), "client");
    mkdirSync(config);
    const auth = Buffer.from(`person:${canary}`).toString("base64");
    writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [address]: { auth } } }));
    const world = worldOn(docker, { ...docker.env, DOCKER_CONFIG: config });
    const lines: string[] = [];
    await assert.rejects(
      world.registry.pull(`${address}/model:1`, (line) => lines.push(line), AbortSignal.timeout(50_000)),
      (error: unknown) => {
        assert.ok(Trouble.is(error), String(error));
        assert.match(error.text, /^The registry's limit of pulls is reached\. Sign in with docker login/);
        lines.push(error.text, error.detail ?? "");
        return true;
      },
    );
    for (const line of [...lines, ...world.log]) {
      assert.ok(!line.includes(canary) && !line.includes(auth), line);
    }
    world.dispose();
    await registry.stop();
  });
});
