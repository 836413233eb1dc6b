// The extension starts in a real host, on the Node it needs, and brings every command it announces.
import assert from "node:assert/strict";
import * as vscode from "vscode";

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

  it("registers every command that it contributes", async () => {
    const manifest = extension?.packageJSON as Manifest;
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((one) => one.command).filter((id) => !known.has(id));
    assert.deepEqual(missing, []);
  });
});
