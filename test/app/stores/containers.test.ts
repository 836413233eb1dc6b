// The store of containers and images over a scripted engine and a clock turned by hand.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { agingMs, coalesceMs, Containers, lingerMs } from "../../../src/app/stores/containers.ts";
import type { ContainerEngine, ImageRegistry } from "../../../src/app/stores/containers/ports.ts";
import { silentLog } from "../../../src/base/log.ts";
import { abortError, never, onAbort, type Signal } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { containerFrom, imageFrom } from "../../../src/core/image/objects.ts";
import { manualClock } from "../../manualClock.ts";

type OnEvent = Parameters<ContainerEngine["events"]>[1];

/** An engine whose answers a test sets. */
function scripted() {
  const script = {
    ping: async (): Promise<void> => {},
    containers: [] as object[],
    images: [] as object[],
    listFails: undefined as Error | undefined,
    calls: { ping: 0, containers: 0, images: 0, events: 0 },
    emit: undefined as OnEvent | undefined,
    end: undefined as (() => void) | undefined,
    execute: async (): Promise<{ exitCode: number; output: string }> => ({ exitCode: 0, output: "" }),
  };
  const unused = () => Promise.reject(new Error("not scripted"));
  const engine: ContainerEngine = {
    facts: unused,
    inspect: unused,
    start: unused,
    stop: unused,
    removeContainer: unused,
    removeImage: unused,
    tag: unused,
    run: unused,
    logs: unused,
    terminal: unused,
    execute: () => script.execute(),
    publishedHost: async () => undefined,
    ping() {
      script.calls.ping += 1;
      return script.ping();
    },
    async containers() {
      script.calls.containers += 1;
      if (script.listFails) throw script.listFails;
      return script.containers.map(containerFrom).filter((one) => one !== undefined);
    },
    async images() {
      script.calls.images += 1;
      return script.images.map(imageFrom).filter((one) => one !== undefined);
    },
    events(onOpen, onEvent, signal: Signal) {
      script.calls.events += 1;
      script.emit = onEvent;
      onOpen();
      return new Promise((resolve, reject) => {
        script.end = resolve;
        onAbort(signal, () => reject(abortError()));
      });
    },
  };
  const registry: ImageRegistry = { push: unused, pull: unused };
  const clock = manualClock();
  const store = new Containers(engine, registry, clock, silentLog);
  return { script, clock, store };
}

/** Read through a function, so that the compiler takes no earlier answer for the present one. */
const stateOf = (store: Containers) => store.state.kind;

