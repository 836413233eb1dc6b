// Dev containers made of Compose services, launched for real: with the GPU that the machine has, Jupyter reached in
// every shape of network, taken back whole, and failures named.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { LaunchSpec } from "../../src/app/jobs/launch/launches.ts";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { boxImage } from "../support/images.ts";
import { findDockerBinaries } from "../support/docker/binaries.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { pythonImage } from "../support/pythonImage.ts";
import { type EnvironmentWorld, environmentsOn, watcher, withPython } from "./environments.ts";
import { folderWith, sharedDocker, until } from "../docker/world.ts";

const published = 'ports: ["127.0.0.1::8888"]';
const gpuOfCompose =
  "deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}";

/** A Compose file with a service `app` that lives on, and the code in /workspace. */
function compose(app: string[] = [published], others: string[] = []): string {
  const own = [`image: ${pythonImage}`, 'volumes: ["..:/workspace"]', "command: sleep infinity", ...app];
  return ["services:", "  app:", ...own.map((line) => `    ${line}`), ...others, ""].join("\n");
}

const database = ["  db:", `    image: ${boxImage}`, "    command: sleep 1000"];

/** A folder with such a dev container. */
function composed(
  composeFile: string | undefined,
  more: object = {},
  files: Record<string, string> = {},
): LaunchSpec {
  const config = {
    dockerComposeFile: "compose.yaml",
    service: "app",
    workspaceFolder: "/workspace",
    ...more,
  };
  const folder = folderWith({
    ".devcontainer/devcontainer.json": JSON.stringify(config),
    ...(composeFile === undefined ? {} : { ".devcontainer/compose.yaml": composeFile }),
    ...files,
  });
  return { folder, configFile: join(folder, ".devcontainer", "devcontainer.json"), rebuild: false };
}

