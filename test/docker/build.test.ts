// Real builds on the current engine: the image, the failing line, the cancel, the daemon that dies.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { tryCommand } from "../support/command.ts";
import { failingCases, multiStage } from "./cases.ts";
import { folderWith, sharedDocker, watch, type World, worldOn } from "./world.ts";

const box = "slipway.test/box:1";

function optionsFor(folder: string, tag: string) {
  return { dockerfile: join(folder, "Dockerfile"), context: folder, tag, withoutCache: true };
}

/** Command lines of the processes that work on this folder. */
async function processesOn(folder: string): Promise<string[]> {
  const { stdout } = await tryCommand("ps", ["-A", "-o", "pid=,args="]);
  return stdout.split("\n").filter((line) => line.includes(folder) && !line.includes("ps -A"));
}

describe("building an image", function () {
  this.timeout(120_000);
  let docker: DockerEngine;
  let world: World;
  before(async function () {
    docker = await sharedDocker(this);
    world = worldOn(docker);
  });
  after(() => world?.dispose());

  it("goes through the stages and ends with the image, its size and the time", async () => {
    const folder = folderWith({ Dockerfile: multiStage, "hello.txt": "hello\n" });
    const watched = watch();
    const result = await world.builds.build(optionsFor(folder, "test/multi:1"), watched, never());
    assert.equal(result.tag, "test/multi:1");
    assert.ok(result.sizeBytes > 1_000_000 && result.ms > 0);
    assert.equal(
      result.id,
      (await docker.docker("image", "inspect", "--format", "{{.Id}}", "test/multi:1")).trim(),
    );
    assert.ok(
      watched.steps.some(({ text }) => /^Step \d of \d in (build|stage-1): /.test(text)),
      JSON.stringify(watched.steps),
    );
    assert.ok(
      watched.lines.some((line) => /^#\d+ last: hello$/.test(line)),
      watched.lines.join("\n"),
    );
    assert.equal(world.builds.lastTag(join(folder, "Dockerfile")), "test/multi:1");
    assert.deepEqual(world.problems.get(join(folder, "Dockerfile")), []);
    const logged = world.log.filter((line) => line.startsWith("run docker buildx build "));
    assert.match(logged.at(-1) ?? "", / · exit 0 · \d+ ms$/);
  });

  it("shows the builder's remarks as warnings on their lines", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${box} as build\nCMD echo hi\n` });
    await world.builds.build(optionsFor(folder, "test/remarks:1"), watch(), never());
    const found = world.problems.get(join(folder, "Dockerfile"));
    assert.deepEqual(
      found
        .map(({ rule, severity, range }) => [rule, severity, range.start.line + 1] as const)
        .sort((a, b) => a[2] - b[2]),
      [
        ["FromAsCasing", "warning", 1],
        ["JSONArgsRecommended", "warning", 2],
      ],
    );
  });

  for (const failing of failingCases) {
    it(`shows ${failing.name} on its line`, async () => {
      const folder = folderWith({ Dockerfile: failing.dockerfile, "hello.txt": "hello\n" });
      const path = join(folder, "Dockerfile");
      await assert.rejects(
        world.builds.build(optionsFor(folder, "test/failing:1"), watch(), never()),
        (error: unknown) => {
          assert.ok(Trouble.is(error, "failed"), String(error));
          const [line] = failing.place;
          // Why a registry gives no image depends on the machine's network.
          const message = failing.message.split("\n")[0]?.replace(/(?<=: )the registry .*$/, "") ?? "";
          const expected = `The build of test/failing:1 failed at line ${line} of Dockerfile: ${message}`;
          assert.equal(error.text.slice(0, expected.length), expected);
          return true;
        },
      );
      const [finding] = world.problems.get(path).filter(({ severity }) => severity === "error");
      assert.ok(finding);
      const { start, end } = finding.range;
      assert.deepEqual([start.line + 1, start.column + 1, end.line + 1, end.column + 1], failing.place);
    });
  }

  it("takes the finding away when the same file builds", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${box}\nRUN exit 4\n` });
    const options = optionsFor(folder, "test/again:1");
    await assert.rejects(world.builds.build(options, watch(), never()));
    assert.equal(world.problems.get(options.dockerfile).length, 1);
    writeFileSync(options.dockerfile, `FROM ${box}\nRUN true\n`);
    await world.builds.build(options, watch(), never());
    assert.deepEqual(world.problems.get(options.dockerfile), []);
  });

  it("takes folders with spaces, quotes, dashes and $(…) for what they are", async () => {
    const parent = folderWith({ [`-it's "a" $(touch pwned), b/Dockerfile`]: `FROM ${box}\nRUN echo fine\n` });
    const folder = join(parent, `-it's "a" $(touch pwned), b`);
    const result = await world.builds.build(optionsFor(folder, "test/odd:1"), watch(), never());
    assert.ok(result.sizeBytes > 0);
  });

  it("keeps a secret-looking build argument out of the log and the command line", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${box}\nARG HF_TOKEN\nRUN test "$HF_TOKEN" = canary-9\n` });
    const watched = watch();
    const options = { ...optionsFor(folder, "test/secret:1"), buildArguments: { HF_TOKEN: "canary-9" } };
    const result = await world.builds.build(options, watched, never());
    assert.match(result.warnings[0] ?? "", /HF_TOKEN looks like a secret/);
    assert.doesNotMatch(world.log.filter((line) => line.startsWith("run ")).join("\n"), /canary-9/);
  });

  it("gives a build secret to the step that asks, and to nothing else", async () => {
    const folder = folderWith({
      Dockerfile: `FROM ${box}\nRUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" = canary-7\n`,
      "a,b/token": "canary-7",
    });
    const watched = watch();
    const options = {
      ...optionsFor(folder, "test/mounted:1"),
      secrets: [{ id: "token", file: join(folder, "a,b/token") }],
    };
    await world.builds.build(options, watched, never());
    assert.doesNotMatch(
      [...world.log, ...watched.lines].join("\n").replaceAll(/test "\$\(cat[^\n]*/g, ""),
      /canary-7/,
    );
  });

  it("cancelled leaves no process, and the engine's build ends", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${box}\nRUN echo begun; sleep 4242\n` });
    const watched = watch();
    const cancel = new AbortController();
    const build = world.builds.build(optionsFor(folder, "test/cancelled:1"), watched, cancel.signal);
    await watched.line(/^#\d+ begun$/);
    assert.ok((await processesOn(folder)).length > 0);
    assert.equal((await sleepers()).length, 1);
    const started = Date.now();
    cancel.abort();
    await assert.rejects(build, (error: unknown) => isAbort(error));
    assert.ok(Date.now() - started < 4000, `${Date.now() - started} ms`);
    assert.deepEqual(await processesOn(folder), []);
    assert.equal(watched.lines.at(-1), "The build was cancelled.");
    assert.deepEqual(world.problems.get(join(folder, "Dockerfile")), []);
    // The step ran in a container of the engine's own: it must go too.
    const until = Date.now() + 5000;
    while ((await sleepers()).length > 0 && Date.now() < until);
    assert.deepEqual(await sleepers(), []);
    const history = await docker.docker("buildx", "history", "ls", "--format", "{{.Status}}");
    assert.doesNotMatch(history, /Running/);
  });

  it("says when the Dockerfile is gone", async () => {
    const folder = folderWith({});
    await assert.rejects(
      world.builds.build(optionsFor(folder, "test/x:1"), watch(), never()),
      (error: unknown) => Trouble.is(error, "not-found"),
    );
  });
});

/** The processes of a build's RUN that sleeps. */
async function sleepers(): Promise<string[]> {
  const { stdout } = await tryCommand("ps", ["-A", "-o", "args="]);
  return stdout.split("\n").filter((line) => line.trim() === "sleep 4242");
}

describe("a build whose engine is killed", function () {
  this.timeout(120_000);
  let docker: DockerEngine | undefined;
  before(async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "no-toolkit", gpus: 0 });
  });
  after(() => docker?.stop());

  it("ends within 5 s with one sentence, blames no line, and builds again after a start", async () => {
    assert.ok(docker);
    const world = worldOn(docker);
    const folder = folderWith({ Dockerfile: `FROM ${box}\nRUN echo begun; sleep 4343\n` });
    const watched = watch();
    const build = world.builds.build(optionsFor(folder, "test/killed:1"), watched, never());
    const ended = build.then(
      () => undefined,
      (error: unknown) => error,
    );
    await watched.line(/^#\d+ begun$/);
    const killed = Date.now();
    await docker.kill();
    const error = await ended;
    assert.ok(Trouble.is(error, "unreachable"), String(error));
    assert.equal(error.text, "The Docker engine went away during the build. Start it, then build again.");
    assert.ok(Date.now() - killed < 5000, `${Date.now() - killed} ms`);
    assert.deepEqual(world.problems.get(join(folder, "Dockerfile")), []);
    assert.deepEqual(await processesOn(folder), []);
    await docker.start();
    const again = folderWith({ Dockerfile: `FROM ${box}\nRUN true\n` });
    assert.ok((await world.builds.build(optionsFor(again, "test/again:2"), watch(), never())).sizeBytes > 0);
    world.dispose();
  });
});

describe("a build whose engine has a full disk", function () {
  this.timeout(120_000);
  let docker: DockerEngine | undefined;
  before(async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "no-toolkit", gpus: 0, diskMiB: 96 });
  });
  after(() => docker?.stop());

  const full = "The disk of the Docker engine is full. Make room (docker system prune), then build again.";
  for (const [what, instruction, finding] of [
    ["a step that writes, on its line", "RUN dd if=/dev/zero of=/weights bs=1M count=200", [[1, full]]],
    // It fails before any line of the Dockerfile is looked at, or while the base is unpacked beside it.
    ["the build context", "COPY weights /weights", []],
  ] as const) {
    it(`says so of ${what}`, async () => {
      assert.ok(docker);
      const world = worldOn(docker);
      const folder = folderWith({ Dockerfile: `FROM ${box}\n${instruction}\n` });
      writeFileSync(join(folder, "weights"), Buffer.alloc(200 * 1024 * 1024, 1));
      await assert.rejects(
        world.builds.build(optionsFor(folder, "test/full:1"), watch(), never()),
        (error: unknown) => Trouble.is(error) && error.text.endsWith(full),
      );
      const found = world.problems.get(join(folder, "Dockerfile"));
      const shown = found.map((one) => [one.range.start.line, one.message]);
      assert.deepEqual(shown, shown.length === 1 && finding.length === 0 ? [[0, full]] : finding);
      world.dispose();
    });
  }
});
