// Containers and images on the current engine: live rows, logs, what commands do, and an engine that goes away.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "mocha";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { folderWith, sharedDocker, until, type World, worldOn } from "./world.ts";

const box = "slipway.test/box:1";

describe("containers and images", function () {
  this.timeout(60_000);
  let docker: DockerEngine;
  let world: World;
  before(async function () {
    docker = await sharedDocker(this);
    world = worldOn(docker);
  });
  after(() => world?.dispose());

  const start = async (...args: string[]) => (await docker.docker("run", "--detach", ...args)).trim();

  it("are live while somebody looks: started, stopped, removed, tagged by anybody", async () => {
    const { containers } = world;
    const reader = containers.read();
    await until("live", containers.changed, () => containers.state.kind === "live");
    const latencies: number[] = [];
    const id = await start("--name", "live-one", "--stop-signal", "KILL", box, "sleep", "1000");
    const after = Date.now();
    const find = () => containers.containers.find((one) => one.id === id);
    await until("running", containers.changed, () => find()?.state === "running");
    latencies.push(Date.now() - after);
    assert.equal(find()?.name, "live-one");
    assert.equal(find()?.image, box);
    await world.engine.stop(id, AbortSignal.timeout(20_000));
    await until("exited", containers.changed, () => find()?.state === "exited");
    await world.engine.start(id, never());
    await until("running again", containers.changed, () => find()?.state === "running");
    await world.engine.removeContainer(id, never());
    await until("gone", containers.changed, () => find() === undefined);
    await world.engine.tag(box, "slipway.test/other:2", never());
    const tagged = () => containers.images.some((image) => image.tags.includes("slipway.test/other:2"));
    await until("tagged", containers.changed, tagged);
    await world.engine.removeImage("slipway.test/other:2", never());
    await until("untagged", containers.changed, () => !tagged());
    assert.ok(
      latencies.every((ms) => ms < 1500),
      latencies.join(),
    );
    reader.dispose();
  });

  it("run with free ports on loopback, and with a terminal so that a shell stays up", async () => {
    const folder = folderWith({ Dockerfile: `FROM ${box}\nEXPOSE 8888\nCMD ["sh"]\n` });
    await docker.docker("build", "--quiet", "--tag", "test/shell:1", folder);
    const { id, name } = await world.engine.run(
      { image: "test/shell:1", gpus: [], shmSizeBytes: 256 * 1024 * 1024 },
      never(),
    );
    const [row] = (await world.engine.containers(never())).filter((one) => one.id === id);
    assert.equal(row?.name, name);
    assert.equal(row?.state, "running");
    assert.equal(row?.ports[0]?.address, "127.0.0.1");
    assert.ok((row?.ports[0]?.hostPort ?? 0) > 1024);
    const df = await world.engine.execute(id, ["df", "-m", "/dev/shm"], never());
    assert.match(df.output, /\s256\s/);
    await world.engine.removeContainer(id, never());
  });

  it("give their logs: both streams, followed to the end", async () => {
    const id = await start(box, "sh", "-c", "echo out; echo err >&2; sleep 0.5; echo größer");
    let text = "";
    await world.engine.logs(id, { tail: 100, follow: true }, (piece) => void (text += piece), never());
    assert.deepEqual(text.split("\n").sort(), ["", "err", "größer", "out"]);
    let all = "";
    await world.engine.logs(id, { tail: 1, follow: false }, (piece) => void (all += piece), never());
    assert.equal(all, "größer\n");
    await world.engine.removeContainer(id, never());
  });

  it("give their logs from a terminal as they are, and stop when nobody reads", async () => {
    const id = await start("--tty", box, "sh", "-c", "echo \u001b[31mred; sleep 1000");
    const stop = new AbortController();
    let text = "";
    const followed = world.engine.logs(
      id,
      { tail: 100, follow: true },
      (piece) => {
        text += piece;
        stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(followed, (error: unknown) => isAbort(error));
    assert.equal(text, "\u001b[31mred\r\n");
    await world.engine.removeContainer(id, never());
  });

  it("give 200,000 log lines without losing one", async () => {
    const id = await start(box, "sh", "-c", "seq 1 200000");
    await docker.docker("wait", id);
    let lines = 0;
    let last = "";
    await world.engine.logs(
      id,
      { tail: 1_000_000, follow: true },
      async (piece) => {
        lines += piece.split("\n").length - 1;
        last = (last + piece).slice(-20);
      },
      never(),
    );
    assert.equal(lines, 200_000);
    assert.match(last, /\n200000\n$/);
    await world.engine.removeContainer(id, never());
  });

  it("run commands inside, with their exit code; a missing program says so", async () => {
    const id = await start(box, "sleep", "1000");
    assert.deepEqual(
      await world.engine.execute(id, ["sh", "-c", 'echo "$0" >&2; exit 5', "$(id)"], never()),
      {
        exitCode: 5,
        output: "$(id)\n",
      },
    );
    const check = await world.containers.checkGpu(id, never());
    assert.deepEqual(check, { kind: "none", reason: "nvidia-smi is not there" });
    await world.engine.removeContainer(id, never());
  });

  it("say what can't be done, and why", async () => {
    const failures: [work: () => Promise<unknown>, kind: string, says: RegExp][] = [
      [
        () => world.engine.run({ image: "slipway.test/none:1", gpus: [] }, never()),
        "not-found",
        /could not find the image slipway\.test\/none:1/,
      ],
      [
        () => world.engine.stop("0123456789ab", never()),
        "not-found",
        /^Docker could not stop the container: No such container/,
      ],
      [
        () => world.engine.removeImage("../containers/x", never()),
        "bad-input",
        /is not the name of an image/,
      ],
      [() => world.engine.removeImage("x?force=1", never()), "bad-input", /is not the name of an image/],
    ];
    for (const [work, kind, says] of failures) {
      await assert.rejects(work(), (error: unknown) => {
        assert.ok(Trouble.is(error), String(error));
        assert.equal(error.kind, kind);
        assert.match(error.text, says);
        return true;
      });
    }
  });

  it("are pushed nowhere without a registry, in one sentence", async () => {
    await docker.docker("tag", box, "127.0.0.1:9/x:1");
    const lines: string[] = [];
    await assert.rejects(
      world.registry.push("127.0.0.1:9/x:1", (line) => lines.push(line), never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "unreachable"), String(error));
        assert.match(
          error.text,
          /^Docker could not push 127\.0\.0\.1:9\/x:1: the registry 127\.0\.0\.1:9 can't be reached\. Check its name/,
        );
        return true;
      },
    );
    await assert.rejects(
      world.registry.pull("--all", () => {}, never()),
      (error: unknown) => Trouble.is(error, "bad-input"),
    );
  });
});

