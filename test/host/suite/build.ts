// Builds through the command, as a person would: the image is there at the end, or the failing line is marked.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { ours } from "./support.ts";

const execute = promisify(execFile);

describe("Build Image…", function () {
  this.timeout(120_000);

  before(function () {
    if (!process.env["SLIPWAY_HOST_DOCKER"]) this.skip();
  });

  async function dockerfile(text: string): Promise<vscode.Uri> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
    const path = join(folder, "Dockerfile");
    await writeFile(path, text);
    return vscode.Uri.file(path);
  }

  /** Runs the command on the file and accepts the name it proposes; `done` tells when its end can be seen. */
  async function build(file: vscode.Uri, done: () => Promise<boolean>): Promise<void> {
    // The command itself ends only when its last notification is answered.
    void vscode.commands.executeCommand("slipway.buildImage", file).then(undefined, () => {});
    const end = Date.now() + 60_000;
    while (!(await done())) {
      if (Date.now() > end) throw new Error("waited 60 s for the build in vain");
      // There is no event for "a question is open"; accepting does nothing until it is.
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  it("makes an image", async () => {
    const file = await dockerfile("FROM slipway.test/box:1\nRUN echo built in the host > /made\n");
    const name = file.fsPath.split("/").at(-2)?.toLowerCase() ?? "";
    await build(file, async () => {
      const { stdout } = await execute("docker", ["image", "ls", "--format", "{{.Repository}}"]);
      return stdout.split("\n").some((one) => one === name);
    });
  });

  it("marks the line that failed", async () => {
    const file = await dockerfile("FROM slipway.test/box:1\nRUN echo one\nRUN echo two && \\\n    exit 7\n");
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    await build(file, async () => ours(document).length > 0);
    const [finding] = ours(document);
    assert.ok(finding);
    assert.equal(finding.range.start.line, 2);
    assert.match(finding.message, /7/);
  });
});
