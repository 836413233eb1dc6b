// A notebook's kernel over reloads of the window: offered again under the same id as soon as the notebook is open, at
// the address of now, without anybody opening a view of ours.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { root } from "../sources.ts";
import { waitUntil } from "../support/command.ts";
import { type DockerEngine, startDocker } from "../support/docker/engine.ts";
import { findPythonImage, loadPythonImage, pythonImage } from "../support/pythonImage.ts";
import type { Window } from "../support/vscode/browser.ts";
import { type CodeServer, copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { cachedPictures } from "./pictures.ts";
import { witness } from "./witness.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

/** What the stand-in for the Jupyter extension writes down of a server that it was shown and has used. */
interface Seen {
  /** Process of the extension host: another after a reload. */
  host: number;
  collection: string;
  id: string;
  label: string;
  resolvedId?: string;
  url?: string;
  tokenHash?: string;
  kernels?: string[];
  error?: string;
}

describe("a person with a notebook that has a kernel in a dev container", () => {
  let docker: DockerEngine;
  let server: CodeServer;
  let window: Window;
  let bench: Workbench;
  let folder: string;
  let written: string;

  before(async () => {
    mkdirSync(cachedPictures, { recursive: true });
    const python = await findPythonImage();
    if (!python.available) throw new Error(python.reason);
    docker = await startDocker({ gpu: "cdi" });
    await loadPythonImage((...args) => docker.docker(...args), python.archive);
    written = join(docker.run.folder, "jupyter.jsonl");
    server = await startCodeServer({
      settings: { "json.schemaDownload.enable": false },
      env: { ...docker.env, KUBECONFIG: "/nonexistent/kubeconfig", SLIPWAY_STAND_IN_JUPYTER: written },
      extensions: [join(root, "test", "host", "standIns", "ms-toolsai.jupyter")],
    });
    folder = copyWorkspace(server, join(root, "media", "demo"), "kernels");
    mkdirSync(join(folder, ".devcontainer"), { recursive: true });
    const config = { name: "Kernels", image: pythonImage, runArgs: ["--publish=127.0.0.1::8888"] };
    writeFileSync(join(folder, ".devcontainer", "devcontainer.json"), JSON.stringify(config));
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
    writeFileSync(join(folder, "study.ipynb"), JSON.stringify(notebook));
    ({ window, bench } = await openWorkbench(server, folder));
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await docker?.stop();
  });

  witness(() => ({ page: window?.page, server }));

  const seen = (): Seen[] =>
    existsSync(written)
      ? readFileSync(written, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Seen)
      : [];

  const hosts = () => new Set(seen().map((one) => one.host));

  /** What a window that was opened since shows first. */
  async function next(known: ReadonlySet<number>, timeoutMs = 60_000): Promise<Seen> {
    const found = () => seen().find((one) => !known.has(one.host));
    await waitUntil("the kernel to be offered", timeoutMs, () => found() !== undefined);
    const one = found();
    assert.ok(one);
    return one;
  }

  async function containerId(): Promise<string> {
    return (
      await docker.docker("ps", "--quiet", "--filter", `label=devcontainer.local_folder=${folder}`)
    ).trim();
  }

  /** Leaves our views, so that nothing but the notebook can wake us. */
  async function explorer(): Promise<void> {
    await bench.command("View: Show Explorer");
    await window.page.locator(".sidebar .pane-header", { hasText: "kernels" }).first().waitFor();
  }

  /** As a person reloads: the window writes down first which editors are open. */
  async function reload(): Promise<void> {
    const loaded = window.page.waitForEvent("load");
    await bench.command("Developer: Reload Window");
    await loaded;
    await bench.ready();
  }

  const tab = (name: string) => window.page.locator(".editor-group-container .tab", { hasText: name });

  let first: Seen;

  it("is offered it after the launch", async () => {
    await bench.sidebar();
    await bench.expandPane("Dev Environments");
    await bench.menu(/^Kernels.*not launched/, "Launch Dev Container");
    first = await next(new Set(), 120_000);
    assert.deepEqual(
      [first.collection, first.label, first.kernels, first.error],
      ["Slipway Dev Environments", "Kernels", ["python3"], undefined],
    );
    assert.equal(first.resolvedId, first.id);
  });

  it("is offered the same one after a reload, at its new address and with its new token", async () => {
    await bench.openFile("study.ipynb");
    await explorer();
    const known = hosts();
    // Another port, and no Jupyter any more: what the first window knew is worth nothing now.
    await docker.docker("restart", "--time=0", await containerId());
    await reload();
    const again = await next(known);
    assert.notEqual(again.host, first.host);
    assert.deepEqual(
      [again.id, again.resolvedId, again.label, again.kernels, again.error],
      [first.id, first.id, "Kernels", ["python3"], undefined],
    );
    assert.notEqual(again.url, first.url);
    assert.notEqual(again.tokenHash, first.tokenHash);
    // Nobody has opened a view of ours.
    assert.equal(
      await window.page.locator(".sidebar .pane-header", { hasText: "Dev Environments" }).count(),
      0,
    );
  });

  it("wakes nobody after a reload without a notebook, and is offered it when one is opened", async () => {
    await bench.command("View: Close All Editors");
    await tab("study.ipynb").waitFor({ state: "detached" });
    const known = hosts();
    await reload();
    await window.page.locator(".sidebar .pane-header", { hasText: "kernels" }).first().waitFor();
    assert.equal(await tab("study.ipynb").count(), 0);
    // A file of ours wakes the extension, and still nothing is asked of any engine.
    await bench.openFile("training.yaml");
    await bench.line(/kind/).waitFor();
    assert.deepEqual(hosts(), known);
    await bench.openFile("study.ipynb");
    const later = await next(known);
    assert.deepEqual([later.id, later.kernels], [first.id, ["python3"]]);
  });

  it("is told why when the container is gone, under the same id", async () => {
    await docker.docker("rm", "--force", await containerId());
    const known = hosts();
    await reload();
    const gone = await next(known);
    assert.equal(gone.id, first.id);
    assert.match(gone.error ?? "", /Kernels was not launched yet\. Launch it first\./);
  });
});
