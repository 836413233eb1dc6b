// Clusters of this machine in the view, with stand-ins for their tools that record how they are called.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import type { App } from "../../../src/app/app.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import type { Containers } from "../../../src/app/stores/containers.ts";
import { LocalClusters } from "../../../src/app/stores/localClusters.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/event.ts";
import type { Log } from "../../../src/base/log.ts";
import { isAbort } from "../../../src/base/signal.ts";
import { containerFrom, type ContainerSummary } from "../../../src/core/image/objects.ts";
import type { Guard } from "../../../src/core/kube/contextGuard.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { LocalTools } from "../../../src/io/kube/localTools.ts";
import { Processes } from "../../../src/io/process/processes.ts";
import { loadImageIntoCluster } from "../../../src/ui/commands/loadImageIntoCluster.ts";
import { startLocalCluster } from "../../../src/ui/commands/startLocalCluster.ts";
import { stopLocalCluster } from "../../../src/ui/commands/stopLocalCluster.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { FakeUi } from "./fakeUi.ts";
import { memory, untilTree } from "./treeWorld.ts";

const kubeconfig = `clusters:
- {name: kind-dev, cluster: {server: "https://127.0.0.1:1"}}
- {name: k3d-a, cluster: {server: "https://0.0.0.0:1"}}
- name: ml
  cluster:
    server: https://192.168.49.2:8443
    extensions: [{name: cluster_info, extension: {provider: minikube.sigs.k8s.io, version: v1.37.0}}]
- {name: docker-desktop, cluster: {server: "https://kubernetes.docker.internal:6443"}}
- {name: far, cluster: {server: "https://203.0.113.1:6443"}}
users: [{name: kind-dev, user: {}}, {name: admin@k3d-a, user: {}}, {name: ml, user: {}}, {name: docker-desktop, user: {}}]
contexts:
- {name: mine, context: {cluster: kind-dev, user: kind-dev}}
- {name: k3d-a, context: {cluster: k3d-a, user: admin@k3d-a}}
- {name: ml, context: {cluster: ml, user: ml}}
- {name: docker-desktop, context: {cluster: docker-desktop, user: docker-desktop}}
- {name: far, context: {cluster: far, user: ml}}
current-context: mine
`;

/** As the engine lists it. */
const container = (name: string, state: string, labels: object) =>
  containerFrom({ Id: name, Names: [`/${name}`], State: state, Labels: labels }) as ContainerSummary;

