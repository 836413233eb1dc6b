// In a workspace that is not trusted checking works, nothing runs, and its settings can't point at a kubeconfig.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { addToPath, diagnostics, has, open } from "./support.ts";

/** Where code-server, which keeps its workspace beside it, writes its logs. */
const logs = () =>
  join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "", "..", "..", "data", "data", "logs");

/** All that Slipway has logged in this window. */
async function logged(): Promise<string> {
  const folder = logs();
  const files = await readdir(folder, { recursive: true });
  const ours = files.filter((file) => basename(file) === "Slipway.log");
  return (await Promise.all(ours.map((file) => readFile(join(folder, file), "utf8")))).join("");
}

describe("an untrusted workspace", () => {
  it("is what this window has", () => assert.equal(vscode.workspace.isTrusted, false));

  it("is still checked", async () => {
    const dockerfile = await open("Dockerfile");
    await diagnostics(dockerfile, has("CUD004"));
  });

  it("can't name a kubeconfig or a docker program", () => {
    const settings = vscode.workspace.getConfiguration("slipway");
    assert.deepEqual(settings.get("kubernetes.kubeconfig"), []);
    assert.equal(settings.get("docker.path"), "docker");
    assert.equal(settings.get("docker.host"), "");
  });

  it("says which settings of its own it ignores", async function () {
    if (!existsSync(logs())) this.skip();
    await vscode.commands.executeCommand("slipway.clusters.focus");
    const said =
      /This workspace is not trusted, so its settings slipway\.kubernetes\.kubeconfig, slipway\.docker\.host and slipway\.docker\.path are ignored/;
    // What the view says stands in the log too, which is a file that is written by and by.
    for (let time = 0; !said.test(await logged()); time++) {
      assert.ok(time < 200, `not said: ${await logged()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it("launches no dev container and runs nothing of its own on this machine", async () => {
    const proof = join(tmpdir(), `slipway-untrusted-${process.pid}`);
    const folder = await mkdtemp(join(tmpdir(), "slipway-untrusted-"));
    const configFile = join(folder, ".devcontainer.json");
    await writeFile(configFile, JSON.stringify({ image: "x", initializeCommand: `touch ${proof}` }));
    const target = {
      kind: "devcontainer",
      id: "x",
      label: "x",
      folder,
      configFile,
      jupyter: { kind: "unknown" },
    };
    void vscode.commands.executeCommand("slipway.launchDevContainer", target).then(undefined, () => {});
    await vscode.commands.executeCommand("notifications.clearAll");
    assert.ok(!existsSync(proof));
  });

  it("renders no chart", async () => {
    const programs = process.env["SLIPWAY_HOST_PROGRAMS"] ?? "";
    addToPath(programs);
    const document = await open("chart/templates/pod.yaml");
    await vscode.commands.executeCommand("workbench.action.files.save", document.uri);
    // Longer than a rendering waits for others: nothing tells that it was not begun.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.ok(existsSync(join(programs, "helm")) && !existsSync(join(programs, "proof")));
  });

  it("runs no build", async () => {
    const dockerfile = await open("Dockerfile");
    const terminals = vscode.window.terminals.length;
    // The command answers with a warning that stays open: it must not wait for the person, nor run.
    void vscode.commands.executeCommand("slipway.buildImage", dockerfile.uri).then(undefined, () => {});
    await vscode.commands.executeCommand("notifications.clearAll");
    assert.equal(vscode.window.terminals.length, terminals);
    assert.deepEqual(
      vscode.languages.getDiagnostics(dockerfile.uri).filter((one) => one.source !== "Slipway"),
      [],
    );
  });
});
