// The whole way in one window, as a person goes it, on the real cluster and the real engine: an image with Jupyter,
// its dev container and a cell that runs in it; a model server from a snippet, corrected, applied, watched, reached,
// its GPU seen at work; and the same address again after its pod was killed.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { root } from "../sources.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { boxImage } from "../support/images.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { giveGpus } from "../support/kubernetes/demo.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { findPythonImage, loadPythonImage } from "../support/pythonImage.ts";
import type { Window } from "../support/vscode/browser.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

const pictures = join(root, "node_modules", ".cache", "screenshots");
/** The image that the snippet names; here a shell that answers as it does. */
const serverImage = "vllm/vllm-openai:v0.11.0";
const serverScript = `#!/bin/sh
mkdir -p /www/v1
echo '{"object":"list","data":[{"id":"Qwen/Qwen3-8B","object":"model"}]}' > /www/v1/models
echo OK > /www/health
sleep 2
# The first process of a container that does not ask for SIGTERM is not told of it, and is killed half a minute later.
trap 'exit 0' TERM
busybox httpd -f -p 8000 -h /www &
wait
`;

describe("a person on the whole way", () => {
  /** Each goes on from where the one before ended. (Mocha's own `bail` leaves these out after a failure elsewhere.) */
  let isLost = false;
  let cluster: Cluster;
  let docker: DockerEngine;
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;
  let folder = "";
  let url = "";

  before(async function () {
    mkdirSync(pictures, { recursive: true });
    const python = await findPythonImage();
    if (!python.available) throw new Error(python.reason);
    const images = { [serverImage]: { entrypoint: ["/serve"], files: { serve: serverScript } } };
    [cluster, docker] = await Promise.all([
      startCluster({ node: true, images }),
      startDocker({ gpu: "cdi" }),
    ]);
    await giveGpus(cluster, nodeName, 4);
    await cluster.kubectl("create", "secret", "generic", "huggingface", "--from-literal=token=hf_example");
    await cluster.apply(...modelVolume("models"));
    await loadPythonImage((...args) => docker.docker(...args), python.archive);
    server = await startCodeServer({
      settings: { "json.schemaDownload.enable": false, "editor.tabCompletion": "on" },
      env: { ...docker.env, KUBECONFIG: cluster.kubeconfigPath },
    });
    folder = copyWorkspace(server, join(root, "media", "demo"), "team");
    rmSync(join(folder, ".devcontainer"), { recursive: true });
    writeFileSync(join(folder, "serve.yaml"), "");
    ({ window, bench } = await openWorkbench(server, folder));
    await bench.sidebar();
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await Promise.all([cluster?.stop(), docker?.stop()]);
  });

  witness(() => ({ page: window?.page, server }));
  beforeEach(function () {
    // What was to be there is not, and would only fail again.
    if (isLost) this.skip();
  });
  afterEach(async function () {
    isLost ||= this.currentTest?.state === "failed";
    const name = this.currentTest?.title.replaceAll(/\W+/g, "-").slice(0, 50) ?? "";
    for (const [index, page] of (window?.page.context().pages() ?? []).entries())
      await page.screenshot({
        path: join(pictures, `journey-${name}${index === 0 ? "" : `-${index}`}.png`),
      });
  });

  it("writes a Jupyter dev container and builds its image", async () => {
    await bench.command("Slipway: New Jupyter Dev Container…");
    await bench.choose("Plain Python");
    await bench.choose("Python 3.12");
    await bench.choose("A GPU where there is one");
    await bench.choose("team");
    await bench.notification(/Wrote .*devcontainer\.json and its Dockerfile/, 30_000);
    await bench.closeNotifications();
    await bench.openFile(".devcontainer/Dockerfile");
    await bench.command("Slipway: Build Image…");
    await bench.choose(".devcontainer");
    await bench.answer("Build Dockerfile", "team/notebook:1");
    await bench.notification(/Built team\/notebook:1: .* in /, 120_000);
    await bench.closeNotifications();
  });

  it("launches the dev container and runs a cell in its Jupyter", async () => {
    await bench.command("Slipway: Launch Dev Container");
    const said = /Plain Python is ready: Jupyter at http:\/\/127\.0\.0\.1:\d+\//;
    await bench.notification(said, 120_000);
    await bench.closeNotifications();
    const context = window.page.context();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await bench.command("Slipway: Copy Jupyter URL");
    let address = "";
    while (!/^http:\/\/127\.0\.0\.1:\d+\/.*token=/.test(address)) {
      address = await window.page.evaluate(() => navigator.clipboard.readText());
    }
    const lab = await context.newPage();
    await lab.goto(address);
    await lab.locator(".jp-LauncherCard").first().waitFor({ timeout: 60_000 });
    assert.equal(await runCell(lab, "import sys; print(6 * 7, sys.platform)"), "42 linux");
    await lab.screenshot({ path: join(pictures, "journey-jupyter.png") });
    await lab.close();
  });

  it("writes a model server from a snippet, and corrects what the check finds", async () => {
    const { keyboard } = window.page;
    // What the launch opens late takes the place of the file, and the list has its snippets: a person goes back.
    for (let tries = 0; ; tries++) {
      await bench.openFile("serve.yaml");
      await keyboard.press("Control+1");
      await bench.command("Snippets: Insert Snippet");
      // There are more than the list shows at once.
      const found = await bench
        .filter(/slipway-[a-z]/, "slipway-model-server", 15_000)
        .then(() => bench.choose("slipway-model-server", 15_000))
        .then(
          () => true,
          () => false,
        );
      if (found) break;
      assert.ok(tries < 3, "no snippet slipway-model-server");
      await keyboard.press("Escape");
    }
    await bench.line(/kind:\sDeployment/).waitFor();
    // Its name, image, model, GPUs and secret are right; 32Gi are too much for this node.
    for (let field = 0; field < 5; field++) await keyboard.press("Tab");
    await keyboard.type("1Gi");
    await keyboard.press("Escape");
    await bench.find('cpu: "8"');
    await keyboard.type("cpu: 100m");
    await bench.find("sizeLimit: 8Gi");
    await bench.squiggles("warning").first().waitFor();
    await bench.fix(/Change to/);
    await bench.squiggles("warning").first().waitFor({ state: "detached" });
    await bench.command("File: Save");
  });

  it("applies it, and watches it come up", async () => {
    await bench.command("Slipway: Apply Manifest…");
    const dialog = window.page.locator(".monaco-dialog-box", { hasText: "Apply 2 objects of serve.yaml?" });
    await dialog.waitFor({ timeout: 60_000 });
    const text = await dialog.innerText();
    assert.match(text, /Deployment llm in namespace default: new/);
    assert.match(text, /Service llm in namespace default: new/);
    await window.page.screenshot({ path: join(pictures, "journey-apply.png") });
    await dialog.locator(".monaco-button", { hasText: "Apply" }).first().click();
    await bench.notification(/Applied 2 objects to context .*: 2 created/, 30_000);
    await bench.closeNotifications();
    await bench.collapse("Images & Containers");
    await bench.expand(cluster.context);
    await bench.expand(/^default/);
    await bench.expand(/^llm.*ready/);
    await bench.row(/^llm-.*Running/).waitFor({ timeout: 90_000 });
    await bench.row(/^llm.*1\/1 ready/).waitFor({ timeout: 60_000 });
  });

  it("forwards its port and gets an answer", async () => {
    await bench.menu(/^llm.*1\/1 ready/, "Forward Port…");
    await bench.notification(/llm is at http:\/\/127\.0\.0\.1:\d+/, 60_000);
    const note = await window.page.locator(".notifications-center").innerText();
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(note)?.[0] ?? "";
    await bench.closeNotifications();
    assert.match(await models(), /Qwen3-8B/);
  });

  it("sees its GPU at work", async () => {
    await exporterFor((await podNames())[0] ?? "");
    await bench.menu(/^llm-.*Running/, "Show GPU Usage");
    const line = bench.webview().locator("tr", { hasText: /default\/llm-.*GPU 0/ });
    await line.waitFor({ timeout: 60_000 });
    const seen = new Set<string>();
    while (seen.size < 3) {
      seen.add(/\d+ %/.exec(await line.innerText())?.[0] ?? "unknown");
      await window.page.waitForTimeout(500);
    }
    assert.ok(!seen.has("unknown"), Array.from(seen).join());
    await bench.row(/^llm-.*GPU \d+ %/).waitFor();
  });

  it("kills its pod, and gets an answer again at the same address", async () => {
    const [first = ""] = await podNames();
    await bench.menu(new RegExp(`^${first}`), "Delete Kubernetes Object…");
    const dialog = window.page.locator(".monaco-dialog-box", { hasText: `Delete Pod ${first}?` });
    await dialog.waitFor();
    await dialog.locator(".monaco-button", { hasText: "Delete" }).first().click();
    await bench.row(new RegExp(`^${first}`)).waitFor({ state: "detached", timeout: 60_000 });
    await bench.row(/^llm-.*Running/).waitFor({ timeout: 60_000 });
    await bench.row(/^llm.*1\/1 ready/).waitFor({ timeout: 60_000 });
    assert.match(await models(), /Qwen3-8B/);
    const names = await podNames();
    assert.ok(names.length === 1 && names[0] !== first, names.join());
  });

  async function models(): Promise<string> {
    return (await fetch(`${url}/v1/models`)).text();
  }

  async function podNames(): Promise<string[]> {
    const path = "-o=jsonpath={.items[*].metadata.name}";
    return (
      await cluster.kubectl("get", "pods", "-l=app=llm", "--field-selector=status.phase=Running", path)
    ).split(" ");
  }

  /** A dcgm-exporter whose page moves, as one on this node with the pod on its first GPU. */
  async function exporterFor(pod: string): Promise<void> {
    const labels = `gpu=\\"0\\",UUID=\\"GPU-1\\",device=\\"nvidia0\\",modelName=\\"NVIDIA H100 80GB HBM3\\",Hostname=\\"${nodeName}\\",container=\\"vllm\\",namespace=\\"default\\",pod=\\"${pod}\\"`;
    const script = [
      "mkdir -p /www",
      "busybox httpd -p 9400 -h /www",
      "n=0",
      "while true; do",
      "  n=$(((n + 7) % 60)); {",
      `  echo "DCGM_FI_DEV_GPU_UTIL{${labels}} $((30 + n))"`,
      `  echo "DCGM_FI_DEV_FB_USED{${labels}} $((60000 + n))"`,
      `  echo "DCGM_FI_DEV_FB_FREE{${labels}} $((20000 - n))"`,
      `  echo "DCGM_FI_DEV_POWER_USAGE{${labels}} $((400 + n)).5"`,
      `  echo "DCGM_FI_DEV_GPU_TEMP{${labels}} $((50 + n / 4))"`,
      "  } > /www/next && mv /www/next /www/metrics",
      "  sleep 1",
      "done",
    ].join("\n");
    await cluster.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "gpu-operator" } },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "nvidia-dcgm-exporter-1",
          namespace: "gpu-operator",
          labels: { app: "nvidia-dcgm-exporter" },
        },
        spec: {
          containers: [
            {
              name: "exporter",
              image: boxImage,
              imagePullPolicy: "Never",
              command: ["sh", "-c", script],
              ports: [{ name: "metrics", containerPort: 9400 }],
            },
          ],
        },
      },
    );
    const ready = ["--for=condition=Ready", "pod/nvidia-dcgm-exporter-1", "--timeout=60s"];
    await cluster.kubectl("wait", "-n=gpu-operator", ...ready);
  }
});

