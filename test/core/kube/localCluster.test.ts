// How clusters of this machine are recognised, and the command lines of their tools.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  clusterOfLabels,
  isPlainImage,
  loadCommand,
  localClusterOf,
  statusOf,
  turnCommand,
} from "../../../src/core/kube/localCluster.ts";

const entry = (cluster: string, user: string, server: string, more: object = {}) =>
  localClusterOf({ name: "any", cluster, user, server, ...more });

describe("a cluster of this machine", () => {
  it("is recognised by what its tool writes, under whatever name its context has", () => {
    assert.deepEqual(entry("kind-dev", "kind-dev", "https://127.0.0.1:41234"), { tool: "kind", name: "dev" });
    assert.deepEqual(entry("k3d-a", "admin@k3d-a", "https://0.0.0.0:6550"), { tool: "k3d", name: "a" });
    assert.deepEqual(entry("k3d-a", "admin@k3d-a", "https://host.docker.internal:6550"), {
      tool: "k3d",
      name: "a",
    });
    const provider = "minikube.sigs.k8s.io";
    assert.deepEqual(entry("ml", "ml", "https://192.168.49.2:8443", { provider }), {
      tool: "minikube",
      name: "ml",
    });
    for (const server of ["https://kubernetes.docker.internal:6443", "https://127.0.0.1:6443"])
      assert.deepEqual(entry("docker-desktop", "docker-desktop", server), {
        tool: "Docker Desktop",
        name: "docker-desktop",
      });
  });

  it("is no other: a server elsewhere, another user, a name that could be an option", () => {
    assert.equal(entry("kind-dev", "kind-dev", "https://10.1.2.3:6443"), undefined);
    assert.equal(entry("kind-dev", "kind-dev", "https://127.0.0.1.example.org"), undefined);
    assert.equal(entry("kind-dev", "me", "https://127.0.0.1:1"), undefined);
    assert.equal(entry("minikube", "minikube", "https://192.168.49.2:8443"), undefined);
    assert.equal(entry("kind--x", "kind--x", "https://127.0.0.1:1"), undefined);
    assert.equal(entry("--all", "x", "", { provider: "minikube.sigs.k8s.io" }), undefined);
    assert.equal(localClusterOf({ name: "a", cluster: "kind-a", user: "kind-a" }), undefined);
  });

  it("has nodes in containers with its tool's label", () => {
    assert.deepEqual(clusterOfLabels({ "io.x-k8s.kind.cluster": "dev", other: "x" }), {
      tool: "kind",
      name: "dev",
    });
    assert.deepEqual(clusterOfLabels({ "k3d.cluster": "a" }), { tool: "k3d", name: "a" });
    assert.deepEqual(clusterOfLabels({ "name.minikube.sigs.k8s.io": "ml" }), {
      tool: "minikube",
      name: "ml",
    });
    assert.equal(clusterOfLabels({ "k3d.cluster": "" }), undefined);
  });

  it("has command lines as their documentation has them", () => {
    const line = (found: ReturnType<typeof turnCommand>) => found && [found.command, ...found.args].join(" ");
    const kind = { tool: "kind", name: "dev" } as const;
    const k3d = { tool: "k3d", name: "a" } as const;
    const minikube = { tool: "minikube", name: "ml" } as const;
    const desktop = { tool: "Docker Desktop", name: "docker-desktop" } as const;
    assert.deepEqual(
      [kind, k3d, minikube, desktop].map((one) => [
        line(turnCommand(one, "start")),
        line(turnCommand(one, "stop")),
        line(loadCommand(one, "model:1")),
      ]),
      [
        [undefined, undefined, "kind load docker-image model:1 --name dev"],
        ["k3d cluster start a", "k3d cluster stop a", "k3d image import model:1 -c a"],
        ["minikube start -p ml --keep-context", "minikube stop -p ml", "minikube image load model:1 -p ml"],
        [undefined, undefined, undefined],
      ],
    );
    assert.equal(isPlainImage("localhost:5000/a/b:1@sha256:ab"), true);
    for (const image of ["--all", "", "a b", "<none>"]) assert.equal(isPlainImage(image), false);
  });

  it("says how it is in the words of minikube", () => {
    assert.equal(
      statusOf('{"Name":"ml","Host":"Running","Kubelet":"Running","APIServer":"Running"}'),
      "running",
    );
    assert.equal(
      statusOf('{"Name":"ml","Host":"Running","Kubelet":"Stopped","APIServer":"Stopped"}'),
      "stopped",
    );
    assert.equal(statusOf('[{"Name":"ml","Host":"Stopped"},{"Name":"ml-m02","Host":"Stopped"}]'), "stopped");
    for (const odd of ["", "no such profile", '{"Host":"Nonexistent"}', "null", "[]", "1"])
      assert.equal(statusOf(odd), undefined, odd);
  });
});