describe("a dev container of Compose services", function () {
  this.timeout(240_000);
  let docker: DockerEngine;
  let world: EnvironmentWorld;
  before(async function () {
    docker = await sharedDocker(this);
    await withPython(this, docker);
    world = environmentsOn(docker);
  });
  after(() => world?.dispose());

  /** Names of the services that have a container, with their states; what belongs to others is left out. */
  async function services(spec: LaunchSpec): Promise<string[]> {
    const filter = `label=com.docker.compose.project.working_dir=${join(spec.folder, ".devcontainer")}`;
    const format = '{{.Label "com.docker.compose.service"}} {{.State}}';
    const listed = await docker.docker("ps", "--all", "--filter", filter, "--format", format);
    return listed.split("\n").filter(Boolean).sort();
  }

  async function cell(address: { url: string; token: string }, code: string): Promise<string> {
    const { ok, output } = await world.jupyter.runCell(address, "python3", code, never());
    assert.ok(ok, output);
    return output;
  }

  it("is launched with its services and the GPUs, and its Jupyter runs a cell where the code is", async () => {
    const spec = composed(compose([published], database), { hostRequirements: { gpu: "optional" } });
    const watched = watcher();
    const { id, gpu, jupyter, remoteFolder } = await world.launches.launch(spec, watched, never());
    assert.equal(gpu.availability, "all");
    assert.equal(remoteFolder, "/workspace");
    assert.match(watched.steps.join("; "), /Starting the services; .*Starting Jupyter$/);
    assert.match(jupyter.state.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const code =
      "import subprocess, os; print(os.getcwd(), subprocess.run(['nvidia-smi','-L'], capture_output=True, text=True).stdout)";
    assert.match(await cell(jupyter.address, code), /^\/workspace GPU 0: NVIDIA[^]*GPU 1: NVIDIA/);
    assert.deepEqual(await services(spec), ["app running", "db running"]);

    // It stands in the view as one dev container, without the service beside it.
    world.configs.push(spec.configFile);
    const reader = world.environments.read();
    const row = () => world.environments.all.find((one) => one.id === id);
    await until("ready", world.environments.changed, () => row()?.jupyter.kind === "ready");
    assert.equal(world.environments.all.filter((one) => one.container?.name.includes("-db-")).length, 0);
    reader.dispose();

    // Launched again it is the same; after a stop all its services are back.
    const container = row()?.container?.id ?? "";
    assert.equal((await world.launches.up(spec, watcher(), never())).containerId, container);
    const all = (
      await docker.docker("ps", "--quiet", "--filter", "label=com.docker.compose.service=db")
    ).trim();
    await docker.docker("stop", "--time=0", container, ...all.split("\n"));
    const again = await world.launches.launch(spec, watcher(), never());
    assert.deepEqual(await services(spec), ["app running", "db running"]);
    assert.equal(again.containerId, container);
    // A rebuild makes a new one.
    const rebuilt = await world.launches.launch({ ...spec, rebuild: true }, watcher(), never());
    assert.notEqual(rebuilt.containerId, container);
    assert.equal(await cell(rebuilt.jupyter.address, "6*7"), "42\n");
  });

  it("builds its image, with a user of its own and the folder above mounted", async () => {
    const build = [
      "build: {context: .., dockerfile: .devcontainer/Dockerfile}",
      "image: slipway.test/built:1",
    ];
    const text = compose([published, ...build], [])
      .replace(`    image: ${pythonImage}\n`, "")
      .replace('"..:/workspace"', '"../..:/workspaces"');
    const spec = composed(
      text,
      { remoteUser: "dev", workspaceFolder: "/workspaces/${localWorkspaceFolderBasename}" },
      { ".devcontainer/Dockerfile": `FROM ${pythonImage}\nRUN useradd --create-home dev\n` },
    );
    const watched = watcher();
    const { jupyter, remoteFolder } = await world.launches.launch(spec, watched, never());
    assert.match(watched.steps.join("; "), /Building the image; .*Starting the services/);
    assert.equal(await cell(jupyter.address, "import os; print(os.getcwd())"), `${remoteFolder}\n`);
  });

  it("is reached where another service has its network", async () => {
    const spec = composed(compose(["network_mode: service:db"], database));
    const { jupyter } = await world.launches.launch(spec, watcher(), never());
    assert.equal(await cell(jupyter.address, "1+1"), "2\n");
    const outside = composed(compose(["network_mode: service:db"], [...database, `    ${published}`]));
    const launched = await world.launches.launch(outside, watcher(), never());
    assert.match(launched.jupyter.state.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(await cell(launched.jupyter.address, "2+2"), "4\n");
  });

  it("is taken back with its services and its network when it is cancelled", async () => {
    const spec = composed(compose([published], database), { postCreateCommand: "sleep 1000" });
    const cancel = new AbortController();
    const launched = world.launches.up(spec, watcher(), cancel.signal);
    const reader = world.containers.read();
    await until("both services", world.containers.changed, () => {
      const own = world.containers.containers.find((one) => one.devcontainer?.folder === spec.folder);
      return (
        world.containers.containers.filter((one) => one.composeProject === own?.composeProject).length === 2
      );
    });
    const project = world.containers.containers.find(
      (one) => one.devcontainer?.folder === spec.folder,
    )?.composeProject;
    assert.match(await networks(), new RegExp(`^${project}_default$`, "m"));
    cancel.abort();
    await assert.rejects(launched, (error: unknown) => isAbort(error));
    assert.deepEqual(await services(spec), []);
    assert.doesNotMatch(await networks(), new RegExp(`^${project}_default$`, "m"));
    reader.dispose();
  });

  const networks = () => docker.docker("network", "ls", "--format", "{{.Name}}");

  async function fails(spec: LaunchSpec, says: RegExp, by = world): Promise<void> {
    await assert.rejects(by.launches.launch(spec, watcher(), never()), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      assert.match(error.text, says, error.detail);
      return true;
    });
  }

  it("that fails is explained", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await fails(
      composed(compose([`ports: ["127.0.0.1:${port}:8888"]`])),
      new RegExp(
        `^Port ${port} of this machine is taken\\. .* in the Compose file \\("127\\.0\\.0\\.1::8888" takes`,
      ),
    );
    server.close();
    await fails(
      composed(undefined),
      /^There is no Compose file \/.*compose\.yaml\. Correct dockerComposeFile/,
    );
    await fails(
      composed(compose(["imagee: x"])),
      /^The Compose file can't be used: .*services\.app additional properties 'imagee' not allowed\. Correct it/,
    );
    await fails(
      composed(compose(), { service: "none" }),
      /^Service 'none' configured in devcontainer\.json not found/,
    );
    await fails(
      composed(
        compose(
          ["depends_on: {db: {condition: service_healthy}}"],
          ["  db:", `    image: ${boxImage}`, '    command: sh -c "exit 4"'],
        ),
      ),
      /^The container \S+-db-1, which this dev container waits for, ended with exit code 4\. Look at its log/,
    );
    await fails(
      composed(compose([], ["  db:", "    image: 127.0.0.1:9/none:1"])),
      /^The image 127\.0\.0\.1:9\/none:1 could not be pulled: the registry 127\.0\.0\.1:9 can't be reached\./,
    );
    const built = (dockerfile: string) =>
      composed(
        compose(["image: slipway.test/failing:1", "build: ."]).replace(`    image: ${pythonImage}\n`, ""),
        {},
        { ".devcontainer/Dockerfile": dockerfile },
      );
    await fails(built("FROM none.test/x\n"), /^The image none\.test\/x\S* could not be pulled/);
    await fails(
      built(`FROM ${boxImage}\nRUN exit 3\n`),
      /^Docker Compose could not build the image: .*exit code: 3/,
    );
  });

  it("says what to install where the docker command line has no Compose", async () => {
    const found = await findDockerBinaries();
    assert.ok(found.available);
    const config = folderWith({ "config.json": "{}" });
    mkdirSync(join(config, "cli-plugins"));
    symlinkSync(join(found.pluginFolder, "docker-buildx"), join(config, "cli-plugins", "docker-buildx"));
    const poor = environmentsOn({ ...docker, env: { ...docker.env, DOCKER_CONFIG: config } });
    await fails(
      composed(compose()),
      /^This dev container uses Docker Compose, which the docker command line does not have\. Install the docker-compose-plugin/,
      poor,
    );
    poor.dispose();
  });
});