/** A claim that is bound to a folder of the node: this cluster makes no volumes by itself. */
function modelVolume(name: string): object[] {
  const shared = { accessModes: ["ReadWriteOnce"], storageClassName: "" };
  const volume = {
    ...shared,
    capacity: { storage: "1Gi" },
    hostPath: { path: `/tmp/slipway-${name}`, type: "DirectoryOrCreate" },
    claimRef: { namespace: "default", name },
  };
  const claim = { ...shared, volumeName: name, resources: { requests: { storage: "1Gi" } } };
  return [
    { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: volume },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "default" },
      spec: claim,
    },
  ];
}

/** Runs a line of Python in a new notebook of JupyterLab, by keyboard, and gives what it printed. */
async function runCell(lab: Page, code: string): Promise<string> {
  lab.setDefaultTimeout(60_000);
  await lab.locator('.jp-LauncherCard[data-category="Notebook"]', { hasText: "Python 3" }).first().click();
  const cell = lab.locator(".jp-Notebook .jp-CodeCell .cm-content").first();
  await cell.waitFor();
  await cell.click();
  // What is run before the kernel is there is lost.
  await lab.getByText(/Python 3 \(ipykernel\) \| Idle/).waitFor();
  await lab.keyboard.type(code);
  await lab.keyboard.press("Shift+Enter");
  const output = lab.locator(".jp-OutputArea-output").first();
  await output.waitFor();
  return (await output.innerText()).trim();
}
