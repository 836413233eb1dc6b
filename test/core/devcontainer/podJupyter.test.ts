// What a pod's manifest tells of the Jupyter in it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { podJupyter } from "../../../src/core/devcontainer/podJupyter.ts";

const pod = (...containers: object[]) => podJupyter({ apiVersion: "v1", kind: "Pod", spec: { containers } });

describe("Jupyter in a pod's manifest", () => {
  it("is seen by image, command, port or Kubeflow's prefix", () => {
    const usual = { container: "a", port: 8888, basePath: "/", token: undefined };
    assert.deepEqual(
      pod({ name: "a", image: "nginx" }, { name: "b", image: "quay.io/jupyter/base-notebook" }),
      { ...usual, container: "b" },
    );
    assert.deepEqual(pod({ name: "a", image: "x", command: ["sh", "-c", "jupyter lab"] }), usual);
    assert.deepEqual(pod({ name: "a", image: "x", ports: [{ containerPort: 8888 }] }), usual);
    const prefix = { name: "NB_PREFIX", value: "/notebook/ml/mine" };
    assert.deepEqual(pod({ name: "a", image: "x", env: [prefix] }), {
      ...usual,
      basePath: "/notebook/ml/mine/",
    });
    assert.equal(pod({ name: "a", image: "nginx", ports: [{ containerPort: 80 }] }), undefined);
    assert.equal(podJupyter({}), undefined);
  });

  it("tells port, path and token where they are written out", () => {
    const args = ["jupyter", "lab", "--port=9999", "--ServerApp.base_url=/team", "--ServerApp.token=''"];
    assert.deepEqual(pod({ name: "a", image: "x", args }), {
      container: "a",
      port: 9999,
      basePath: "/team/",
      token: "",
    });
    const env = [{ name: "JUPYTER_TOKEN", value: "t" }];
    assert.equal(pod({ name: "a", image: "jupyter", env })?.token, "t");
    const named = [{ containerPort: 80 }, { containerPort: 7000, name: "notebook" }];
    assert.equal(pod({ name: "a", image: "jupyter", ports: named })?.port, 7000);
  });

  it("tells no token that is known only inside", () => {
    const secret = { name: "JUPYTER_TOKEN", valueFrom: { secretKeyRef: { name: "s", key: "k" } } };
    assert.equal(pod({ name: "a", image: "jupyter", env: [secret] })?.token, undefined);
    const args = ["--NotebookApp.token=$(TOKEN)"];
    assert.equal(pod({ name: "a", image: "jupyter", args })?.token, undefined);
  });
});