describe("a dev container of Compose services on an engine without GPUs", function () {
  this.timeout(240_000);
  let docker: DockerEngine | undefined;
  let world: EnvironmentWorld;
  before(async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "no-toolkit", gpus: 0 });
    world = environmentsOn(docker);
  });
  after(async () => {
    world?.dispose();
    await docker?.stop();
  });

  const boxed = (app: string[] = []) => compose(app).replace(pythonImage, boxImage);

  it("starts without one that is optional, and not without one that is required", async () => {
    const optional = composed(boxed(), { hostRequirements: { gpu: "optional" } });
    const { gpu } = await world.launches.up(optional, watcher(), never());
    assert.equal(gpu.availability, "none");
    assert.match(gpu.text, /^Launched without a GPU\./);
    await assert.rejects(
      world.launches.up(composed(boxed(), { hostRequirements: { gpu: true } }), watcher(), never()),
      /^Error: This dev container requires a GPU\.|This dev container requires a GPU\./,
    );
  });

  it("says what to write instead of a GPU that the Compose file itself asks for", async () => {
    await assert.rejects(
      world.launches.up(composed(boxed([gpuOfCompose])), watcher(), never()),
      /The Docker engine can't give the GPU that the Compose file asks for\. Take it out there, and write "hostRequirements"/,
    );
  });

  it("starts without one that the engine promises and does not give", async () => {
    const stale = await startDocker({ gpu: "stale" });
    const promised = environmentsOn(stale);
    try {
      const spec = composed(boxed(), { hostRequirements: { gpu: "optional" } });
      const { gpu } = await promised.launches.up(spec, watcher(), never());
      assert.equal(gpu.availability, "none");
      assert.match(gpu.text, /promises one and could not give it/);
    } finally {
      promised.dispose();
      await stale.stop();
    }
  });
});
