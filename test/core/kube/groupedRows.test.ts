// A grouping that goes along with its rows is the same as one that is made anew.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { GroupedRows, type Grouping, groupRows } from "../../../src/core/kube/grouping.ts";
import type { RowChange } from "../../../src/core/kube/knownRows.ts";
import type { ObjectRow, PodRow, ResourceRow, WorkloadRow } from "../../../src/core/kube/row.ts";

const base = (name: string) =>
  ({ uid: name, name, namespace: "ml", createdMs: 0, health: "ok", status: "" }) as const;
const owned = (uid: string) => ({ owner: { kind: "any", name: uid, uid } });

function pod(name: string, more: Partial<PodRow> = {}): PodRow {
  const kind = { kind: "Pod", phase: "Running", ready: 1, containers: 1, restarts: 0 } as const;
  return { ...base(name), ...kind, accelerators: {}, ...more };
}

function workload(kind: WorkloadRow["kind"], name: string, more: Partial<WorkloadRow> = {}): WorkloadRow {
  return { ...base(name), kind, ready: 1, desired: 1, ...more };
}

/** All that is said of who stands where, with the very rows. */
function said({ under, top, holders, held }: Grouping): unknown {
  const sorted = <Value>(entries: Iterable<readonly [string, Value]>) =>
    Array.from(entries).sort(([one], [other]) => (one < other ? -1 : 1));
  return [sorted(under), sorted(top), sorted(holders), sorted(held)];
}

describe("rows that are grouped", () => {
  const web = workload("Deployment", "web");
  const set = workload("ReplicaSet", "web-1", owned("web"));

  it("go along with single changes, and say on which nodes others hold accelerators", () => {
    const one = pod("one", { ...owned("web-1"), node: "n1", accelerators: { "nvidia.com/gpu": 2 } });
    const grouped = new GroupedRows([web, set, one]);
    const before = grouped.grouping;
    assert.deepEqual(before.held.get("n1"), { "nvidia.com/gpu": 2 });
    const two = { ...one, uid: "two", name: "two" };
    assert.deepEqual(grouped.update([{ uid: "two", after: two }]), new Set(["n1"]));
    assert.notEqual(grouped.grouping, before, "what was made of the one before is not kept");
    assert.deepEqual(grouped.grouping.held.get("n1"), { "nvidia.com/gpu": 4 });
    const moved = { ...one, node: "n2" };
    assert.deepEqual(grouped.update([{ uid: "one", before: one, after: moved }]), new Set(["n1", "n2"]));
    assert.deepEqual(grouped.update([{ uid: "two", before: two }]), new Set(["n1"]));
    assert.equal(grouped.grouping.held.has("n1"), false);
    assert.deepEqual(said(grouped.grouping), said(groupRows([web, set, moved])));
    assert.deepEqual(grouped.update([{ uid: "web", before: web, after: { ...web, ready: 0 } }]), new Set());
    assert.deepEqual(grouped.grouping.top.get("ml"), [{ ...web, ready: 0 }]);
  });

  it("are grouped anew where rows that others stand under come, go or move", () => {
    const grouped = new GroupedRows([web, set, pod("one", owned("web-1"))]);
    const before = said(grouped.grouping);
    assert.equal(grouped.update([{ uid: "web", before: web }]), undefined);
    assert.equal(grouped.update([{ uid: "x", after: workload("Job", "x") }]), undefined);
    assert.equal(
      grouped.update([{ uid: "web-1", before: set, after: { ...set, ...owned("x") } }]),
      undefined,
    );
    assert.deepEqual(said(grouped.grouping), before, "something was taken in");
  });

  it("stand in their place once where a change was known already", () => {
    const was = pod("one", { node: "n1", accelerators: { "nvidia.com/gpu": 1 } });
    const is = { ...was, node: "n2" };
    const grouped = new GroupedRows([is]);
    grouped.update([{ uid: "one", before: was, after: is }]);
    assert.deepEqual(said(grouped.grouping), said(groupRows([is])));
  });

  it("are as if grouped anew after whatever happens to pods, owners and operators", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const selector = (index: number) => `ray.io/cluster=r${index}`;
    const fresh = (): ObjectRow => {
      const uid = String(random(24));
      const owner = random(2) === 0 ? owned(["d0", "s1", "j2", "r0", "r1"][random(5)] ?? "") : {};
      const links = random(3) === 0 ? { links: [selector(random(2))] } : {};
      const gpus = random(2) === 0 ? { accelerators: { "nvidia.com/gpu": 1 + random(3) } } : {};
      const place = random(4) === 0 ? {} : { node: `n${random(3)}` };
      const phase = random(5) === 0 ? "Succeeded" : "Running";
      const namespace = `ns${random(2)}`;
      switch (random(8)) {
        case 0:
          return workload("Deployment", "d0", { ready: random(5) });
        case 1:
          return workload("ReplicaSet", "s1", { ...(random(4) === 0 ? {} : owned("d0")), ready: random(5) });
        case 2:
          return workload("Job", "j2", { ...owner, ready: random(5) });
        case 3: {
          const index = random(2);
          const detail = random(2) === 0 ? { ...owned("r0"), isDetail: true as const } : {};
          const more: Partial<ResourceRow> = { columns: [], selects: [selector(index)], ...detail };
          return { ...base(`r${index}`), kind: "RayCluster.ray.io", columns: [], ...more };
        }
        case 4:
          return { ...base(`service-${uid}`), kind: "Service", ports: [random(9)], ...links };
        default:
          return pod(`pod-${uid}`, { ...owner, ...links, ...gpus, ...place, phase, namespace });
      }
    };
    const rows = new Map<string, ObjectRow>();
    let grouped = new GroupedRows([]);
    let takenIn = 0;
    for (let round = 0; round < 2_000; round++) {
      const changes = new Map<string, RowChange>();
      for (let count = 1 + random(3); count > 0; count--) {
        const row = fresh();
        const before = rows.get(row.uid);
        if (changes.has(row.uid)) continue;
        const isGone = before && random(4) === 0;
        // An object keeps its namespace.
        const after = before ? { ...row, namespace: before.namespace ?? "" } : row;
        changes.set(row.uid, { uid: row.uid, ...(before ? { before } : {}), ...(isGone ? {} : { after }) });
        if (isGone) rows.delete(row.uid);
        else rows.set(row.uid, after);
      }
      // Some lists are looked at between, and so in order; others are not.
      if (random(2) === 0) grouped.grouping.top.get(`ns${random(2)}`);
      if (grouped.update(Array.from(changes.values()))) takenIn++;
      else grouped = new GroupedRows(Array.from(rows.values()));
      const anew = groupRows(Array.from(rows.values()));
      if (round % 5 === 0) assert.deepEqual(said(grouped.grouping), said(anew), `round ${round}`);
      for (const row of rows.values()) assert.equal(grouped.grouping.parentOf(row), anew.parentOf(row));
    }
    assert.ok(takenIn > 500, `only ${takenIn} rounds were taken in`);
  });
});
