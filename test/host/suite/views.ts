// The views open without an error, also where no cluster and no engine is configured.
import assert from "node:assert/strict";
import * as vscode from "vscode";

interface Manifest {
  contributes: { views: Record<string, { id: string }[]> };
}

describe("views", () => {
  const manifest = vscode.extensions.getExtension("slipway.slipway")?.packageJSON as Manifest;
  for (const { id } of Object.values(manifest.contributes.views).flat()) {
    it(`opens ${id}`, async () => {
      await vscode.commands.executeCommand(`${id}.focus`);
    });
  }

  it("announces the views", () => {
    const ids = Object.values(manifest.contributes.views).map((views) => views.map((view) => view.id));
    const sidebar = ["slipway.clusters", "slipway.environments", "slipway.images", "slipway.endpoints"];
    assert.deepEqual(ids, [sidebar, ["slipway.gpuUsage"]]);
  });
});