describe("clusters of this machine", () => {
  let folder: string;
  let bin: string;
  let nodes: ContainerSummary[];
  let engine: string[];
  let changed: Emitter<void>;
  let log: string[];
  let guard: Guard;
  let isTrusted: boolean;
  let app: App;
  let tree: ClusterTree;
  let ui: FakeUi;
  const own: { dispose(): void }[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-local-"));
    bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(folder, "config"), kubeconfig);
    nodes = [];
    engine = [];
    log = [];
    guard = "none";
    isTrusted = true;
    ui = new FakeUi();
  });
  afterEach(() => {
    for (const one of own.splice(0)) one.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program that writes down its arguments, one a line, and does what the script says. */
  function tool(name: string, script = ""): void {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nprintf '%s\\n' "$@" "--" >> "${join(folder, name)}.calls"\n${script}\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }

  /** How a program was called, a line each. */
  function calls(name: string): string[] {
    const path = join(folder, `${name}.calls`);
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .split("\n--\n")
      .filter((one) => one !== "")
      .map((one) => one.split("\n").join(" "));
  }

  function open(): void {
    const write = (text: string) => void log.push(text);
    const logger: Log = { debug: write, info: write, warn: write, error: write };
    changed = new Emitter<void>();
    const containers = {
      get containers() {
        return nodes;
      },
      changed: changed.event,
      read: () => ({ dispose() {} }),
      engine: {
        containers: async () => nodes,
        images: async () => [{ id: "1", tags: ["model:1"], sizeBytes: 1, createdMs: 0 }],
        start: async (id: string) => void engine.push(`start ${id}`),
        stop: async (id: string) => void engine.push(`stop ${id}`),
      },
    } as unknown as Containers;
    const tools = new LocalTools(new Processes(logger, () => ({ PATH: `${bin}:/usr/bin:/bin` })), () => ({
      PATH: bin,
    }));
    const isReadOnly = () => guard === "readOnly";
    const io = new KubeClusters(() => [join(folder, "config")], systemClock, logger, { isReadOnly });
    const clusters = new Clusters(
      io,
      systemClock,
      logger,
      () => [],
      () => guard,
    );
    const localClusters = new LocalClusters(containers, tools, () => isTrusted, logger);
    const gpus = { changed: new Emitter<string>().event, get: () => undefined };
    const looks = new ClusterLooks(memory(), memory());
    const parts = { clusters, looks, localClusters, containers, gpus };
    app = { ...parts, clock: systemClock, log: logger } as unknown as App;
    tree = new ClusterTree(app);
    own.push(tree, localClusters, clusters);
  }

  async function context(name: string): Promise<ClusterNode> {
    const found = (await tree.children(undefined)).find((one) => one.context === name);
    assert.ok(found);
    return found;
  }

  /** What each context's row says, and which of our words its menu has. */
  async function rows(): Promise<string[]> {
    return (await tree.children(undefined)).map((node) => {
      const { label, description = "", words = [] } = tree.row(node);
      return `${label}: ${[description, ...words.filter((word) => word.startsWith("local"))].join(" ")}`.trim();
    });
  }

  /** @param isDone what else has to be known. */
  async function settled(isDone: (all: string[]) => boolean = () => true): Promise<string[]> {
    let last: string[] = [];
    await rows();
    // Each of the three tools is looked at.
    await untilTree(tree, async () => {
      last = await rows();
      return last.filter((row) => row.includes("localLoad")).length === 3 && isDone(last);
    });
    return last;
  }

  it("say which tool made them and how they are, and offer what that can do", async () => {
    tool("kind");
    tool("k3d");
    tool("minikube", `echo '{"Name":"ml","Host":"Running","APIServer":"Running"}'`);
    nodes = [
      container("dev-control-plane", "running", { "io.x-k8s.kind.cluster": "dev" }),
      container("k3d-a-server-0", "running", { "k3d.cluster": "a" }),
    ];
    open();
    // How minikube is comes from the tool itself, after it was found.
    const isAsked = (all: string[]) => !all.some((row) => row.includes("localStart"));
    assert.deepEqual(await settled(isAsked), [
      "mine: current · kind localStop localLoad",
      "k3d-a: k3d localStop localLoad",
      "ml: minikube localStop localLoad",
      "docker-desktop: Docker Desktop",
      "far:",
    ]);
    assert.match(String(tree.row(await context("mine")).tooltip), /kind cluster dev on this machine/);
    assert.deepEqual(calls("minikube"), ["status -p ml -o json"]);
    nodes = [
      container("dev-control-plane", "exited", { "io.x-k8s.kind.cluster": "dev" }),
      container("k3d-a-server-0", "exited", { "k3d.cluster": "a" }),
    ];
    changed.fire();
    assert.deepEqual((await rows()).slice(0, 2), [
      "mine: current · kind · stopped localStart",
      "k3d-a: k3d · stopped localStart",
    ]);
  });

  it("offer nothing where their tool is not there, the context is only read, or nothing may be run", async () => {
    open();
    const nothing = [
      "mine: current · kind",
      "k3d-a: k3d",
      "ml: minikube",
      "docker-desktop: Docker Desktop",
      "far:",
    ];
    // All three were looked for before one of them comes.
    let looks = 0;
    const looked = new Promise<void>((resolve) => {
      own.push(app.localClusters.changed(() => void (++looks === 3 && resolve())));
    });
    assert.deepEqual(await rows(), nothing);
    await looked;
    assert.deepEqual(await rows(), nothing);
    tool("minikube", `echo '{"Host":"Running"}'`);
    isTrusted = false;
    app.localClusters.refresh();
    assert.deepEqual(await rows(), nothing);
    assert.deepEqual(calls("minikube"), []);
    isTrusted = true;
    app.localClusters.refresh();
    await untilTree(tree, async () => (await rows())[2] === "ml: minikube localStop localLoad");
    guard = "readOnly";
    assert.equal((await rows())[2], "ml: read-only · minikube");
    for (const command of [startLocalCluster, stopLocalCluster, loadImageIntoCluster])
      await assert.rejects(
        Promise.resolve(command.run(app, ui, await context("ml"))),
        /slipway\.contexts\.readOnly/,
      );
    assert.deepEqual(calls("minikube"), ["status -p ml -o json"]);
  });

  it("are started and stopped by their tool, whose words go to the log", async () => {
    tool(
      "minikube",
      `case "$1" in status) echo '{"Host":"Stopped"}';; *) printf '\\033[32m* Starting "ml"\\033[0m\\n';; esac`,
    );
    tool("k3d");
    open();
    await rows();
    await untilTree(tree, async () => (await rows())[2] === "ml: minikube · stopped localStart");
    await startLocalCluster.run(app, ui, await context("ml"));
    assert.deepEqual(calls("minikube").slice(0, 2), ["status -p ml -o json", "start -p ml --keep-context"]);
    assert.deepEqual(ui.reported, ['* Starting "ml"']);
    assert.ok(log.includes('minikube: * Starting "ml"'));
    ui.sure = false;
    await stopLocalCluster.run(app, ui, await context("k3d-a"));
    assert.equal(ui.confirmed[0]?.text, "Stop k3d cluster a?");
    assert.deepEqual(calls("k3d"), []);
    ui.sure = true;
    await stopLocalCluster.run(app, ui, await context("k3d-a"));
    assert.deepEqual(calls("k3d"), ["cluster stop a"]);
  });

  it("of kind are started and stopped as the containers that they are", async () => {
    nodes = [
      container("dev-control-plane", "exited", { "io.x-k8s.kind.cluster": "dev" }),
      container("dev-worker", "exited", { "io.x-k8s.kind.cluster": "dev" }),
      container("other-control-plane", "exited", { "io.x-k8s.kind.cluster": "other" }),
    ];
    open();
    assert.equal((await rows())[0], "mine: current · kind · stopped localStart");
    await startLocalCluster.run(app, ui, await context("mine"));
    await stopLocalCluster.run(app, ui, await context("mine"));
    assert.deepEqual(engine, [
      "start dev-control-plane",
      "start dev-worker",
      "stop dev-control-plane",
      "stop dev-worker",
    ]);
  });

  it("want the name typed where they are protected", async () => {
    tool("k3d");
    guard = "protected";
    open();
    ui.typed = "no";
    await stopLocalCluster.run(app, ui, await context("k3d-a"));
    assert.deepEqual(ui.refused, ["Type k3d-a, or press Escape to leave it."]);
    assert.deepEqual(calls("k3d"), []);
  });

  it("take images from this machine, each by its own command", async () => {
    for (const name of ["kind", "k3d", "minikube"]) tool(name);
    open();
    for (const name of ["mine", "k3d-a", "ml"]) await loadImageIntoCluster.run(app, ui, await context(name));
    assert.deepEqual(
      [calls("kind"), calls("k3d"), calls("minikube")],
      [["load docker-image model:1 --name dev"], ["image import model:1 -c a"], ["image load model:1 -p ml"]],
    );
    await loadImageIntoCluster.run(app, ui, await context("docker-desktop"));
    assert.equal(ui.said.at(-1), "Docker Desktop uses the images of this machine: model:1 is there already.");
    ui.answers = ["ml"];
    await loadImageIntoCluster.run(app, ui, undefined);
    assert.deepEqual(ui.picked.at(-2)?.labels, ["mine", "k3d-a", "ml", "docker-desktop"]);
    await assert.rejects(
      Promise.resolve(loadImageIntoCluster.run(app, ui, await context("far"))),
      /far is no cluster of this machine/,
    );
  });

  it("say why their tool could not, and that it is not there", async () => {
    tool("kind", `echo 'Loading' >&2; echo 'ERROR: no nodes found for cluster "dev"' >&2; exit 1`);
    open();
    await assert.rejects(
      Promise.resolve(loadImageIntoCluster.run(app, ui, await context("mine"))),
      /^Trouble: Could not load model:1 into kind cluster dev: ERROR: no nodes found for cluster "dev"\. The log has all that kind said\.$/,
    );
    await assert.rejects(Promise.resolve(startLocalCluster.run(app, ui, await context("k3d-a"))), /k3d/);
  });

  it("end their tool when they are cancelled", async () => {
    tool("k3d", `echo working; sleep 600`);
    open();
    const stop = new AbortController();
    ui.cancelled = stop.signal;
    ui.onReport = () => stop.abort();
    await assert.rejects(Promise.resolve(startLocalCluster.run(app, ui, await context("k3d-a"))), isAbort);
    assert.ok(
      log.some((line) => line.includes("cluster start a · cancelled")),
      log.join("\n"),
    );
  });
});
