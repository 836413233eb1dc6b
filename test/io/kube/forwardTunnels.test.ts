// Which tunnel a local connection takes: many short ones share one, and none has to wait for one that stays.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "mocha";
import { LocalForward } from "../../../src/io/kube/forward/localForward.ts";
import type { CarryEnd, Meter, Replay, Tunnel } from "../../../src/io/kube/forward/tunnel.ts";
import { type ManualClock, manualClock } from "../../manualClock.ts";

/** Says its number to each connection, and ends it when the client does. */
class NumberedTunnel implements Tunnel {
  readonly isOpen = true;
  load = 0;
  isBusy = false;
  onClosed: ((why: string | undefined) => void) | undefined;
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  meter: Meter | undefined;

  async carry(local: Socket, _replay: Replay | undefined, meter: Meter): Promise<CarryEnd> {
    this.meter = meter;
    this.load++;
    local.resume();
    local.write(String(this.#number));
    await once(local, "end");
    local.end();
    this.load--;
    return { how: "done" };
  }

  dispose(): void {}
}

describe("the tunnels of a forward", () => {
  let clock: ManualClock;
  let tunnels: NumberedTunnel[];
  let opened: () => void;
  let lost: number;
  /** What the next one to be opened waits for. */
  let gate: Promise<void>;
  let forward: LocalForward;
  let port: number;

  beforeEach(async () => {
    clock = manualClock();
    tunnels = [];
    opened = () => {};
    lost = 0;
    gate = Promise.resolve();
    const open = async () => {
      opened();
      await gate;
      const tunnel = new NumberedTunnel(tunnels.length);
      tunnels.push(tunnel);
      return tunnel;
    };
    forward = new LocalForward(open, clock, {
      sent() {},
      received() {},
      lost: () => void lost++,
      unreached() {},
    });
    port = await forward.listen(0);
    await forward.use({ namespace: "default", pod: "pod", port: 80 });
  });
  afterEach(() => forward.dispose());

  /** A connection, and the number of the tunnel that took it. */
  async function connected(): Promise<{ socket: Socket; tunnel: string }> {
    const socket = connect(port, "127.0.0.1");
    // Some are there until the forward ends, which resets them.
    socket.on("error", () => {});
    const [said] = (await once(socket, "data")) as [Buffer];
    return { socket, tunnel: String(said) };
  }

  it("are one each for the first six connections at once, before any of them brought a byte", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, connected));
    assert.equal(new Set(all.map(({ tunnel }) => tunnel)).size, 6);
  });

  it("are six for a rush, however large: the others share one", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, connected));
    const loads = Object.values(Object.groupBy(all, ({ tunnel }) => tunnel)).map((some) => some?.length ?? 0);
    assert.deepEqual(
      loads.toSorted((one, other) => one - other),
      [1, 1, 1, 1, 1, 35],
    );
    assert.equal(tunnels.length, 6);
  });

  it("are shared where no other is to be had", async () => {
    await connected();
    gate = Promise.reject(new Error("too many"));
    gate.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    const numbers: string[] = [];
    while (numbers.length < 3) numbers.push((await connected()).tunnel);
    assert.deepEqual(numbers, ["1", "0", "0"]);
    assert.equal(lost, 0);
  });

  it("are one more than are used, so that the next connection does not wait", async () => {
    await connected();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(tunnels.length, 2);
    assert.equal((await connected()).tunnel, "1");
  });

  it("are a seventh when six connections stay, before the next one comes", async () => {
    await Promise.all(Array.from({ length: 6 }, connected));
    const another = new Promise<void>((resolve) => (opened = resolve));
    clock.advance(500);
    await another;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await connected()).tunnel, "6");
  });

  it("are a seventh when six connections bring much, before the next one comes", async () => {
    await Promise.all(Array.from({ length: 6 }, connected));
    const another = new Promise<void>((resolve) => (opened = resolve));
    for (const { meter } of tunnels) meter?.received(20_000);
    await another;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await connected()).tunnel, "6");
  });

  it("are one more when a reader holds up the first", async () => {
    await connected();
    const [first] = tunnels;
    assert.ok(first);
    first.isBusy = true;
    assert.equal((await connected()).tunnel, "1");
  });

  it("are gone, and that is told, when the only one ends while another can't be opened", async () => {
    let refuse: (why: Error) => void = () => {};
    gate = new Promise((_, reject) => (refuse = reject));
    const asked = new Promise<void>((resolve) => (opened = resolve));
    await connected();
    await asked;
    tunnels[0]?.onClosed?.("killed");
    assert.equal(lost, 0);
    refuse(new Error("nobody there"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(lost, 1);
  });

  it("are shared by those that stay only when there are sixteen", async () => {
    const numbers: string[] = [];
    for (let count = 0; count < 18; count++) {
      numbers.push((await connected()).tunnel);
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(new Set(numbers).size, 16);
    assert.equal(tunnels.length, 16);
  });
});
