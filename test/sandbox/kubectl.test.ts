// The sandbox under a real kubectl: everything that somebody would try first.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { findProgram, tryCommand } from "../support/command.ts";
import { findKubernetes, hasKubernetes } from "../support/kubernetes/binaries.ts";

const manifest = (image: string, replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: hello}
  template:
    metadata:
      labels: {app: hello}
    spec:
      containers:
      - name: web
        image: ${image}
        ports:
        - containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: hello
spec:
  selector: {app: hello}
  ports:
  - port: 80
`;

describe("the sandbox under kubectl", function () {
  this.timeout(20_000);
  let sandbox: Sandbox;
  let folder = "";
  let program = "";
  const running = new Set<ChildProcess>();

  before(async function () {
    const found = await findKubectl();
    if (found === undefined) {
      console.log("      no kubectl: neither built for the cluster suite nor in PATH");
      this.skip();
    }
    program = found;
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-kubectl-"));
    await writeFile(join(folder, "kubeconfig"), sandbox.kubeconfig);
  });
  after(async () => {
    for (const child of running) child.kill();
    await sandbox?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const environment = () => ({ ...process.env, KUBECONFIG: join(folder, "kubeconfig"), HOME: folder });
  const kubectl = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await tryCommand(program, args, {
      env: environment(),
      timeoutMs: 15_000,
    });
    return { code: exitCode, out: stdout, error: stderr };
  };
  /** Runs on; `said` resolves with the first line that is like that. */
  const start = (...args: string[]) => {
    const child = spawn(program, args, { env: environment(), stdio: ["pipe", "pipe", "pipe"] });
    running.add(child);
    let text = "";
    let wake = () => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        wake();
      });
    }
    const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`kubectl ended with ${child.exitCode}: ${text}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          child.once("exit", resolve);
        });
      }
    };
    return { child, said };
  };

  it("gets nodes and pods in columns", async () => {
    const nodes = await kubectl("get", "nodes");
    assert.match(nodes.out, /^NAME +STATUS +ROLES +AGE +VERSION\ngpu-a100-mig-0 +Ready/);
    const pods = await kubectl("get", "pods", "-o", "wide");
    assert.match(pods.out, /embed-backfill-\S+ +0\/1 +CrashLoopBackOff +\d+ \(.* ago\)/);
    assert.match(pods.out, /pretrain-70b-\S+ +0\/1 +Pending/);
    assert.match((await kubectl("get", "all")).out, /deployment\.apps\/qwen-server +1\/1/);
  });

  it("describes a pod with its events, a node with what it has, and a service with its endpoints", async () => {
    const pod = await kubectl("describe", "pod", "-l", "app=pretrain-70b");
    assert.match(
      pod.out,
      /Events:(.|\n)*FailedScheduling(.|\n)*0\/3 nodes are available: 3 Insufficient nvidia\.com\/gpu/,
    );
    const node = await kubectl("describe", "node", "gpu-a100-mig-0");
    assert.match(node.out, /nvidia\.com\/mig-1g\.10gb +1 +1\n/);
    const service = await kubectl("describe", "service", "qwen-server");
    assert.match(service.out, /Endpoints: +10\.244\.\d+\.\d+:8000/);
  });

  it("shows logs, of the run before too, and follows them", async () => {
    assert.match((await kubectl("logs", "job/llama-finetune", "--tail=1")).out, /^\[rank0\] step \d+/);
    assert.match((await kubectl("logs", "deploy/embed-backfill", "--previous")).out, /CUDA out of memory/);
    await kubectl(
      "run",
      "ticker",
      "--image=busybox",
      "--restart=Never",
      "--",
      "sh",
      "-c",
      "echo 1; sleep 0.3; echo 2; sleep 0.3; echo 3",
    );
    await kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/ticker", "--timeout=5s");
    const follow = await kubectl("logs", "-f", "ticker");
    assert.deepEqual([follow.code, follow.out], [0, "1\n2\n3\n"]);
  });

  it("executes commands: output, input, exit code", async () => {
    const run = await kubectl("exec", "job/llama-finetune", "--", "sh", "-c", "nvidia-smi -L; exit 3");
    assert.equal(run.code, 3);
    assert.match(run.out, /^GPU 0: NVIDIA H100 80GB HBM3 \(UUID: GPU-/);
    const piped = await tryCommand(program, ["exec", "-i", "job/llama-finetune", "--", "cat"], {
      env: environment(),
      input: "through\n",
    });
    assert.equal(piped.stdout, "through\n");
  });

  for (const [how, websockets] of [
    ["through the WebSocket tunnel", "true"],
    ["over plain SPDY", "false"],
  ]) {
    it(`forwards a port ${how}`, async () => {
      process.env["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = websockets;
      const port = await freePort();
      const forward = start("port-forward", "service/qwen-server", `${port}:8000`, "--address", "127.0.0.1");
      await forward.said(/Forwarding from 127/);
      for (let index = 0; index < 5; index++) {
        const answer = await fetch(`http://127.0.0.1:${port}/v1/models`);
        assert.match(await answer.text(), /Qwen\/Qwen3-8B/);
      }
      forward.child.kill();
      delete process.env["KUBECTL_PORT_FORWARD_WEBSOCKETS"];
      const upgrades = Array.from(sandbox.faults.requests).filter(([key]) => key.endsWith("/portforward"));
      assert.equal(
        upgrades.some(([key]) => key.startsWith(websockets === "true" ? "GET" : "POST")),
        true,
      );
    });
  }

  it("creates what it sends as protobuf", async () => {
    assert.equal((await kubectl("create", "namespace", "made")).out, "namespace/made created\n");
    const made = await kubectl(
      "create",
      "deployment",
      "web",
      "-n",
      "made",
      "--image=nginx:1.29",
      "--replicas=2",
      "--port=80",
    );
    assert.equal(made.out, "deployment.apps/web created\n", made.error);
    const fields =
      "{.spec.replicas} {.spec.selector.matchLabels.app} {.spec.template.spec.containers[0].ports[0].containerPort}";
    assert.equal(
      (await kubectl("get", "deployment", "web", "-n", "made", "-o", `jsonpath=${fields}`)).out,
      "2 web 80",
    );
    await kubectl("create", "configmap", "c", "-n", "made", "--from-literal=key=ü");
    assert.equal(
      (await kubectl("get", "configmap", "c", "-n", "made", "-o", "jsonpath={.data.key}")).out,
      "ü",
    );
    assert.equal((await kubectl("auth", "can-i", "create", "pods/portforward")).out, "yes\n");
    assert.equal((await kubectl("delete", "namespace", "made")).code, 0);
  });

  it("takes back what it gave: a list that is deleted and applied again", async () => {
    await kubectl("create", "configmap", "kept", "--from-literal=a=b");
    const file = join(folder, "list.yaml");
    await writeFile(file, (await kubectl("get", "configmaps", "kept", "finetune-config", "-o", "yaml")).out);
    await kubectl("delete", "configmap", "kept");
    await kubectl("apply", "-f", file, "--overwrite");
    assert.equal((await kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}")).out, "b");
    assert.equal((await kubectl("diff", "-f", file)).code, 0, "nothing is left to change");
  });

  it("applies, watches, applies again, rolls out and deletes", async () => {
    const file = join(folder, "hello.yaml");
    const watch = start("get", "pods", "-l", "app=hello", "-w");
    await writeFile(file, manifest("nginx:1.29", 2));
    const applied = await kubectl("apply", "-f", file);
    assert.deepEqual(
      [applied.code, applied.out],
      [0, "deployment.apps/hello created\nservice/hello created\n"],
      applied.error,
    );
    await watch.said(/^NAME +READY(.|\n)*hello-\S+ +1\/1 +Running/);
    await writeFile(file, manifest("nginx:1.30", 1));
    assert.match(
      (await kubectl("apply", "-f", file)).out,
      /deployment\.apps\/hello configured\nservice\/hello unchanged/,
    );
    const rollout = await kubectl("rollout", "status", "deployment/hello", "--timeout=10s");
    assert.match(rollout.out, /successfully rolled out/);
    const images = await kubectl(
      "get",
      "deployment",
      "hello",
      "-o",
      "jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image}",
    );
    assert.equal(images.out, "1 nginx:1.30");
    assert.equal((await kubectl("scale", "deployment", "hello", "--replicas=0")).code, 0);
    const deleted = await kubectl("delete", "-f", file);
    // Newer ones name the namespace too.
    const said = deleted.out.replaceAll(" from ml namespace", "");
    assert.deepEqual([deleted.code, said], [0, 'deployment.apps "hello" deleted\nservice "hello" deleted\n']);
    await watch.said(/hello-\S+ +\d\/1 +Terminating/);
    watch.child.kill();
    assert.match((await kubectl("get", "deployment", "hello")).error, /deployments\.apps "hello" not found/);
  });
});

/** The cluster suite's kubectl when it is there already, else the one in PATH. */
async function findKubectl(): Promise<string | undefined> {
  if (hasKubernetes()) {
    const found = await findKubernetes();
    if (found.available) return join(found.folder, "kubectl");
  }
  return findProgram("kubectl");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
