// Which objects of a manifest have a port to be forwarded.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { forwardables } from "../../../src/core/language/forwardable.ts";

const text = `apiVersion: v1
kind: Service
metadata: {name: llm, namespace: ml}
spec: {ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec: {template: {spec: {containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: quiet}
spec: {template: {spec: {containers: [{name: a, image: a}]}}}
---
apiVersion: batch.volcano.sh/v1alpha1
kind: Job
metadata: {name: others}
spec: {tasks: [{template: {spec: {containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}}}]}
`;

describe("objects with ports", () => {
  it("are found, each with its place", () => {
    assert.deepEqual(
      forwardables("a.yaml", text).map(({ kind, name, namespace, start }) => [
        kind,
        name,
        namespace,
        text.slice(start).split("\n")[1],
      ]),
      [
        ["Service", "llm", "ml", "kind: Service"],
        ["Deployment", "llm", undefined, "kind: Deployment"],
      ],
    );
    assert.deepEqual(forwardables("compose.yaml", "services: {}\n"), []);
  });
});
