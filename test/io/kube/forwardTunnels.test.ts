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

  it("are one, for as many connections at once as come and go", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, connected));
    assert.deepEqual([...new Set(all.map(({ tunnel }) => tunnel))], ["0"]);
    for (const { socket } of all) socket.end();
    assert.equal(tunnels.length, 1);
  });

  it("are one more when a connection stays, before the next one comes", async () => {
    await connected();
    const another = new Promise<void>((resolve) => (opened = resolve));
    clock.advance(500);
    await another;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await connected()).tunnel, "1");
  });

  it("are one more when a connection brings much, before the next one comes", async () => {
    await connected();
    const another = new Promise<void>((resolve) => (opened = resolve));
    tunnels[0]?.meter?.received(20_000);
    await another;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await connected()).tunnel, "1");
  });

  it("are one more when a reader holds up the first", async () => {
    await connected();
    const [first] = tunnels;
    assert.ok(first);
    first.isBusy = true;
    assert.equal((await connected()).tunnel, "1");
  });

  it("are gone, and that is told, when the only one ends while another can't be opened", async () => {
    await connected();
    let refuse: (why: Error) => void = () => {};
    gate = new Promise((_, reject) => (refuse = reject));
    const asked = new Promise<void>((resolve) => (opened = resolve));
    clock.advance(500);
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