/** Lets everything that waits for no clock run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const running = {
  Id: "c1",
  Names: ["/web"],
  Image: "model:1",
  State: "running",
  Status: "Up 2 minutes",
  Created: 2,
};
const older = {
  Id: "c0",
  Names: ["/old"],
  Image: "model:0",
  State: "exited",
  Status: "Exited (0)",
  Created: 1,
};

describe("containers and images", () => {
  it("ask nothing until somebody looks, and stop a while after the last has gone", async () => {
    const { script, clock, store } = scripted();
    await settle();
    assert.deepEqual(script.calls, { ping: 0, containers: 0, images: 0, events: 0 });
    const one = store.read();
    const two = store.read();
    assert.equal(stateOf(store), "loading");
    await settle();
    assert.equal(stateOf(store), "live");
    assert.deepEqual(script.calls, { ping: 1, containers: 1, images: 1, events: 1 });
    one.dispose();
    one.dispose();
    clock.advance(lingerMs);
    assert.equal(stateOf(store), "live");
    two.dispose();
    clock.advance(lingerMs - 1);
    assert.equal(stateOf(store), "live");
    clock.advance(1);
    assert.equal(stateOf(store), "idle");
    await settle();
    assert.deepEqual(clock.waiting(), []);
  });

  it("stay followed when somebody looks again in time", async () => {
    const { script, clock, store } = scripted();
    store.read().dispose();
    await settle();
    clock.advance(lingerMs / 2);
    store.read();
    clock.advance(lingerMs);
    await settle();
    assert.equal(stateOf(store), "live");
    assert.equal(script.calls.events, 1);
  });

  it("are listed newest first, many events being one list of the kind they touch", async () => {
    const { script, clock, store } = scripted();
    store.read();
    await settle();
    script.containers = [older, running];
    for (let count = 0; count < 50; count += 1)
      script.emit?.({ kind: "container", id: "c1", action: "start" });
    clock.advance(coalesceMs);
    await settle();
    assert.deepEqual(
      store.containers.map((one) => one.name),
      ["web", "old"],
    );
    assert.equal(script.calls.containers, 2);
    assert.equal(script.calls.images, 1);
  });

  it("are listed now and then without an event, for their age", async () => {
    const { script, clock, store } = scripted();
    store.read();
    await settle();
    clock.advance(agingMs);
    await settle();
    assert.equal(script.calls.containers, 2);
  });

  it("are listed anew when the event stream ended and came back", async () => {
    const { script, clock, store } = scripted();
    store.read();
    await settle();
    script.containers = [running];
    script.end?.();
    await settle();
    clock.advance(3000);
    await settle();
    assert.equal(script.calls.events, 2);
    assert.equal(store.containers.length, 1);
  });

  it("stay when the engine goes away, with the reason, and heal when it is back", async () => {
    const { script, clock, store } = scripted();
    script.containers = [running];
    store.read();
    await settle();
    script.ping = () => Promise.reject(new Trouble("unreachable", "Docker is not running."));
    script.end?.();
    await settle();
    clock.advance(300);
    await settle();
    assert.deepEqual(store.state, { kind: "absent", text: "Docker is not running.", remedy: undefined });
    assert.equal(store.containers.length, 1);
    let fired = 0;
    store.changed(() => (fired += 1));
    for (let count = 0; count < 10; count += 1) {
      clock.advance(2500);
      await settle();
    }
    assert.equal(fired, 0, "the same reason is told once");
    assert.ok(script.calls.ping >= 10, "at least every 2.5 s");
    script.ping = async () => {};
    script.containers = [];
    clock.advance(2500);
    await settle();
    assert.equal(stateOf(store), "live");
    assert.equal(store.containers.length, 0);
  });

  it("say so when a list fails, and try again", async () => {
    const { script, clock, store } = scripted();
    script.listFails = new Trouble("timeout", "The engine did not answer.");
    store.read();
    await settle();
    assert.equal(store.state.kind === "absent" && store.state.text, "The engine did not answer.");
    script.listFails = undefined;
    clock.advance(3000);
    await settle();
    assert.equal(stateOf(store), "live");
  });

  it("are asked at once by a refresh, also while the engine is away", async () => {
    const { script, store } = scripted();
    script.ping = () => Promise.reject(new Trouble("unreachable", "Docker is not running."));
    store.read();
    await settle();
    script.ping = async () => {};
    store.refresh();
    await settle();
    assert.equal(stateOf(store), "live");
  });
});

describe("a container's GPUs", () => {
  const list = "GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)\nGPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-2)\n";

  it("are known only from nvidia-smi inside it, and forgotten when it ends", async () => {
    const { script, clock, store } = scripted();
    script.containers = [{ ...running, Labels: { "slipway.gpus": "all" } }];
    store.read();
    await settle();
    assert.equal(store.gpuCheck("c1"), undefined);
    script.execute = async () => ({ exitCode: 0, output: list });
    const check = await store.checkGpu("c1", never());
    assert.equal(check.kind === "verified" && check.gpus.length, 2);
    assert.equal(store.gpuCheck("c1"), check);
    // Restarted so fast that no list saw it stopped.
    script.emit?.({ kind: "container", id: "c1", action: "die" });
    clock.advance(coalesceMs);
    await settle();
    assert.equal(store.gpuCheck("c1"), undefined);
  });

  it("are none, with the reason, when nvidia-smi is not there or fails", async () => {
    const { script, store } = scripted();
    script.execute = async () => ({ exitCode: 127, output: "" });
    assert.deepEqual(await store.checkGpu("c1", never()), {
      kind: "none",
      reason: "nvidia-smi is not there",
    });
    script.execute = async () => ({
      exitCode: 9,
      output: "Failed to initialize NVML: Driver/library version mismatch\n",
    });
    assert.deepEqual(await store.checkGpu("c1", never()), {
      kind: "none",
      reason: "nvidia-smi ended with exit code 9: Failed to initialize NVML: Driver/library version mismatch",
    });
    script.execute = async () => ({ exitCode: 0, output: "No devices found\n" });
    assert.equal((await store.checkGpu("c1", never())).kind, "none");
  });
});
