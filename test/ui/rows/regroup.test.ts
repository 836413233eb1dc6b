// What stands under what, while rows come, go, and are no longer read.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import type { Cluster, KindName } from "../../../src/app/stores/cluster/cluster.ts";
import { plainLook } from "../../../src/app/stores/clusterLooks.ts";
import type { ObjectRow, PodRow } from "../../../src/core/kube/row.ts";
import { ClusterNodes } from "../../../src/ui/rows/kube/clusterNodes.ts";

const gpu = { accelerators: { "nvidia.com/gpu": 1 } };

function pod(name: string, more: Partial<PodRow> = {}): PodRow {
  const base = { uid: name, name, namespace: "ml", createdMs: 0, health: "ok", status: "Running" } as const;
  const facts = { phase: "Running", ready: 1, containers: 1, restarts: 0, node: "n1", ...gpu };
  return { kind: "Pod", ...base, ...facts, ...more };
}

describe("the grouping of a context's rows", () => {
  let rows: ObjectRow[];
  let firstClass: KindName[];
  const known = { served: {}, letGo: 0 };
  const cluster = {
    entry: { name: "dev" },
    rows: (kind: KindName) => rows.filter((row) => row.kind === kind),
    get firstClass() {
      return firstClass;
    },
    get served() {
      return known.served;
    },
    get letGo() {
      return known.letGo;
    },
  } as unknown as Cluster;
  let nodes: ClusterNodes;
  const shown = () =>
    nodes
      .grouping(cluster)
      .top.get("ml")
      ?.map(({ name }) => name);

  beforeEach(() => {
    rows = [pod("a")];
    firstClass = [];
    nodes = new ClusterNodes(
      () => [],
      () => plainLook,
    );
    assert.deepEqual(shown(), ["a"]);
  });

  it("goes along with changes, and says where others hold GPUs", () => {
    const after = pod("b", { node: "n2" });
    rows.push(after);
    assert.deepEqual(shown(), ["a"], "as long as it was not told");
    assert.deepEqual(nodes.regroup(cluster, [{ uid: "b", after }]), new Set(["n2"]));
    assert.deepEqual(shown(), ["a", "b"]);
  });

  it("is made anew where rows went without a change, or other kinds are served", () => {
    rows = [pod("b")];
    known.letGo++;
    assert.deepEqual(shown(), ["b"]);
    const ray: ObjectRow = { ...pod("ray"), kind: "RayCluster.ray.io", columns: [] };
    rows.push(ray);
    known.served = {};
    assert.deepEqual(shown(), ["b"], "of a kind that is not among those of operators");
    firstClass = ["RayCluster.ray.io"];
    known.served = {};
    assert.deepEqual(shown(), ["b", "ray"]);
    rows = [ray];
    known.letGo++;
    assert.equal(nodes.regroup(cluster, []), undefined, "on which nodes is not known");
    assert.deepEqual(shown(), ["ray"]);
  });

  it("has nothing of nodes, namespaces, and kinds that stand under Resources alone", () => {
    for (const kind of ["Node", "Namespace", "ConfigMap.core"] as const)
      assert.equal(nodes.isGrouped(cluster, kind), false);
    firstClass = ["RayCluster.ray.io"];
    for (const kind of ["Pod", "Service", "Job", "RayCluster.ray.io"] as const)
      assert.equal(nodes.isGrouped(cluster, kind), true);
  });
});
