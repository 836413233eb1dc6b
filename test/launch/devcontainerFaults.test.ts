// What can go wrong with a dev container and its Jupyter, each made to happen: every one is named in a sentence,
// nothing is left behind, and no token is written anywhere.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { LaunchSpec } from "../../src/app/jobs/launch/launches.ts";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { boxImage } from "../support/images.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { pythonImage } from "../support/pythonImage.ts";
import {
  devcontainerOf,
  type EnvironmentWorld,
  environmentsOn,
  watcher,
  withPython,
} from "./environments.ts";
import { sharedDocker, until } from "../docker/world.ts";

/** Everything that a person or a file could have read. */
const said: string[] = [];

async function fails(work: Promise<unknown>, says: RegExp): Promise<Trouble> {
  let trouble: Trouble | undefined;
  await assert.rejects(work, (error: unknown) => {
    assert.ok(Trouble.is(error), String(error));
    trouble = error;
    assert.match(error.text, says, error.detail);
    return true;
  });
  assert.ok(trouble);
  said.push(trouble.text, trouble.detail ?? "", JSON.stringify(trouble.cause) ?? "");
  return trouble;
}

describe("a dev container that fails", function () {
  this.timeout(240_000);
  let docker: DockerEngine;
  let world: EnvironmentWorld;
  before(async function () {
    docker = await sharedDocker(this);
    await withPython(this, docker);
    world = environmentsOn(docker);
  });
  after(() => world?.dispose());

  const launch = async (spec: LaunchSpec) => {
    const watched = watcher();
    try {
      return await world.launches.launch(spec, watched, never());
    } finally {
      said.push(watched.text, ...watched.steps);
    }
  };
  const containersOf = async (spec: LaunchSpec) =>
    (await world.engine.containers(never())).filter((one) => one.devcontainer?.folder === spec.folder);

  it("says which port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const spec = devcontainerOf({ image: boxImage, runArgs: [`--publish=127.0.0.1:${port}:8888`] });
    await fails(launch(spec), new RegExp(`^Port ${port} of this machine is taken\\.`));
    server.close();
  });

  it("says that the image has no Jupyter", async () => {
    const spec = devcontainerOf({ image: boxImage });
    await fails(launch(spec), /^The image has no Jupyter\. Add it to its Dockerfile/);
    assert.equal((await containersOf(spec)).length, 1);
  });

  it("says that something else has the port in the container", async () => {
    const spec = devcontainerOf({
      image: pythonImage,
      runArgs: ["--publish=127.0.0.1::8888"],
      postStartCommand: "nohup python3 -m http.server 8888 >/dev/null 2>&1 & sleep 1",
    });
    await fails(launch(spec), /^Port 8888 in the container is taken by something else than Jupyter/);
  });

  it("says that the image could not be pulled", async () => {
    await fails(
      launch(devcontainerOf({ image: "127.0.0.1:9/none:1" })),
      /^The image 127\.0\.0\.1:9\/none:1 could not be pulled: the registry 127\.0\.0\.1:9 can't be reached\./,
    );
  });

  it("says that a command of devcontainer.json failed, and that memory ran out where it did", async () => {
    const spec = devcontainerOf({ image: boxImage, postCreateCommand: "exit 7" });
    await fails(
      launch(spec),
      /^The postCreateCommand of devcontainer\.json failed\. Its output is in the log\./,
    );
    const killed = devcontainerOf({
      image: boxImage,
      runArgs: ["--memory=32m"],
      postCreateCommand: "tail /dev/zero",
    });
    await fails(
      launch(killed),
      /postCreateCommand .* was killed \(exit code 137\), mostly because memory ran out/,
    );
  });

  it("says that what Jupyter has to write to is read-only", async () => {
    const spec = devcontainerOf({ image: pythonImage, runArgs: ["--read-only"] });
    await fails(launch(spec), /read-only/);
    const volume = devcontainerOf({
      image: pythonImage,
      runArgs: ["--mount=type=volume,source=frozen,target=/root/.local,readonly"],
    });
    await fails(launch(volume), /^Jupyter can't write where it has to: .* Look at the mounts/);
  });

  it("says what is wrong with devcontainer.json itself", async () => {
    const spec = devcontainerOf({ image: boxImage });
    writeFileSync(spec.configFile, '{ "image": ');
    await fails(launch(spec), /^devcontainer\.json can't be read: /);
    await fails(
      launch({ ...spec, configFile: join(spec.folder, "none.json") }),
      /^There is no file .*none\.json any more/,
    );
  });

  it("runs nothing on this machine before it was agreed to, and asks again when it changed", async () => {
    const spec = devcontainerOf({ image: boxImage });
    const proof = join(spec.folder, "ran");
    const write = (command: string) =>
      writeFileSync(spec.configFile, JSON.stringify({ image: boxImage, initializeCommand: command }));
    write(`touch ${proof}`);
    await fails(world.launches.up(spec, watcher(), never()), /initializeCommand .* was not agreed to/);
    assert.ok(!existsSync(proof));
    assert.equal(await world.launches.toAllow(spec.configFile), `touch ${proof}`);
    await world.launches.allow(spec.configFile, `touch ${proof}`);
    assert.equal(await world.launches.toAllow(spec.configFile), undefined);
    await world.launches.up(spec, watcher(), never());
    assert.ok(existsSync(proof));
    write(`touch ${proof} ${proof}2`);
    assert.equal(await world.launches.toAllow(spec.configFile), `touch ${proof} ${proof}2`);
    assert.ok(!JSON.stringify([...world.kept]).includes("touch"));
  });

  it("leaves nothing behind when it is cancelled: no process, no container", async () => {
    const spec = devcontainerOf({ image: boxImage, postCreateCommand: "sleep 1000" });
    const cancel = new AbortController();
    const watched = watcher();
    const launched = world.launches.launch(spec, watched, cancel.signal);
    const reader = world.containers.read();
    await until("the container", world.containers.changed, () =>
      world.containers.containers.some((one) => one.devcontainer?.folder === spec.folder),
    );
    cancel.abort();
    await assert.rejects(launched, (error: unknown) => isAbort(error));
    assert.deepEqual(await containersOf(spec), []);
    reader.dispose();
  });

  it("leaves nothing behind when its window closes", async () => {
    const closing = environmentsOn(docker);
    const spec = devcontainerOf({ image: boxImage, postCreateCommand: "sleep 1000" });
    const launched = closing.launches.launch(spec, watcher(), never());
    const reader = world.containers.read();
    await until("the container", world.containers.changed, () =>
      world.containers.containers.some((one) => one.devcontainer?.folder === spec.folder),
    );
    closing.launches.dispose();
    await assert.rejects(launched, (error: unknown) => isAbort(error));
    assert.deepEqual(await containersOf(spec), []);
    reader.dispose();
    closing.dispose();
  });

  it("is not launched any more when its container is removed by somebody else", async () => {
    const spec = devcontainerOf({ image: boxImage });
    const { id, containerId } = await world.launches.up(spec, watcher(), never());
    world.configs.push(spec.configFile);
    const reader = world.environments.read();
    const row = () => world.environments.all.find((one) => one.id === id);
    await until("running", world.environments.changed, () => row()?.container?.state === "running");
    await docker.docker("rm", "--force", containerId);
    await until("gone", world.environments.changed, () => row() !== undefined && !row()?.container);
    await fails(world.environments.connect(id, never()), /was not launched yet\. Launch it first\./);
    reader.dispose();
  });
});

describe("a Jupyter of somebody else", function () {
  this.timeout(240_000);
  let docker: DockerEngine;
  let world: EnvironmentWorld;
  before(async function () {
    docker = await sharedDocker(this);
    await withPython(this, docker);
    world = environmentsOn(docker);
  });
  after(() => world?.dispose());

  const command = ["jupyter-lab", "--no-browser", "--ip=0.0.0.0", "--allow-root"];
  const start = (name: string, options: string[], more: string[]) =>
    docker.docker(
      "run",
      "--detach",
      `--name=${name}`,
      "--publish=127.0.0.1::8888",
      ...options,
      pythonImage,
      ...command,
      ...more,
    );
  /** A server takes a while to start, and nothing tells when it has: the view looks again by itself. */
  async function looking(what: string, done: () => boolean): Promise<void> {
    const reader = world.environments.read();
    try {
      await until(what, world.environments.changed, done, 60_000);
    } finally {
      reader.dispose();
    }
  }
  const row = (name: string) => world.environments.all.find((one) => one.id === `container:${name}`);

  it("is found with its own token and path, without being told", async () => {
    const token = "canaryOfSomebodyElse0123456789";
    world.secrets.set("canary", token);
    await start("theirs", ["--env", `JUPYTER_TOKEN=${token}`], ["--ServerApp.base_url=/team/a"]);
    await looking("ready", () => row("theirs")?.jupyter.kind === "ready");
    const address = await world.environments.connect("container:theirs", never());
    assert.match(address.url, /:\d+\/team\/a\/$/);
    const result = await world.jupyter.runCell(address, "python3", "7*6", never());
    assert.equal(result.output, "42\n");
  });

  it("asks for the token where it does not show its own, and takes the right one only", async () => {
    const token = "canaryThatIsHidden0123456789";
    const hidden = ["env", "JUPYTER_RUNTIME_DIR=/opt/runtime", ...command];
    await docker.docker(
      "run",
      "--detach",
      "--name=hidden",
      "--publish=127.0.0.1::8888",
      `--env=JUPYTER_TOKEN=${token}`,
      pythonImage,
      ...hidden,
    );
    await looking("locked", () => row("hidden")?.jupyter.kind === "wrong-token");
    await world.environments.setToken("container:hidden", "wrongwrongwrong");
    await fails(
      world.environments.connect("container:hidden", never()),
      /Enter the one that it was started with/,
    );
    await world.environments.setToken("container:hidden", token);
    const address = await world.environments.connect("container:hidden", never());
    assert.equal((await world.jupyter.check(address, never())).kind, "ready");
  });

  it("is named when it listens only inside, and when memory ran out", async () => {
    await docker.docker(
      "run",
      "--detach",
      "--name=inner",
      pythonImage,
      "jupyter-lab",
      "--no-browser",
      "--allow-root",
    );
    await docker.docker("tag", boxImage, "slipway.test/jupyter-hungry:1");
    await docker
      .docker("run", "--name=hungry", "--memory=16m", "slipway.test/jupyter-hungry:1", "tail", "/dev/zero")
      .catch(() => {});
    await looking("unreachable", () => row("inner")?.jupyter.kind === "unreachable");
    const inner = row("inner")?.jupyter;
    assert.match(inner?.kind === "unreachable" ? inner.why : "", /listens only inside the container/);
    await looking("ended", () => row("hungry")?.ended !== undefined);
    assert.equal(row("hungry")?.ended, "killed because memory ran out");
  });

  it("leaves its token in no log, no message and no memory", async () => {
    const tokens = [
      ...world.secrets.values(),
      "canaryOfSomebodyElse0123456789",
      "canaryThatIsHidden0123456789",
    ];
    const places = [
      ...world.log,
      ...said,
      JSON.stringify([...world.kept]),
      JSON.stringify(world.environments.all),
    ];
    for (const token of tokens) {
      for (const place of places) assert.ok(!place.includes(token), place.slice(0, 300));
    }
    assert.ok(places.join("").length > 1000);
  });
});

describe("a GPU that is promised and not given", function () {
  this.timeout(120_000);
  let docker: DockerEngine | undefined;
  let world: EnvironmentWorld | undefined;
  before(async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "stale" });
    world = environmentsOn(docker);
  });
  after(async () => {
    world?.dispose();
    await docker?.stop();
  });

  it("is gone without where it is optional, and named where it is required", async () => {
    assert.ok(world && docker);
    const optional = devcontainerOf({ image: boxImage, hostRequirements: { gpu: "optional" } });
    const { gpu } = await world.launches.up(optional, watcher(), never());
    assert.equal(gpu.availability, "none");
    assert.match(gpu.text, /promises one and could not give it/);
    const required = devcontainerOf({ image: boxImage, hostRequirements: { gpu: true } });
    await fails(
      world.launches.up(required, watcher(), never()),
      /could not give the GPU that this dev container requires/,
    );
    await docker.setGpu("no-toolkit");
    const trouble = await fails(
      world.launches.up(required, watcher(), never()),
      /^This dev container requires a GPU\. The Docker engine has no GPU runtime/,
    );
    assert.equal(trouble.remedy?.title, "How To");
  });
});
