// A first look with nothing installed: the empty view offers a sandbox cluster, and it is there at once.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { root } from "../sources.ts";
import type { Window } from "../support/vscode/browser.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { cachedPictures, pictures, pictureWaitMs, takePicture } from "./pictures.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

describe("a person without a cluster", () => {
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;

  before(async () => {
    for (const folder of [pictures, cachedPictures]) mkdirSync(folder, { recursive: true });
    const nowhere = { KUBECONFIG: "/nonexistent/kubeconfig", DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    server = await startCodeServer({ env: nowhere });
    const folder = copyWorkspace(server, join(root, "media", "demo"));
    ({ window, bench } = await openWorkbench(server, folder));
  });

  after(async () => {
    await window?.close();
    await server?.stop();
  });

  witness(() => ({ page: window?.page, server }));

  it("reads what to do in the empty views", async () => {
    await bench.sidebar();
    await window.page
      .locator(".sidebar .welcome-view-content", { hasText: "No Kubernetes context was found" })
      .waitFor();
    await bench.row(/no Docker engine|Docker/i).waitFor();
    await window.page.screenshot({ path: join(cachedPictures, "empty.png") });
  });

  it("starts the sandbox and sees its GPUs", async () => {
    await window.page.locator(".sidebar .monaco-button", { hasText: "Try a Sandbox Cluster" }).click();
    await bench.collapse("Images & Containers");
    await bench.expand(/sandbox/);
    await bench.expand("Nodes");
    await bench.row(/H100/).waitFor();
    await bench.expand(/^ml/);
    await bench.widenSidebar(520);
    await takePicture(window.page, "sandbox");
  });

  it("sees what each pod does with its GPUs, in the panel and in its row", async function () {
    this.timeout(300_000);
    await bench.widenSidebar(370);
    await bench.menu(/^sandbox/, "Show GPU Usage");
    const page = bench.webview();
    await page
      .locator("tr", { hasText: /ml\/llama-finetune-\w+\s*GPU 0\s*\d+ %/ })
      .waitFor({ timeout: 60_000 });
    await page
      .getByText(/dcgm-exporter · read now · values changed .* · gpu-operator\/nvidia-dcgm-exporter-\w+/)
      .first()
      .waitFor();
    await page.getByText(/Shared by time-slicing: per-pod figures are not to be had/).waitFor();
    await bench.expand(/^llama-finetune/);
    await bench.row(/llama-finetune-\w+.*GPU \d+ %, \d+\/319 GiB/).waitFor();
    await bench.command("View: Toggle Maximized Panel");
    await bench.command("Preferences: Toggle between Light/Dark Themes");
    await page.locator("body.vscode-dark").waitFor();
    // A click where nothing is takes away the hover under the palette that has just closed.
    await window.page.mouse.click(200, 660);
    await window.page.waitForTimeout(pictureWaitMs);
    await takePicture(window.page, "gpu");
  });

  it("has the last minutes again after the panel was hidden", async () => {
    const page = bench.webview();
    await bench.command("View: Toggle Panel Visibility");
    await page.locator("table").waitFor({ state: "detached" });
    await bench.command("View: Toggle Panel Visibility");
    await page
      .locator("tr", { hasText: /ml\/llama-finetune/ })
      .first()
      .waitFor({ timeout: 60_000 });
    assert.match((await page.locator("figure").first().getAttribute("data-span")) ?? "", /^[1-9]\d*$/);
  });
});