describe("an engine that is away", function () {
  this.timeout(90_000);
  let docker: DockerEngine | undefined;
  before(async function () {
    await sharedDocker(this);
  });
  after(() => docker?.stop());

  const worldAt = (base: DockerEngine, host: string) => worldOn(base, { ...base.env, DOCKER_HOST: host });

  it("is told apart: absent, forbidden, not an engine", async function () {
    const base = await sharedDocker(this);
    const cases: [host: string, kind: string, says: RegExp][] = [
      [
        "unix:///nonexistent/docker.sock",
        "unreachable",
        /^Docker is not running: nothing answers at unix:\/\/\/nonexistent/,
      ],
      [
        "tcp://127.0.0.1:9",
        "unreachable",
        /^Docker is not running: nothing answers at tcp:\/\/127\.0\.0\.1:9/,
      ],
    ];
    for (const [host, kind, says] of cases) {
      const world = worldAt(base, host);
      await assert.rejects(world.engine.ping(never()), (error: unknown) => {
        assert.ok(Trouble.is(error), String(error));
        assert.equal(error.kind, kind);
        assert.match(error.text, says);
        return true;
      });
      const folder = folderWith({ Dockerfile: `FROM ${box}\n` });
      const options = { dockerfile: `${folder}/Dockerfile`, context: folder, tag: "x:1" };
      await assert.rejects(world.builds.build(options, { step() {}, log() {} }, never()), (error: unknown) =>
        Trouble.is(error, "unreachable"),
      );
      world.dispose();
    }
  });

  it("says whom to ask when the socket is forbidden", async function () {
    const base = await sharedDocker(this);
    const engine = new URL("../../src/io/docker/engine.ts", import.meta.url).href;
    const script = `
      const { Engine } = await import(${JSON.stringify(engine)});
      const engine = new Engine(() => ({ DOCKER_HOST: ${JSON.stringify(base.host)} }));
      await engine.ping(new AbortController().signal).catch((error) => console.log(error.kind + " " + error.message));
      engine.dispose();`;
    const nobody = 65_534;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      uid: nobody,
      gid: nobody,
      encoding: "utf8",
    });
    assert.equal(
      stdout.trim(),
      `denied You may not use the Docker engine at ${base.host}. Add yourself to the docker group (sudo usermod -aG docker $USER), then log in again.`,
    );
  });

  it("keeps its rows, says why, and is live again within 3 s of its return", async () => {
    docker = await startDocker({ gpu: "no-toolkit", gpus: 0 });
    const world = worldOn(docker);
    const { containers } = world;
    const reader = containers.read();
    await until("live", containers.changed, () => containers.state.kind === "live");
    assert.deepEqual(
      containers.images.map((image) => image.tags),
      [[box]],
    );
    await docker.kill();
    await until("absent", containers.changed, () => containers.state.kind === "absent");
    assert.match(
      containers.state.kind === "absent" ? containers.state.text : "",
      /^(Docker is not running|The Docker engine at .* went away)/,
    );
    assert.equal(containers.images.length, 1);
    await docker.start();
    const started = Date.now();
    await until("live again", containers.changed, () => containers.state.kind === "live");
    assert.ok(Date.now() - started < 3000, `${Date.now() - started} ms`);
    const said = world.log.filter((line) => /went away|not running/.test(line)).length;
    assert.ok(said <= 3, `said ${said} times`);
    reader.dispose();
    world.dispose();
  });
});
