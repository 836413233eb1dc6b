// What outlives the window, when it is older, newer, or broken.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { areSpecs } from "../../../src/app/jobs/forward/spec.ts";
import { areLooks, ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { UsedEnvironments, areUsed } from "../../../src/app/stores/environments/used.ts";
import { Forwards, type Memory } from "../../../src/app/stores/forwards.ts";
import { type IsSound, keptState } from "../../../src/app/stores/keptState.ts";
import { silentLog } from "../../../src/base/log.ts";
import { manualClock } from "../../manualClock.ts";

const spec = { context: "dev", namespace: "ml", kind: "Pod", name: "web", port: 80, localPort: 8080 };

describe("what is kept beyond the window", () => {
  /** A window's state, and what it said of it. */
  function kept(key: string, value: unknown, isSound: IsSound) {
    const values = new Map<string, unknown>(value === undefined ? [] : [[key, value]]);
    const told: string[] = [];
    const memory: Memory = keptState(
      { get: (name) => values.get(name), set: (name, one) => void values.set(name, structuredClone(one)) },
      key,
      isSound,
      (backup) => void told.push(backup),
    );
    return { values, told, memory };
  }
  const forwardsOf = (memory: Memory) =>
    new Forwards({ clock: manualClock(), log: silentLog } as never, memory, () => false);

  it("says its version, and comes back in the next window", () => {
    const { values, memory, told } = kept("forwards", undefined, areSpecs);
    assert.equal(memory.read(), undefined);
    memory.write([spec]);
    assert.deepEqual(values.get("forwards"), { version: 1, value: [spec] });
    assert.deepEqual(
      forwardsOf(memory).all.map((forward) => forward.spec),
      [spec],
    );
    assert.deepEqual(told, []);
  });

  it("is read as earlier versions wrote it", () => {
    const { memory, told, values } = kept("forwards", [spec], areSpecs);
    assert.equal(forwardsOf(memory).all.length, 1);
    assert.deepEqual([told, Array.from(values.keys())], [[], ["forwards"]]);
  });

  for (const [what, value] of [
    ["no value of ours", "\0garbage"],
    ["of a later version", { version: 2, value: { everything: "else" } }],
    ["another thing", { version: 1, value: { 0: spec } }],
  ] as const)
    it(`is ignored where it is ${what}, and set aside before it is written over`, () => {
      const { values, memory, told } = kept("forwards", value, areSpecs);
      const forwards = forwardsOf(memory);
      assert.deepEqual(forwards.all, []);
      assert.deepEqual(values.get("forwards.backup"), value);
      assert.deepEqual(told, ["forwards.backup"]);
      memory.write([spec]);
      assert.equal(forwardsOf(memory).all.length, 1);
      assert.deepEqual(values.get("forwards.backup"), value, "the backup stays");
    });

  it("is set aside also where a store writes without having read", () => {
    const { values, memory } = kept("forwards", "garbage", areSpecs);
    memory.write([]);
    assert.equal(values.get("forwards.backup"), "garbage");
  });

  it("is used as far as it can be read, and set aside as a whole", () => {
    const half = { version: 1, value: [spec, { context: "dev" }] };
    const { values, memory } = kept("forwards", half, areSpecs);
    assert.equal(forwardsOf(memory).all.length, 1);
    assert.deepEqual(values.get("forwards.backup"), half);
    const looks = kept(
      "clusterLooks",
      { version: 1, value: { dev: "?", prod: { filter: "gpu" } } },
      areLooks,
    );
    assert.equal(new ClusterLooks(looks.memory, looks.memory).of("prod").filter, "gpu");
    assert.equal(new ClusterLooks(looks.memory, looks.memory).of("dev").filter, undefined);
    assert.ok(looks.values.has("clusterLooks.backup"));
    const used = kept("environments", [{ id: 1 }, { id: "a", label: "A" }], areUsed);
    assert.deepEqual(new UsedEnvironments(used.memory).all, [{ id: "a", label: "A" }]);
    assert.ok(used.values.has("environments.backup"));
  });
});
