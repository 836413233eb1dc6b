// Forwards on a real kubelet: what comes through, and what becomes of them when pods and the API server go.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { after, afterEach, before, describe, it } from "mocha";
import type { Forward } from "../../src/app/jobs/forward/forward.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { demoNames } from "../support/kubernetes/demo.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { sharedCluster, shellPod, type World, worldOn } from "./world.ts";

const MEBIBYTE = 1024 * 1024;
const BYTES = 1024 * MEBIBYTE;

describe("a forward on a real cluster", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: World;
  let forwards: Forwards;

  before(async function () {
    cluster = await sharedCluster(this);
    const serve = [
      // What it is sent comes back.
      "nc -ll -p 9000 -e cat &",
      // Zeros without end.
      "nc -ll -p 9001 -e cat /dev/zero &",
      // The checksum of the first gibibyte.
      `nc -ll -p 9002 -e sh -c 'head -c ${BYTES} | sha256sum' &`,
      "wait",
    ].join("\n");
    await cluster.apply(shellPod("wire", "default", serve));
    await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod/wire", "--timeout=60s");
  });
  after(async () => {
    await cluster?.kubectl("delete", "pod", "-n=default", "wire", "--grace-period=0", "--force");
  });
  afterEach(() => {
    forwards?.dispose();
    world?.dispose();
  });

  async function start(kind: string, name: string, port: number, namespace = "ml"): Promise<Forward> {
    const forward = await add(cluster.kubeconfigPath, kind, name, port, namespace);
    assert.deepEqual(forward.state.kind, "ready", JSON.stringify(forward.state));
    return forward;
  }

  /** Resolves when it is ready or has failed. */
  async function add(
    kubeconfig: string,
    kind: string,
    name: string,
    port: number,
    namespace: string,
  ): Promise<Forward> {
    world = worldOn(kubeconfig);
    const memory = { read: () => undefined, write() {} };
    const { clock, log } = world.app;
    forwards = new Forwards({ clusters: world.store, clock, log }, memory, () => false);
    const context = cluster.context;
    const localPort = 20_000 + Math.floor(Math.random() * 10_000);
    const forward = await forwards.add({ context, namespace, kind, name, port, localPort });
    await until(() => forward.state.kind === "ready" || forward.state.kind === "failed");
    return forward;
  }

  function until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve) => {
      const listener = forwards.changed(() => {
        if (!done()) return;
        listener.dispose();
        resolve();
      });
    });
  }

  const portOf = (forward: Forward) => Number(new URL(forward.url ?? "").port);
  const opened = (forward: Forward) => connect(portOf(forward), "127.0.0.1");

  async function models(forward: Forward): Promise<string> {
    const answer = await fetch(`${forward.url}/v1/models`);
    return answer.text();
  }

  it("reaches the model server of a Service, a Deployment and a pod", async () => {
    for (const kind of ["Service", "Deployment"]) {
      const forward = await start(kind, demoNames.modelServer, 8000);
      assert.match(await models(forward), /demo-7b/);
      forwards.dispose();
      world.dispose();
    }
    const forward = await start("Pod", "wire", 9000, "default");
    const socket = opened(forward);
    socket.write("through");
    assert.equal(String((await once(socket, "data"))[0]), "through");
    socket.destroy();
  });

  for (const [what, args] of [
    ["its pod is deleted", ["delete", "pod", "-l", `app=${demoNames.modelServer}`, "--wait=false"]],
    [
      "its pod is killed at once",
      ["delete", "pod", "-l", `app=${demoNames.modelServer}`, "--grace-period=0", "--force"],
    ],
    ["its Deployment is rolled out anew", ["rollout", "restart", `deployment/${demoNames.modelServer}`]],
  ] as const) {
    it(`keeps its port and answers again when ${what}`, async () => {
      const forward = await start("Deployment", demoNames.modelServer, 8000);
      const { url, state } = forward;
      const first = state.kind === "ready" ? state.pod : "";
      await cluster.kubectl("-n", "ml", ...args);
      await until(() => forward.state.kind === "ready" && forward.state.pod !== first);
      assert.match(await models(forward), /demo-7b/);
      assert.equal(forward.url, url);
    });
  }

  it("keeps its port and answers again when its node is drained", async () => {
    const forward = await start("Deployment", demoNames.modelServer, 8000);
    const { url, state } = forward;
    const first = state.kind === "ready" ? state.pod : "";
    const drain = ["--force", "--delete-emptydir-data", "--ignore-daemonsets", "--disable-eviction=false"];
    try {
      await cluster.kubectl("drain", nodeName, `--pod-selector=app=${demoNames.modelServer}`, ...drain);
      await until(() => forward.state.kind === "reconnecting");
    } finally {
      await cluster.kubectl("uncordon", nodeName);
    }
    await until(() => forward.state.kind === "ready" && forward.state.pod !== first);
    assert.match(await models(forward), /demo-7b/);
    assert.equal(forward.url, url);
  });

  it("comes back after the API server was killed, and resets what was under way", async () => {
    const forward = await start("Service", demoNames.modelServer, 8000);
    const { url } = forward;
    const idle = opened(forward);
    idle.write("GET /v1/models HTTP/1.1\r\n");
    await until(() => forward.bytes.sent > 0);
    const cut = once(idle, "error");
    await cluster.killApiServer();
    await cut;
    await until(() => forward.state.kind === "reconnecting");
    await cluster.startApiServer();
    await until(() => forward.state.kind === "ready");
    assert.match(await models(forward), /demo-7b/);
    assert.equal(forward.url, url);
  });

  it("carries a thousand connections, 32 at a time, and loses none", async () => {
    const forward = await start("Deployment", demoNames.modelServer, 8000);
    let left = 1000;
    const worker = async () => {
      while (left-- > 0) {
        const answer = await fetch(`${forward.url}/v1/models`, { headers: { connection: "close" } });
        assert.match(await answer.text(), /demo-7b/);
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    assert.equal(forward.state.kind, "ready");
    assert.equal(forward.note, undefined);
  });

  describe("through a server that has no tunnel yet", () => {
    before(async () => {
      await cluster.killApiServer();
      // As before Kubernetes 1.31: only the channels are left.
      await cluster.startApiServer(["--feature-gates=PortForwardWebsockets=false"]);
    });
    after(async () => {
      await cluster.killApiServer();
      await cluster.startApiServer();
    });

    it("answers, and carries a hundred connections, 16 at a time", async () => {
      const forward = await start("Service", demoNames.modelServer, 8000);
      let left = 100;
      const worker = async () => {
        while (left-- > 0) {
          const answer = await fetch(`${forward.url}/v1/models`, { headers: { connection: "close" } });
          assert.match(await answer.text(), /demo-7b/);
        }
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      assert.equal(forward.state.kind, "ready");
    });

    it("brings 64 MiB back as they were sent, past a reader that rests", async () => {
      await echoes(await start("Pod", "wire", 9000, "default"));
    });

    it("keeps its port and answers again when its pod is deleted", async () => {
      const forward = await start("Deployment", demoNames.modelServer, 8000);
      const { url, state } = forward;
      const first = state.kind === "ready" ? state.pod : "";
      await cluster.kubectl("-n", "ml", "delete", "pod", first, "--wait=false");
      await until(() => forward.state.kind === "ready" && forward.state.pod !== first);
      assert.match(await models(forward), /demo-7b/);
      assert.equal(forward.url, url);
    });

    it("says that nothing listens", async () => {
      const forward = await start("Pod", "wire", 9, "default");
      const socket = opened(forward);
      await once(socket, "error");
      await until(() => forward.note !== undefined);
      assert.match(forward.note ?? "", /^Nothing listens on port 9 in pod wire: /);
    });
  });

  it("brings 64 MiB back as they were sent, past a reader that rests", async () => {
    await echoes(await start("Pod", "wire", 9000, "default"));
  });

  /** Random bytes there and back; the reader rests while the other side still sends. */
  async function echoes(forward: Forward): Promise<void> {
    const socket = opened(forward);
    const bytes = randomBytes(64 * MEBIBYTE);
    const hash = createHash("sha256");
    let got = 0;
    const done = new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.on("data", (chunk: Buffer) => {
        hash.update(chunk);
        const before = got;
        got += chunk.length;
        if (Math.floor(before / (16 * MEBIBYTE)) !== Math.floor(got / (16 * MEBIBYTE))) {
          socket.pause();
          setTimeout(() => socket.resume(), 200);
        }
        if (got === bytes.length) resolve();
      });
    });
    socket.write(Buffer.from(bytes));
    await done;
    assert.equal(hash.digest("hex"), createHash("sha256").update(bytes).digest("hex"));
    socket.destroy();
  }

  it("says which right is missing", async () => {
    await cluster.apply(
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "looks-only", namespace: "ml" },
        rules: [{ apiGroups: [""], resources: ["pods", "services"], verbs: ["get", "list", "watch"] }],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "looks-only", namespace: "ml" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "looks-only" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "visitor" }],
      },
    );
    const forward = await add(cluster.restrictedKubeconfigPath, "Service", demoNames.modelServer, 8000, "ml");
    try {
      assert.equal(forward.state.kind, "failed");
      assert.match(
        forward.state.kind === "failed" ? forward.state.why : "",
        /may not forward port 8000 of pod .* for the right to (get|create) pods\/portforward\.$/,
      );
    } finally {
      await cluster.kubectl("-n", "ml", "delete", "role,rolebinding", "looks-only");
    }
  });

  it("brings a gibibyte up as it was sent", async () => {
    const forward = await start("Pod", "wire", 9002, "default");
    const socket = opened(forward);
    const chunk = randomBytes(MEBIBYTE);
    const hash = createHash("sha256");
    for (let index = 0; index < BYTES / MEBIBYTE; index++) {
      hash.update(chunk);
      if (!socket.write(Buffer.from(chunk))) await once(socket, "drain");
    }
    const said = String((await once(socket, "data"))[0]);
    assert.equal(said.split(" ")[0], hash.digest("hex"));
    socket.destroy();
  });

  it("brings a gibibyte down, holds little while its reader rests, and serves others meanwhile", async () => {
    const forward = await start("Pod", "wire", 9001, "default");
    // Both at once: which of them will rest is not to be seen yet.
    const slow = opened(forward).pause();
    const quick = opened(forward);
    let got = 0;
    const brought = (bytes: number) =>
      new Promise<void>((resolve) => {
        const listener = (chunk: Buffer) => {
          got += chunk.length;
          if (got < bytes) return;
          quick.off("data", listener);
          resolve();
        };
        quick.on("data", listener);
      });
    // What the way itself takes is there by then: only what is held for the one that rests can grow.
    await brought(BYTES / 4);
    const before = process.memoryUsage.rss();
    await brought(BYTES);
    const grown = (process.memoryUsage.rss() - before) / MEBIBYTE;
    console.log(`      ${grown.toFixed(0)} MiB more beside a reader that rests`);
    assert.ok(grown < 96, `${grown} MiB`);
    quick.destroy();
    slow.destroy();
  });

  it("says once that nothing listens", async () => {
    const forward = await start("Pod", "wire", 9, "default");
    const socket = opened(forward);
    await once(socket, "error");
    await until(() => forward.note !== undefined);
    assert.equal(
      forward.note,
      "Nothing listens on port 9 in pod wire: wait until its server has started, or forward another port.",
    );
    assert.equal(forward.state.kind, "ready");
  });
});

function once(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve) => socket.once(event, (...values: unknown[]) => resolve(values)));
}
