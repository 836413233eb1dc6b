// A dev container as Slipway writes it, launched for real: Jupyter reached and checked, a cell run, restarts and
// reloads survived, with a stand-in GPU and without any.
import assert from "node:assert/strict";
import { chownSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import type { LaunchSpec } from "../../src/app/jobs/launch/launches.ts";
import { never } from "../../src/base/signal.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { devcontainer, type EnvironmentWorld, environmentsOn, watcher, withPython } from "./environments.ts";
import { sharedDocker, until } from "../docker/world.ts";

describe("a Jupyter dev container", function () {
  this.timeout(240_000);
  let docker: DockerEngine;
  let world: EnvironmentWorld;
  let spec: LaunchSpec;
  let id: string;
  let note: string | undefined;
  before(async function () {
    docker = await sharedDocker(this);
    await withPython(this, docker);
    world = environmentsOn(docker);
    spec = devcontainer();
  });
  after(() => world?.dispose());

  it("is launched with the GPU, and its Jupyter is reached, checked and runs a cell", async () => {
    const watched = watcher();
    const launched = await world.launches.launch(spec, watched, never());
    ({ id } = launched);
    ({ note } = launched.jupyter);
    assert.equal(launched.gpu.availability, "all");
    assert.match(
      watched.steps.join("; "),
      /Building the image; .*Starting the container; .*Starting Jupyter/,
    );
    assert.match(watched.text, /jupyterlab/);
    const { state, address } = launched.jupyter;
    assert.match(state.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.deepEqual(
      state.kernels.map((kernel) => kernel.name),
      ["python3"],
    );
    assert.match(address.token, /^[0-9a-f]{64}$/);
    const cell =
      "import subprocess; print(subprocess.run(['nvidia-smi','-L'], capture_output=True, text=True).stdout); 6*7";
    const result = await world.jupyter.runCell(address, "python3", cell, never());
    assert.ok(result.ok, result.output);
    assert.match(result.output, /GPU 0: NVIDIA[^]*GPU 1: NVIDIA[^]*\n42\n/);
    assert.equal(world.secrets.get(id), address.token);
  });

  it("saves notebooks in a folder of root's, where the person is root", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const address = await world.environments.connect(id, never());
    const cell = "import os; open('saved.txt', 'w').write('1'); print(os.getuid())";
    const result = await world.jupyter.runCell(address, "python3", cell, never());
    assert.deepEqual([result.ok, result.output], [true, "0\n"], `${result.output} ${note ?? "no note"}`);
    assert.match(note ?? "", /^The folder belongs to root, so Jupyter runs as root and not as dev\.$/);
  });

  it("says when notebooks can't be saved in the folder", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const foreign = devcontainer();
    chownSync(foreign.folder, 4242, 4242);
    const launched = await world.launches.launch(foreign, watcher(), never());
    assert.match(
      launched.jupyter.note ?? "",
      /^User dev of the container can't write in \/workspaces\/.*: notebooks can't be saved there\. Look at/,
    );
  });

  it("refuses whoever has no token", async () => {
    const { url } = await world.environments.connect(id, never());
    const check = await world.jupyter.check({ url, token: "0".repeat(64) }, never());
    assert.equal(check.kind, "wrong-token");
    assert.equal((await world.jupyter.check({ url, token: "" }, never())).kind, "wrong-token");
  });

  it("stands in the view as ready, and follows what others do to its container", async () => {
    world.configs.push(spec.configFile);
    const { environments } = world;
    const reader = environments.read();
    const row = () => environments.all.find((one) => one.id === id);
    await until("ready", environments.changed, () => row()?.jupyter.kind === "ready");
    const container = row()?.container?.id ?? "";
    await docker.docker("stop", "--time=0", container);
    await until("stopped", environments.changed, () => row()?.container?.state === "exited");
    await docker.docker("start", container);
    await until("without Jupyter", environments.changed, () => row()?.jupyter.kind === "off");
    reader.dispose();
  });

  it("gives a kernel picker's entry a valid address after a restart: new port, new token", async () => {
    const { environments } = world;
    const before = await environments.connect(id, never());
    const [row] = (await environments.load(never())).filter((one) => one.id === id);
    await docker.docker("restart", "--time=0", row?.container?.id ?? "");
    // Two who ask at once get the same server.
    const [now, other] = await Promise.all([
      environments.connect(id, never()),
      environments.connect(id, never()),
    ]);
    assert.deepEqual(other, now);
    assert.notEqual(now.url, before.url);
    assert.notEqual(now.token, before.token);
    const result = await world.jupyter.runCell(now, "python3", "print('again')", never());
    assert.equal(result.output, "again\n");
  });

  it("is found again by a window that was opened anew, as the same one", async () => {
    const reloaded = environmentsOn(docker, world);
    try {
      assert.deepEqual(
        reloaded.used.all.map((one) => one.id),
        [id],
      );
      const address = await reloaded.environments.connect(id, never());
      const result = await world.jupyter.runCell(address, "python3", "1+1", never());
      assert.equal(result.output, "2\n");
    } finally {
      reloaded.dispose();
    }
  });
});

describe("a Jupyter dev container on an engine without GPUs", function () {
  this.timeout(240_000);
  let docker: DockerEngine | undefined;
  let world: EnvironmentWorld | undefined;
  after(async () => {
    world?.dispose();
    await docker?.stop();
  });

  it("starts without one, from the same files", async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "no-toolkit", gpus: 0 });
    await withPython(this, docker);
    world = environmentsOn(docker);
    const launched = await world.launches.launch(devcontainer(), watcher(), never());
    assert.equal(launched.gpu.availability, "none");
    assert.match(launched.gpu.text, /^Launched without a GPU\. The Docker engine has no GPU runtime/);
    const result = await world.jupyter.runCell(launched.jupyter.address, "python3", "2+3", never());
    assert.equal(result.output, "5\n");
  });
});
