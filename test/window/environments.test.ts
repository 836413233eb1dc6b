// A notebook person's way, in a real window on the real engine: a new dev container from the palette, launched, its
// Jupyter ready in the view; then stopped, started, seen again after a reload, and removed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { frameworks } from "../../src/core/scaffold/frameworks.ts";
import { jupyterDevcontainer } from "../../src/core/scaffold/jupyterDevcontainer.ts";
import { root } from "../sources.ts";
import { tryCommand, waitUntil } from "../support/command.ts";
import { boxImage } from "../support/images.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { findPythonImage, loadPythonImage, pythonImage } from "../support/pythonImage.ts";
import type { Window } from "../support/vscode/browser.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { cachedPictures, pictures, takePicture } from "./pictures.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

describe("a person with a notebook", () => {
  let docker: DockerEngine;
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;
  let folder: string;

  before(async function () {
    for (const folder of [pictures, cachedPictures]) mkdirSync(folder, { recursive: true });
    const python = await findPythonImage();
    if (!python.available) throw new Error(python.reason);
    docker = await startDocker({ gpu: "cdi" });
    await loadPythonImage((...args) => docker.docker(...args), python.archive);
    // No schema can be fetched where the tests run, which would mark every devcontainer.json.
    const settings = { "json.schemaDownload.enable": false };
    server = await startCodeServer({
      settings,
      env: { ...docker.env, KUBECONFIG: "/nonexistent/kubeconfig" },
    });
    folder = copyWorkspace(server, join(root, "media", "demo"), "notebooks");
    rmSync(join(folder, ".devcontainer"), { recursive: true });
    writeDevcontainer(join(folder, "finetune"));
    await docker.docker("tag", pythonImage, "quay.io/jupyter/scipy-notebook:2026-11-02");
    const theirs = ["jupyter-lab", "--no-browser", "--ip=0.0.0.0", "--allow-root"];
    const image = "quay.io/jupyter/scipy-notebook:2026-11-02";
    await docker.docker("run", "--detach", "--name=scipy-lab", "--publish=127.0.0.1::8888", image, ...theirs);
    ({ window, bench } = await openWorkbench(server, folder));
    await bench.sidebar();
    await bench.widenSidebar(520);
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await docker?.stop();
  });

  witness(() => ({ page: window?.page, server }));

  const ready = () => bench.row(/Plain Python.*Jupyter ready.* · 127\.0\.0\.1:\d+ · Python 3/);

  it("creates a dev container from the palette and launches it", async () => {
    await bench.command("Slipway: New Jupyter Dev Container…");
    await bench.choose("Plain Python");
    await bench.choose("Python 3.12");
    await bench.choose("A GPU where there is one");
    await bench.choose("notebooks");
    await bench.notification(/Wrote .*devcontainer\.json and its Dockerfile/, 30_000);
    await bench.button(/Wrote/, "Launch");
    await bench.notification(
      /Plain Python is ready: Jupyter at http:\/\/127\.0\.0\.1:\d+\/, kernels: Python 3 .*2 × NVIDIA H100/,
      120_000,
    );
    await bench.closeNotifications();
    await window.page
      .locator(".panel .view-line", { hasText: /^Ready:/ })
      .first()
      .waitFor();
  });

  it("sees its Jupyter ready in the view, beside what else there is", async () => {
    await bench.openFile(".devcontainer/devcontainer.json");
    await bench.collapse("Clusters");
    await bench.collapse("Images & Containers");
    await bench.expandPane("Dev Environments");
    await ready().waitFor({ timeout: 60_000 });
    await bench.row(/Plain Python.*Jupyter ready · 2 GPUs/).waitFor();
    await bench.row(/PyTorch 2\.14, CUDA 13\.0.*not launched/).waitFor();
    await bench.row(/scipy-lab.*Jupyter ready/).waitFor({ timeout: 60_000 });
    await ready().hover();
    await takePicture(window.page, "environments");
  });

  it("stops it and starts it again, and its Jupyter is back", async () => {
    await bench.menu(/Plain Python/, "Stop Dev Environment");
    await bench.row(/Plain Python.*stopped/).waitFor({ timeout: 60_000 });
    await bench.menu(/Plain Python/, "Start Dev Environment");
    await ready().waitFor({ timeout: 60_000 });
  });

  it("finds it again after the window was reloaded, and no second container", async () => {
    await window.page.reload();
    await bench.ready();
    await bench.sidebar();
    await bench.expandPane("Dev Environments");
    await ready().waitFor({ timeout: 60_000 });
    const filter = `label=devcontainer.local_folder=${folder}`;
    const ids = await docker.docker("ps", "--all", "--quiet", "--filter", filter);
    assert.equal(ids.trim().split("\n").length, 1);
  });

  it("has its token in no file of the window: no log, no state", async () => {
    // Of the container's user, or of root where the person is root.
    const files = "cat /home/dev/$runtime/jpserver-*.json /root/$runtime/jpserver-*.json || true".replaceAll(
      "$runtime",
      ".local/share/jupyter/runtime",
    );
    const filter = `label=devcontainer.local_folder=${folder}`;
    const id = (await docker.docker("ps", "--quiet", "--filter", filter)).trim();
    const written = await docker.docker("exec", "--user=0", id, "sh", "-c", files);
    const tokens = Array.from(written.matchAll(/"token": "([0-9a-f]{64})"/g), (match) => match[1] ?? "");
    assert.ok(tokens.length > 0);
    for (const token of tokens) {
      const found = await grep(token, server.folder);
      assert.equal(found, "");
    }
  });

  it("that is launched while the window is reloaded leaves no process to nobody, and no container but its own", async () => {
    const slow = join(folder, "slow");
    mkdirSync(join(slow, ".devcontainer"), { recursive: true });
    const config = { name: "Slow", image: boxImage, postCreateCommand: "sleep 1000" };
    writeFileSync(join(slow, ".devcontainer", "devcontainer.json"), JSON.stringify(config));
    // A row that has just come can be drawn anew under an open menu.
    await bench.row(/^Slow.*not launched/).waitFor();
    await bench.menu(/^Slow/, "Launch Dev Container");
    const filter = `label=devcontainer.local_folder=${slow}`;
    const question = window.page.locator(".quick-input-title", { hasText: "Launch which dev container?" });
    await waitUntil("the container", 60_000, async () => {
      // Where the window lost the row under the menu, the command asks for it.
      if (await question.isVisible()) await bench.choose(/Slow/);
      return (await docker.docker("ps", "--quiet", "--filter", filter)) !== "";
    });
    await window.page.reload();
    await bench.ready();
    await bench.sidebar();
    await bench.expandPane("Dev Environments");
    await bench.row(/^Slow/).waitFor();
    // The extension host of a closed window ends at once or minutes later; what it runs must not outlive it.
    await waitUntil("the end of processes that belong to nobody", 30_000, async () => {
      const { stdout } = await tryCommand("ps", ["-A", "-o", "ppid=,args="]);
      const ours = stdout
        .split("\n")
        .filter((line) => line.includes("devContainersSpecCLI") && line.includes(slow));
      return ours.every((line) => !/^\s*1\s/.test(line));
    });
    const ids = (await docker.docker("ps", "--all", "--quiet", "--filter", filter))
      .split("\n")
      .filter(Boolean);
    assert.ok(ids.length <= 1);
    await bench.row(/^Slow.*(?:not launched|running)/).waitFor();
  });

  it("removes it after a question; its devcontainer.json stays", async () => {
    await bench.menu(/Plain Python/, "Remove Dev Environment…");
    const dialog = window.page.locator(".monaco-dialog-box", {
      hasText: "Remove the container of Plain Python",
    });
    await dialog.waitFor();
    await dialog.locator(".monaco-button", { hasText: "Remove" }).first().click();
    await bench.row(/Plain Python.*not launched/).waitFor({ timeout: 60_000 });
  });
});

/** Files under a folder that hold the text; empty where none does. */
async function grep(text: string, folder: string): Promise<string> {
  try {
    return execFileSync(
      "grep",
      ["--recursive", "--files-with-matches", "--fixed-strings", "--text", text, folder],
      {
        encoding: "utf8",
      },
    );
  } catch (error) {
    // 1 means that nothing was found.
    if ((error as { status?: number }).status === 1) return "";
    throw error;
  }
}

function writeDevcontainer(folder: string): void {
  const [framework] = frameworks;
  if (!framework) throw new Error("no framework");
  const made = jupyterDevcontainer({ framework, python: "3.12", cuda: "13.0", gpu: true });
  if ("problem" in made) throw new Error(made.problem);
  mkdirSync(join(folder, ".devcontainer"), { recursive: true });
  for (const [name, text] of Object.entries(made.files)) {
    writeFileSync(join(folder, ".devcontainer", name), text);
  }
}
