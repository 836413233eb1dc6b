// A dev container is launched by the command, and its Jupyter stands in the kernel picker under an id that outlives
// a restart of the container.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { JupyterServer, JupyterServerProvider } from "@vscode/jupyter-extension";
import * as vscode from "vscode";

const execute = promisify(execFile);

interface StandIn {
  collections: { id: string; label: string; serverProvider: JupyterServerProvider }[];
}

describe("a Jupyter dev container in the window", function () {
  this.timeout(120_000);
  const { token } = new vscode.CancellationTokenSource();
  let provider: JupyterServerProvider;
  let server: JupyterServer;
  let folder: string;

  before(async function () {
    if (!process.env["SLIPWAY_HOST_PYTHON"]) this.skip();
    folder = await mkdtemp(join(tmpdir(), "slipway-notebook-"));
    await mkdir(join(folder, ".devcontainer"));
    await writeFile(
      join(folder, ".devcontainer", "devcontainer.json"),
      JSON.stringify({
        image: process.env["SLIPWAY_HOST_PYTHON"],
        hostRequirements: { gpu: "optional" },
        runArgs: ["--publish=127.0.0.1::8888"],
      }),
    );
  });

  const standIn = () => vscode.extensions.getExtension<StandIn>("ms-toolsai.jupyter");
  const kernels = async (one: JupyterServer): Promise<string> => {
    const { baseUrl, token: secret } = one.connectionInformation ?? {};
    const answer = await fetch(`${baseUrl?.toString()}api/kernelspecs`, {
      headers: { authorization: `token ${secret}` },
    });
    return answer.text();
  };
  const resolve = async (one: JupyterServer): Promise<JupyterServer> => {
    const resolved = await provider.resolveJupyterServer(one, token);
    assert.ok(resolved);
    return resolved;
  };

  it("wakes no other extension before it is used", () => {
    assert.ok(standIn());
    assert.equal(standIn()?.isActive, false);
  });

  it("is offered to the kernel picker once it was launched", async () => {
    const configFile = join(folder, ".devcontainer", "devcontainer.json");
    const target = {
      kind: "devcontainer",
      id: `devcontainer:${folder}:${configFile}`,
      label: "notebook",
      folder,
      configFile,
      jupyter: { kind: "unknown" },
    };
    // The command itself ends only when its last notification is answered.
    void vscode.commands.executeCommand("slipway.launchDevContainer", target).then(undefined, () => {});
    const end = Date.now() + 90_000;
    while (!standIn()?.isActive || standIn()?.exports.collections.length === 0) {
      if (Date.now() > end) throw new Error("waited 90 s for the collection in vain");
      await new Promise((done) => setTimeout(done, 250));
    }
    const [collection] = standIn()?.exports.collections ?? [];
    assert.equal(collection?.label, "Slipway Dev Environments");
    provider = collection.serverProvider;
    const servers = (await provider.provideJupyterServers(token)) ?? [];
    assert.deepEqual(
      servers.map((one) => one.label),
      ["notebook"],
    );
    assert.ok(servers[0] && !servers[0].connectionInformation, "no token before it is asked for");
    server = servers[0];
    assert.match(await kernels(await resolve(server)), /python3/);
  });

  it("is reached by the same entry after its container was restarted", async () => {
    const before = (await resolve(server)).connectionInformation;
    const filter = `label=devcontainer.local_folder=${folder}`;
    const { stdout } = await execute("docker", ["ps", "--quiet", "--filter", filter]);
    await execute("docker", ["restart", "--time=0", stdout.trim()]);
    const now = await resolve(server);
    assert.equal(now.id, server.id);
    assert.notEqual(now.connectionInformation?.token, before?.token);
    assert.match(await kernels(now), /python3/);
  });

  it("says what is wrong when its container is gone", async () => {
    const filter = `label=devcontainer.local_folder=${folder}`;
    const { stdout } = await execute("docker", ["ps", "--all", "--quiet", "--filter", filter]);
    await execute("docker", ["rm", "--force", stdout.trim()]);
    await assert.rejects(resolve(server), /This environment is gone/);
  });
});
