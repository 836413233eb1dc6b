// Which pods a forward may go to, which one it takes, and which of its ports is meant.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { choosePod, containerPort, podQuery } from "../../../src/core/kube/forwardPods.ts";
import { formatSelector } from "../../../src/core/kube/selector.ts";
import type { PodRow } from "../../../src/core/kube/row.ts";

const pod = (uid: string, more: Partial<PodRow> = {}): PodRow => ({
  kind: "Pod",
  uid,
  name: uid,
  createdMs: 0,
  health: "ok",
  status: "Running",
  phase: "Running",
  ready: 1,
  containers: 1,
  restarts: 0,
  accelerators: {},
  ...more,
});

describe("a label selector", () => {
  it("is written as the API reads it", () => {
    const selector = {
      matchLabels: { app: "llm" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["a", "b"] },
        { key: "old", operator: "DoesNotExist" },
        { key: "gpu", operator: "Exists" },
        { key: "zone", operator: "NotIn", values: ["x"] },
      ],
    };
    assert.equal(formatSelector(selector), "app=llm,tier in (a,b),!old,gpu,zone notin (x)");
    assert.equal(formatSelector(undefined), "");
  });
});

describe("the pods of a forward", () => {
  const owned = { kind: "Pod", metadata: { name: "llm-x" } };

  it("are those of the pod's workload, so that a replacement is found", () => {
    const owner = { kind: "Deployment", spec: { selector: { matchLabels: { app: "llm" } } } };
    assert.deepEqual(podQuery(owned, owner), { labelSelector: "app=llm" });
  });

  it("are the pod itself where it comes back under its own name, or not at all", () => {
    const set = { kind: "StatefulSet", spec: { selector: { matchLabels: { app: "llm" } } } };
    for (const owner of [set, undefined])
      assert.deepEqual(podQuery(owned, owner), { fieldSelector: "metadata.name=llm-x" });
  });

  it("are none for a Service without a selector, and a sentence says what to do", () => {
    const found = podQuery({ kind: "Service", metadata: { name: "out" }, spec: {} }, undefined);
    assert.deepEqual(found, {
      problem: "Service out selects no pods itself: forward a port of the pod that serves it.",
    });
  });

  it("stay with the one that serves, and go to the newest that is ready when it is gone", () => {
    const old = pod("old", { createdMs: 1 });
    const fresh = pod("fresh", { createdMs: 2 });
    assert.equal(choosePod([old, fresh], "old")?.uid, "old");
    assert.equal(choosePod([old, fresh], undefined)?.uid, "fresh");
    assert.equal(choosePod([{ ...old, status: "Terminating" }, fresh], "old")?.uid, "fresh");
    assert.equal(choosePod([{ ...fresh, ready: 0 }], "old"), undefined);
    assert.equal(choosePod([{ ...fresh, ready: 0 }], undefined)?.uid, "fresh");
    assert.equal(choosePod([{ ...fresh, phase: "Pending" }], undefined), undefined);
  });
});

describe("the port of a forward", () => {
  const object = {
    spec: {
      containers: [{ ports: [{ name: "http", containerPort: 8000 }] }, { ports: [{ containerPort: 9 }] }],
    },
  };
  const service = {
    spec: { ports: [{ port: 80, targetPort: "http" }, { port: 81, targetPort: 9 }, { port: 82 }] },
  };

  it("is found by name in each pod", () => {
    assert.equal(containerPort(object, { port: 1, name: "http" }, undefined), 8000);
    assert.equal(containerPort(object, { port: 7, name: "gone" }, undefined), 7);
  });

  it("is what the Service maps it to", () => {
    const of = (port: number) => containerPort(object, { port, name: undefined }, service);
    assert.deepEqual([80, 81, 82, 83].map(of), [8000, 9, 82, undefined]);
    const other = { spec: { ports: [{ port: 80, targetPort: "grpc" }] } };
    assert.equal(containerPort(object, { port: 80, name: undefined }, other), undefined);
  });
});
