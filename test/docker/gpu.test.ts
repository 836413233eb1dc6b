// Containers with GPUs by CDI: all, by id, an id that is not there, no toolkit; the badge only by nvidia-smi.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { deviceRequests, type GpuRequest, requestProblem } from "../../src/core/image/gpuSupport.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { sharedDocker, until, type World, worldOn } from "./world.ts";

const box = "slipway.test/box:1";

describe("a container with GPUs", function () {
  this.timeout(90_000);
  let docker: DockerEngine | undefined;
  let world: World;
  before(async function () {
    await sharedDocker(this);
    docker = await startDocker({ gpu: "cdi", gpus: 2 });
    world = worldOn(docker);
  });
  after(async () => {
    world?.dispose();
    await docker?.stop();
  });

  async function run(request: GpuRequest) {
    const support = await world.containers.gpuSupport(never());
    return world.engine.run(
      { image: box, gpus: deviceRequests(request, support), gpusAsked: request.kind },
      never(),
    );
  }

  it("is promised by an engine that names devices", async () => {
    const support = await world.containers.gpuSupport(never());
    assert.equal(support.text, "Ready by CDI: 2 GPUs");
  });

  for (const [name, request, seen] of [
    ["all", { kind: "all" }, 2],
    ["by id", { kind: "ids", ids: ["1"] }, 1],
    ["a number", { kind: "count", count: 1 }, 1],
  ] as [string, GpuRequest, number][]) {
    it(`${name}: has a badge only after nvidia-smi answered inside`, async () => {
      const { id } = await run(request);
      const reader = world.containers.read();
      await until("listed", world.containers.changed, () =>
        world.containers.containers.some((one) => one.id === id && one.state === "running"),
      );
      assert.equal(world.containers.gpuCheck(id), undefined);
      const check = await world.containers.checkGpu(id, never());
      assert.ok(check.kind === "verified", JSON.stringify(check));
      assert.equal(check.gpus.length, seen, JSON.stringify(check));
      assert.deepEqual(world.containers.gpuCheck(id), check);
      await docker?.docker("kill", id);
      await until(
        "no badge once stopped",
        world.containers.changed,
        () => world.containers.gpuCheck(id) === undefined,
      );
      await world.engine.removeContainer(id, never());
      reader.dispose();
    });
  }

  it("none: sees none", async () => {
    const { id } = await run({ kind: "none" });
    assert.deepEqual(await world.containers.checkGpu(id, never()), {
      kind: "none",
      reason: "nvidia-smi is not there",
    });
    await world.engine.removeContainer(id, never());
  });

  it("an id that is not there: refused before the start, and by the engine with its name", async () => {
    const support = await world.containers.gpuSupport(never());
    assert.equal(
      requestProblem({ kind: "ids", ids: ["5"] }, support),
      "This engine has no GPU 5. It has 0, 1.",
    );
    await assert.rejects(run({ kind: "ids", ids: ["5"] }), (error: unknown) => {
      assert.ok(Trouble.is(error, "not-found"), String(error));
      assert.match(error.text, /^The Docker engine knows no GPU 5\. /);
      return true;
    });
    const left = await world.engine.containers(never());
    assert.deepEqual(left, [], "a container that could not start is taken away");
  });

  it("a GPU that is lost since: says so", async () => {
    await docker?.setGpu("one-lost");
    const support = await world.containers.gpuSupport(never());
    assert.equal(support.text, "Ready by CDI: 1 GPU");
    await docker?.setGpu("cdi");
  });

  it("a stale spec: the start fails with a sentence, and leaves no container", async () => {
    await docker?.setGpu("stale");
    await assert.rejects(run({ kind: "all" }), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      assert.match(error.text, /^The GPU files that the CDI spec names are not there/);
      return true;
    });
    assert.deepEqual(await world.engine.containers(never()), []);
    await docker?.setGpu("cdi");
  });

  it("no spec, no toolkit: says what is missing before anything starts", async () => {
    for (const state of ["no-spec", "no-toolkit"] as const) {
      await docker?.setGpu(state);
      const support = await world.containers.gpuSupport(never());
      assert.equal(support.kind, "none", state);
      assert.match(support.text, /^The Docker engine has no GPU runtime/);
      assert.match(
        support.kind === "none" ? support.remedy : "",
        /Install the NVIDIA Container Toolkit, then run: sudo nvidia-ctk cdi generate/,
      );
    }
    await assert.rejects(
      world.engine.run({ image: box, gpus: [{ Driver: "", Count: -1, Capabilities: [["gpu"]] }] }, never()),
      (error: unknown) => {
        assert.ok(Trouble.is(error, "missing-tool"), String(error));
        assert.match(error.text, /has no GPU runtime/);
        return true;
      },
    );
  });
});
