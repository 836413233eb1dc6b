// Which pods seem to run Jupyter.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { pod as kind } from "../../../src/core/kube/kinds/pod.ts";

const pod = (name: string, container: object) => ({
  metadata: { name, uid: name },
  spec: { containers: [{ name: "main", image: "busybox:1", ...container }] },
});

describe("a pod that seems to run Jupyter", () => {
  for (const [what, object, seems] of [
    ["has its name", pod("ana-notebook-0", {}), true],
    [
      "has an image that brings it",
      pod("ana-0", { image: "quay.io/jupyter/scipy-notebook:2026-11-02" }),
      true,
    ],
    ["has its port", pod("ana-0", { ports: [{ containerPort: 8080 }, { containerPort: 8888 }] }), true],
    ["is none with another port", pod("web-0", { ports: [{ containerPort: 8080 }] }), false],
    ["is none without anything", {}, false],
  ] as const) {
    it(what, () => {
      const row = kind.project(object);
      assert.equal(row.kind === "Pod" && row.seemsJupyter === true, seems);
    });
  }
});
