// The three jobs as a person does them, in one window, on the real cluster and the real engine. The screenshots
// of the README are made here: SLIPWAY_SCREENSHOTS=1 writes them into media/screenshots.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { root } from "../sources.ts";
import { commandLinesWith, processesWith, waitUntil } from "../support/command.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import { demoNamespace } from "../support/kubernetes/demo.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import type { Window } from "../support/vscode/browser.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { cachedPictures, pictures, takePicture } from "./pictures.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

describe("a person in the window", () => {
  let cluster: Cluster;
  let docker: DockerEngine;
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;
  let folder: string;
  let modelUrl: string;
  let proxy: FaultProxy;
  let kubeconfig: string;

  before(async () => {
    for (const folder of [pictures, cachedPictures]) mkdirSync(folder, { recursive: true });
    [cluster, docker] = await Promise.all([
      startCluster({ node: true, demo: true }),
      startDocker({ gpu: "cdi" }),
    ]);
    proxy = await startFaultProxy({ port: cluster.port });
    kubeconfig = await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`);
    server = await startCodeServer({
      env: { ...docker.env, KUBECONFIG: kubeconfig },
      settings: { "slipway.contexts.protected": [cluster.context] },
    });
    folder = copyWorkspace(server, join(root, "media", "demo"));
    // The demo's own base images can't be pulled everywhere; these build on what the engine has.
    mkdirSync(join(folder, "app"));
    writeFileSync(join(folder, "app", "Dockerfile"), goodDockerfile);
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken", "Dockerfile"), brokenDockerfile);
    ({ window, bench } = await openWorkbench(server, folder));
    window.page.setDefaultTimeout(60_000);
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await proxy?.stop();
    await Promise.all([cluster?.stop(), docker?.stop()]);
  });

  witness(() => ({ page: window?.page, server }));

  const picture = (name: string) => takePicture(window.page, name);

  it("opens the sidebar and sees the cluster's pods with their real reasons", async () => {
    await bench.sidebar();
    await bench.expand(cluster.context);
    await bench.expand("Nodes");
    await bench.row(/node-1.*GPU 3\/4/).waitFor();
    await bench.expand(demoNamespace);
    await bench.row(/model-server.*1\/1 ready/).waitFor();
    await bench.collapse("Images & Containers");
    await bench.expand(/^finetune-llama/);
    await bench.row(/finetune-llama-.*Insufficient nvidia\.com\/gpu/).waitFor();
    await bench.expand(/^feature-store/);
    await bench.row(/feature-store-.*CrashLoopBackOff/).waitFor({ timeout: 90_000 });
    await bench.openFile("vllm.yaml");
    await bench.widenSidebar(520);
    await picture("clusters");
  });

  it("goes to a pod by its name, in a context that is marked as protected", async () => {
    await bench.command("Slipway: Go to Resource…");
    await window.page.locator(".quick-input-widget input").fill("train-resnet");
    await bench.choose(/train-resnet-.*Pod · ml/);
    await window.page.locator(".sidebar .monaco-list-row.selected", { hasText: /^train-resnet-/ }).waitFor();
    const status = window.page.locator(".statusbar-item", { hasText: cluster.context }).first();
    assert.equal(await status.getAttribute("aria-label"), `Context ${cluster.context} is open: protected`);
    assert.match((await bench.row(new RegExp(`^${cluster.context}`)).textContent()) ?? "", /protected/);
  });

  it("follows a pod's log and describes it", async () => {
    await bench.expand(/^request-logger/);
    await bench.menu(/^request-logger-/, "Show Pod Logs");
    await window.page.locator(".terminal-wrapper.active").waitFor();
    await bench.menu(/^request-logger-/, "Describe Kubernetes Object");
    await window.page.locator(".tab.active", { hasText: "request-logger" }).waitFor();
    await picture("logs");
  });

  it("forwards a model server's port from its row", async () => {
    await bench.command("Terminal: Kill the Active Terminal Instance").catch(() => {});
    await bench.menu(/^model-server.*1\/1 ready/, "Forward Port…");
    await bench.notification(/model-server is at http:\/\/127\.0\.0\.1:\d+/, 60_000);
    await bench.command("Slipway: Focus on Endpoints View");
    const row = bench.row(/model-server.*ready · 127\.0\.0\.1:\d+ → 8000/);
    await row.waitFor();
    modelUrl = `http://${/127\.0\.0\.1:\d+/.exec((await row.textContent()) ?? "")?.[0] ?? ""}`;
    const answer = await fetch(`${modelUrl}/v1/models`);
    assert.match(await answer.text(), /demo-7b/);
    await picture("forward");
    await bench.collapse("Endpoints");
  });

  it("keeps rows and forward while the kubeconfig is half written, gone and another", async () => {
    const before = readFileSync(kubeconfig, "utf8");
    const other = JSON.parse(before) as { contexts: object[]; "current-context": string };
    // The list of contexts is as the kubeconfig has it, and what stands below may be out of sight.
    other.contexts.unshift({ ...other.contexts[0], name: "staging" });
    other["current-context"] = "staging";
    const model = bench.row(/^model-server.*1\/1 ready/);
    for (const spoil of [() => writeFileSync(kubeconfig, before.slice(0, 400)), () => rmSync(kubeconfig)]) {
      spoil();
      // Longer than what is written there is given time to be whole.
      await window.page.waitForTimeout(1_000);
      assert.ok(await model.isVisible());
      assert.equal((await fetch(`${modelUrl}/v1/models`)).status, 200);
    }
    writeFileSync(`${kubeconfig}.new`, JSON.stringify(other));
    renameSync(`${kubeconfig}.new`, kubeconfig);
    await bench.row(/^staging.*current/).waitFor();
    assert.ok(await model.isVisible());
    // It goes on to the cluster that it was made for.
    assert.match(await (await fetch(`${modelUrl}/v1/models`)).text(), /demo-7b/);
    writeFileSync(kubeconfig, before);
    await bench.row("staging").waitFor({ state: "detached" });
  });

  it("comes back when the machine slept: what changed is there, and little was asked", async () => {
    const [host, ...more] = processesWith("--type=extensionHost", kubeconfig);
    assert.ok(host !== undefined && more.length === 0, `${host} ${more.join(" ")}`);
    const open = proxy.open;
    process.kill(host, "SIGSTOP");
    // Its connections end while it can't hear of that.
    proxy.resetOpen();
    await cluster.kubectl("-n", demoNamespace, "delete", "job", "preprocess");
    await window.page.waitForTimeout(10_000);
    const made = proxy.total;
    process.kill(host, "SIGCONT");
    await bench.row(/^preprocess/).waitFor({ state: "detached" });
    await waitUntil("the forward", 30_000, async () => (await fetch(`${modelUrl}/v1/models`)).status === 200);
    // Watches come back one after the other.
    const context = bench.row(new RegExp(`^${cluster.context}`));
    await waitUntil("rows that are not stale", 30_000, async () => {
      const text = (await context.textContent()) ?? "";
      return text !== "" && !text.includes("stale");
    });
    const times = proxy.madeMs.slice(made);
    const most = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    );
    console.log(`      ${open} connections before, ${times.length} after, at most ${most} in a second`);
    assert.ok(times.length <= 2 * open, `${times.length} connections after ${open}`);
  });

  it("builds an image by the command palette", async () => {
    await bench.command("Terminal: Kill the Active Terminal Instance").catch(() => {});
    await bench.openFile("app/Dockerfile");
    await bench.command("Slipway: Build Image…");
    await bench.answer("Build Dockerfile", "demo/app:1");
    await bench.notification(/Built demo\/app:1: .* in /, 120_000);
    assert.match(await docker.docker("image", "ls"), /demo\/app/);
    await bench.closeNotifications();
    await bench.expandPane("Images & Containers");
    await bench.row(/demo\/app:1/).waitFor();
  });

  it("runs it with GPUs, and gives the badge after nvidia-smi answered inside", async () => {
    await bench.menu(/demo\/app:1/, "Run with GPUs…");
    await bench.choose("All GPUs");
    await bench.answer("Run demo/app:1 with GPUs", "1g");
    await bench.notification(/Started .* 2 × NVIDIA/, 60_000);
    await bench.closeNotifications();
    await bench.row(/GPU.*demo\/app:1|demo\/app:1.*GPU/).waitFor();
  });

  it("marks the line of a build that fails", async () => {
    await bench.openFile("broken/Dockerfile");
    await bench.command("Slipway: Build Image…");
    await bench.answer("Build Dockerfile", "demo/broken:1");
    await bench.squiggles("error").first().waitFor({ timeout: 120_000 });
    await bench.collapse("Clusters");
    await picture("build");
    await bench.expandPane("Clusters");
    await bench.closeNotifications();
  });

  it("opens a bad manifest and repairs it with the light bulb", async () => {
    await bench.command("View: Toggle Panel Visibility");
    await bench.openFile("training.yaml");
    await bench.squiggles("error").first().waitFor();
    await bench.goTo(23, 16);
    await window.page.keyboard.press("Control+.");
    const menu = window.page.locator(".action-widget", { hasText: "Quick Fix" });
    // What is asked for just as the document settles is dropped without a word: a person would ask again.
    await menu.waitFor({ timeout: 10_000 }).catch(() => window.page.keyboard.press("Control+."));
    await menu.waitFor();
    await picture("check");
    await menu.locator(".monaco-list-row.action", { hasText: /limit/i }).first().click();
    await window.page
      .locator(".view-line", { hasText: /limits:/ })
      .first()
      .waitFor();
  });

  it("closes the window during a build and beside a forward, and nothing of it is left", async () => {
    const sleeping = `sleep ${7_000_000 + process.pid}`;
    writeFileSync(join(folder, "app", "Dockerfile"), `FROM slipway.test/box:1\nRUN ${sleeping}\n`);
    await bench.openFile("app/Dockerfile");
    await bench.command("Slipway: Build Image…");
    await bench.answer("Build Dockerfile", "demo/app:2");
    await waitUntil("the step to run", 60_000, () => commandLinesWith(sleeping).length > 0);
    assert.equal((await fetch(`${modelUrl}/v1/models`)).status, 200);
    assert.ok(commandLinesWith("demo/app:2").length > 0);

    window.page.on("dialog", (dialog) => void dialog.accept());
    await window.page.goto("about:blank");
    const started = performance.now();
    await waitUntil("the end of all of it", 20_000, async () => {
      const isForwarded = await fetch(modelUrl).then(
        () => true,
        () => false,
      );
      return (
        !isForwarded && commandLinesWith("demo/app:2").length === 0 && commandLinesWith(sleeping).length === 0
      );
    });
    const tookMs = performance.now() - started;
    assert.ok(tookMs < 5_000, `${tookMs} ms`);
  });
});

const goodDockerfile = `FROM slipway.test/box:1 AS build
RUN echo weights > /model.bin

FROM slipway.test/box:1
COPY --from=build /model.bin /model.bin
CMD ["sh", "-c", "echo serving; sleep 3600"]
`;

const brokenDockerfile = `FROM slipway.test/box:1
WORKDIR /app
RUN echo "installing" && \\
    cat requirements.txt
CMD ["python3", "serve.py"]
`;
