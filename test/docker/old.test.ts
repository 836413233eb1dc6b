// The same jobs on an old engine (20.10, API 1.41), with each builder that such machines have. Short on purpose.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { findProgram } from "../support/command.ts";
import { findDockerBinaries } from "../support/docker/binaries.ts";
import type { DockerEngine } from "../support/docker/engine.ts";
import { findOldEngine, startOldDocker } from "../support/docker/oldEngine.ts";
import { failingCases, multiStage } from "./cases.ts";
import { folderWith, sharedDocker, until, watch, type World, worldOn } from "./world.ts";

const box = "slipway.test/box:1";
const shown = ["run-fails", "run-multiline", "copy-missing", "unknown-instruction"];

describe("an old engine", function () {
  this.timeout(120_000);
  let docker: DockerEngine | undefined;
  const worlds: World[] = [];
  before(async function () {
    const found = await findOldEngine();
    if (!found.available) return this.skip();
    await sharedDocker(this);
    docker = await startOldDocker();
  });
  after(async () => {
    for (const world of worlds) world.dispose();
    await docker?.stop();
  });

  function world(environment: NodeJS.ProcessEnv = {}): World {
    assert.ok(docker);
    const made = worldOn(docker, { ...docker.env, ...environment });
    worlds.push(made);
    return made;
  }

  /** An environment whose docker command line has just this: its program, and its plugin or none. */
  function client(program: string, plugin: string | undefined): NodeJS.ProcessEnv {
    const folder = folderWith({});
    mkdirSync(join(folder, "cli-plugins"));
    writeFileSync(join(folder, "config.json"), "{}");
    if (plugin) symlinkSync(plugin, join(folder, "cli-plugins", "docker-buildx"));
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "docker"), `#!/bin/sh\nexec ${program} "$@"\n`);
    chmodSync(join(folder, "bin", "docker"), 0o755);
    return { DOCKER_CONFIG: folder, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}` };
  }

  async function buildsAndFails(on: World, command: RegExp): Promise<void> {
    const folder = folderWith({ Dockerfile: multiStage, "hello.txt": "hello\n" });
    const options = {
      dockerfile: join(folder, "Dockerfile"),
      context: folder,
      tag: "old/multi:1",
      withoutCache: true,
    };
    const result = await on.builds.build(options, watch(), never());
    assert.ok(result.sizeBytes > 1_000_000);
    assert.match(on.log.join("\n"), command);
    for (const failing of failingCases.filter((one) => shown.includes(one.name))) {
      const broken = folderWith({ Dockerfile: failing.dockerfile, "hello.txt": "hello\n" });
      const path = join(broken, "Dockerfile");
      const building = on.builds.build({ ...options, dockerfile: path, context: broken }, watch(), never());
      await assert.rejects(building, (error: unknown) => Trouble.is(error, "failed"));
      const [finding] = on.problems.get(path);
      assert.ok(finding, failing.name);
      const { start, end } = finding.range;
      assert.deepEqual(
        [start.line + 1, start.column + 1, end.line + 1, end.column + 1],
        failing.place,
        failing.name,
      );
    }
    const ignored = folderWith({
      Dockerfile: `FROM ${box}\nCOPY model.bin /m\n`,
      ".dockerignore": "*.bin\n",
      "model.bin": "",
    });
    const path = join(ignored, "Dockerfile");
    await assert.rejects(
      on.builds.build({ ...options, dockerfile: path, context: ignored }, watch(), never()),
      /at line 2 of Dockerfile: model\.bin is left out of the build context by line 1 of \.dockerignore \(\*\.bin\)\./,
    );
    writeFileSync(join(ignored, ".dockerignore"), "[\n");
    await assert.rejects(
      on.builds.build({ ...options, dockerfile: path, context: ignored }, watch(), never()),
      /: Line 1 of \.dockerignore is no valid pattern: \[\. Correct it/,
    );
  }

  it("builds with buildx", async () => {
    const found = await findDockerBinaries();
    assert.ok(found.available);
    const environment = client(findProgram("docker") ?? "docker", join(found.pluginFolder, "docker-buildx"));
    await buildsAndFails(world(environment), /^run docker buildx build .*--progress=rawjson/m);
  });

  it("builds with the BuildKit of its own client", async function () {
    if (!existsSync("/usr/bin/docker")) this.skip();
    await buildsAndFails(world(client("/usr/bin/docker", undefined)), /^run docker build --progress=plain/m);
  });

  it("builds with the classic builder of a new client without buildx", async function () {
    const program = findProgram("docker") ?? "docker";
    if (program === "/usr/bin/docker") this.skip();
    await buildsAndFails(world(client(program, undefined)), /^run docker build --force-rm --file=/m);
  });

  it("lists, runs, gives logs and stops, and says that it has no GPU runtime", async () => {
    const on = world();
    const reader = on.containers.read();
    await until("live", on.containers.changed, () => on.containers.state.kind === "live");
    const { id } = await on.engine.run({ image: box, gpus: [] }, never());
    await until("listed", on.containers.changed, () => on.containers.containers.some((one) => one.id === id));
    assert.deepEqual(await on.engine.execute(id, ["echo", "hi"], never()), { exitCode: 0, output: "hi\n" });
    assert.deepEqual(await on.containers.checkGpu(id, never()), {
      kind: "none",
      reason: "nvidia-smi is not there",
    });
    const support = await on.containers.gpuSupport(never());
    assert.match(support.kind === "none" ? support.remedy : "", /nvidia-ctk runtime configure/);
    await assert.rejects(
      on.engine.run({ image: box, gpus: [{ Driver: "", Count: -1, Capabilities: [["gpu"]] }] }, never()),
      (error: unknown) => Trouble.is(error, "missing-tool"),
    );
    await on.engine.removeContainer(id, never());
    await until("gone", on.containers.changed, () => on.containers.containers.length === 0);
    reader.dispose();
  });
});
