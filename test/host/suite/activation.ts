// The extension starts in a real host, on the Node it needs, and brings every command it announces.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { diagnostics } from "./support.ts";

interface Manifest {
  contributes: { commands: { command: string }[]; views: { slipway: { id: string }[] } };
}

describe("activation", () => {
  const extension = vscode.extensions.getExtension("slipway.slipway");

  it("runs on a Node that the Kubernetes client can use (22.19 or later)", () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    assert.ok(major > 22 || (major === 22 && minor >= 19), process.versions.node);
  });

  it("activates", async () => {
    assert.ok(extension, "slipway.slipway is not installed");
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it("contacts no cluster and no engine while no view of ours is visible, whatever is opened", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), "slipway-idle-"));
    const kubeconfig = join(folder, "config");
    const to = `http://127.0.0.1:${port}`;
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: "one", cluster: { server: to } }],
        users: [{ name: "me", user: {} }],
        contexts: [{ name: "idle", context: { cluster: "one", user: "me" } }],
        "current-context": "idle",
      }),
    );
    const settings = vscode.workspace.getConfiguration("slipway");
    const set = async (name: string, value: unknown) =>
      settings.update(name, value, vscode.ConfigurationTarget.Global);
    await set("kubernetes.kubeconfig", [kubeconfig]);
    await set("docker.host", `tcp://127.0.0.1:${port}`);
    try {
      await vscode.commands.executeCommand("workbench.view.explorer");
      // What may well ask: a manifest, a Dockerfile, a save, another file.
      const pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, imag: b}]}\n";
      for (const [language, content] of [
        ["yaml", pod],
        ["dockerfile", "FROM ubuntu:latest\n"],
      ] as const) {
        const document = await vscode.workspace.openTextDocument({ language, content });
        await vscode.window.showTextDocument(document);
        await diagnostics(document, (all) => all.length > 0);
      }
      assert.equal(connections, 0);
      // Counted it would be: once its view is seen, the engine is asked.
      await vscode.commands.executeCommand("slipway.images.focus");
      for (let left = 400; connections === 0; left--) {
        assert.ok(left > 0, "nothing was asked with the view visible either");
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    } finally {
      await vscode.commands.executeCommand("workbench.view.explorer");
      await set("kubernetes.kubeconfig", undefined);
      await set("docker.host", undefined);
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("registers every command that it contributes", async () => {
    const manifest = extension?.packageJSON as Manifest;
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((one) => one.command).filter((id) => !known.has(id));
    assert.deepEqual(missing, []);
  });
});
