// The views open without an error, also where no cluster and no engine is configured.
import assert from "node:assert/strict";
import * as vscode from "vscode";

interface Manifest {
  contributes: { views: { slipway: { id: string }[] } };
}

describe("views", () => {
  const manifest = vscode.extensions.getExtension("slipway.slipway")?.packageJSON as Manifest;
  for (const { id } of manifest.contributes.views.slipway) {
    it(`opens ${id}`, async () => {
      await vscode.commands.executeCommand(`${id}.focus`);
    });
  }

  it("announces the views", () => {
    const ids = manifest.contributes.views.slipway.map((view) => view.id);
    assert.deepEqual(ids, [
      "slipway.clusters",
      "slipway.environments",
      "slipway.images",
      "slipway.endpoints",
    ]);
  });
});
