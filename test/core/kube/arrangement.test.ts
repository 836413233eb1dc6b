// What a namespace looks like by workload, node, status and flat: whatever the grouping, no pod is lost or shown twice.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { arranged, groupings } from "../../../src/core/kube/arrangement.ts";
import { filteredGrouping } from "../../../src/core/kube/filteredGrouping.ts";
import { groupRows } from "../../../src/core/kube/grouping.ts";
import type { Health, ObjectRow, PodRow, WorkloadRow } from "../../../src/core/kube/row.ts";

function pod(name: string, more: Partial<PodRow> = {}): PodRow {
  return {
    kind: "Pod",
    uid: `pod-${name}`,
    name,
    namespace: "ml",
    createdMs: 0,
    health: "ok",
    status: "Running",
    phase: "Running",
    ready: 1,
    containers: 1,
    restarts: 0,
    accelerators: {},
    ...more,
  };
}

function job(name: string): WorkloadRow {
  return {
    kind: "Job",
    uid: `job-${name}`,
    name,
    namespace: "ml",
    createdMs: 0,
    health: "ok",
    status: "1 active",
    ready: 1,
    desired: 1,
  };
}

const owner = (name: string) => ({ owner: { kind: "Job", name, uid: `job-${name}` } });
const jobs = [job("train"), job("idle")];
const pods = [
  pod("train-b", { ...owner("train"), node: "n2" }),
  pod("train-a", { ...owner("train"), status: "Pending", phase: "Pending", health: "progress" }),
  pod("alone", { node: "n1", status: "CrashLoopBackOff", health: "error" }),
];
const full = groupRows([...jobs, ...pods]);
const text = (grouping: typeof full, by: (typeof groupings)[number]) => {
  const { groups, rows } = arranged(grouping, "ml", by);
  const names = (all: readonly ObjectRow[]) => all.map(({ name }) => name).join(" ");
  return [...groups.map(({ key, pods: all }) => `${key}: ${names(all)}`), names(rows)].join(" | ");
};

describe("the rows of a namespace", () => {
  it("stand under workloads, nodes, statuses with the worst first, or side by side", () => {
    assert.equal(text(full, "workload"), "idle train alone");
    assert.equal(text(full, "node"), ": train-a | n1: alone | n2: train-b | idle");
    assert.equal(
      text(full, "status"),
      "CrashLoopBackOff: alone | Pending: train-a | Running: train-b | idle",
    );
    assert.equal(text(full, "flat"), "idle train alone train-a train-b");
  });

  it("are laid out after the filter", () => {
    const left = filteredGrouping(full, (row) => row.name === "train-b" || row.name === "idle");
    assert.equal(text(left, "node"), "n2: train-b | idle");
    assert.equal(text(left, "flat"), "idle train train-b");
    assert.equal(
      text(
        filteredGrouping(full, () => false),
        "flat",
      ),
      "",
    );
    // A workload that is wanted alone brings its pods.
    assert.equal(
      text(
        filteredGrouping(full, (row) => row.uid === "job-train"),
        "flat",
      ),
      "train train-a train-b",
    );
  });

  it("keep every pod once, whatever there is", () => {
    let state = 5;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const healths: Health[] = ["ok", "progress", "warning", "error", "done", "unknown"];
    for (let round = 0; round < 300; round++) {
      const workloads = Array.from({ length: random(6) }, (_, index) => job(`j${index}`));
      const many = Array.from({ length: random(40) }, (_, index) =>
        pod(`p${index}`, {
          ...(random(2) === 0 ? owner(`j${random(8)}`) : {}),
          ...(random(3) === 0 ? {} : { node: `n${random(4)}` }),
          status: `s${random(4)}`,
          health: healths[random(6)] ?? "ok",
        }),
      );
      const grouping = groupRows([...workloads, ...many]);
      for (const by of ["node", "status", "flat"] as const) {
        const { groups, rows } = arranged(grouping, "ml", by);
        const shown = [
          ...groups.flatMap(({ pods: all }) => all),
          ...rows.filter(({ kind }) => kind === "Pod"),
        ];
        assert.deepEqual(shown.map(({ uid }) => uid).sort(), many.map(({ uid }) => uid).sort(), by);
        const below = workloads.filter(({ uid }) => by === "flat" || !grouping.under.has(uid));
        assert.equal(rows.filter(({ kind }) => kind === "Job").length, below.length);
      }
    }
  });
});
