// Docker's commands, as a person meets them: what is asked, what is said, what the engine is told.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { buildImage } from "../../../src/ui/commands/buildImage.ts";
import { checkContainerGpus } from "../../../src/ui/commands/checkContainerGpus.ts";
import { openContainerShell } from "../../../src/ui/commands/openContainerShell.ts";
import { pullImage } from "../../../src/ui/commands/pullImage.ts";
import { pushImage } from "../../../src/ui/commands/pushImage.ts";
import { removeContainer } from "../../../src/ui/commands/removeContainer.ts";
import { removeImage } from "../../../src/ui/commands/removeImage.ts";
import { runImage } from "../../../src/ui/commands/runImage.ts";
import { runWithGpus } from "../../../src/ui/commands/runWithGpus.ts";
import { showContainerLogs } from "../../../src/ui/commands/showContainerLogs.ts";
import { stopContainer } from "../../../src/ui/commands/stopContainer.ts";
import { tagImage } from "../../../src/ui/commands/tagImage.ts";
import { containerFrom } from "../../../src/core/image/objects.ts";
import { fakeDocker } from "./fakeApp.ts";
import { fakeUi } from "./fakeUi.ts";

const running = { Id: "c1", Names: ["/web"], Image: "model:1", State: "running", Status: "Up 2 minutes" };
const ended = { Id: "c2", Names: ["/job"], Image: "model:1", State: "exited", Status: "Exited (0)" };
const image = { Id: "sha256:aa", RepoTags: ["model:1"], Size: 1_000_000, Created: 1 };
const two = "GPU 0: NVIDIA H100 (UUID: GPU-1)\nGPU 1: NVIDIA H100 (UUID: GPU-2)\n";
const webNode = { kind: "container", container: containerFrom(running) };

describe("Build Image…", () => {
  it("names the image after the folder, builds, says size and time, and offers to run", async () => {
    const docker = fakeDocker();
    docker.buildLines = ["#1 [1/1] FROM base", "#1 DONE 0.1s"];
    const ui = fakeUi([true, "Run", undefined]);
    await buildImage.run(docker.app, ui, "/w/My Model/Dockerfile");
    assert.deepEqual(ui.shown, [
      "input Build Dockerfile (my-model:latest) -> my-model:latest",
      "progress Building my-model:latest",
      "stream output Slipway Build: my-model:latest",
      "info Built my-model:latest: 4.2 MB in 4.2 s. [Run | Run with GPUs…]",
      "progress Running my-model:latest",
      "info Started brave_name from my-model:latest. [Show Logs]",
    ]);
    assert.equal(ui.streams.get("Slipway Build: my-model:latest"), "#1 [1/1] FROM base\n#1 DONE 0.1s\n");
    assert.match(
      docker.did[0] ?? "",
      /--file=\/w\/My Model\/Dockerfile --tag=my-model:latest \/w\/My Model$/,
    );
  });

  it("asks for the Dockerfile from the palette, and for the context of one in its own folder", async () => {
    const docker = fakeDocker();
    const ui = fakeUi(
      ["Dockerfile.gpu", "model", "x:1", undefined],
      ["/w/Dockerfile", "/w/model/docker/Dockerfile.gpu", "/w/Dockerfile.dockerignore"],
    );
    await buildImage.run(docker.app, ui, undefined);
    assert.equal(ui.shown[0], "pick Which Dockerfile? [Dockerfile | Dockerfile.gpu]");
    assert.equal(ui.shown[1], "pick Which folder does the Dockerfile copy from? [model | docker]");
    assert.match(docker.did[0] ?? "", /--file=\/w\/model\/docker\/Dockerfile\.gpu --tag=x:1 \/w\/model$/);
  });

  it("takes the Dockerfile that is open in the editor", async () => {
    const docker = fakeDocker();
    const ui = fakeUi(["x:1", undefined], ["/w/Dockerfile", "/w/b/gpu.Dockerfile"], "/w/b/gpu.Dockerfile");
    await buildImage.run(docker.app, ui, undefined);
    assert.match(ui.shown[0] ?? "", /^input Build gpu\.Dockerfile /);
  });

  it("says so when there is no Dockerfile", async () => {
    const ui = fakeUi();
    await buildImage.run(fakeDocker().app, ui, undefined);
    assert.deepEqual(ui.shown, ["info This workspace has no Dockerfile. Create one, then build it."]);
  });

  it("refuses a name that can't be one, with the reason", async () => {
    const docker = fakeDocker();
    const ui = fakeUi(["My Model"]);
    await buildImage.run(docker.app, ui, "/w/Dockerfile");
    assert.match(ui.shown[0] ?? "", /! "My Model" can't be part of an image's name/);
    assert.deepEqual(docker.did, []);
  });

  it("puts the failing line among the problems, and says it in one sentence", async () => {
    const docker = fakeDocker();
    docker.buildLines = [
      "#2 [2/2] RUN false",
      '#2 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    ];
    docker.buildExit = 1;
    const ui = fakeUi([true]);
    await buildImage.run(docker.app, ui, "/w/Dockerfile");
    assert.equal(
      ui.shown.at(-1),
      "trouble The build of w:latest failed at line 2 of Dockerfile: RUN failed with exit code 1.",
    );
    assert.equal(docker.app.problems.get("/w/Dockerfile")[0]?.range.start.line, 1);
    assert.match([...ui.streams.values()].join(), /The build of w:latest failed at line 2/);
  });
});

describe("Run with GPUs…", () => {
  it("asks which and how much shared memory, starts, and says what nvidia-smi saw", async () => {
    const docker = fakeDocker();
    docker.images = [image];
    docker.execute = { exitCode: 0, output: two };
    const ui = fakeUi(["model:1", "All GPUs", "16g", undefined]);
    await runWithGpus.run(docker.app, ui, undefined);
    assert.deepEqual(ui.shown, [
      "pick Run which image with GPUs? [model:1]",
      "pick Which GPUs? [All GPUs | A number of GPUs… | Certain GPUs… | No GPU]",
      "input Run model:1 with GPUs (8g) -> 16g",
      "progress Running model:1",
      "info Started brave_name from model:1. brave_name sees 2 × NVIDIA H100. [Show Logs]",
    ]);
    assert.deepEqual(docker.did, [
      'run {"image":"model:1","gpus":[{"Driver":"cdi","DeviceIDs":["nvidia.com/gpu=all"]}],"gpusAsked":"all","shmSizeBytes":17179869184}',
    ]);
  });

  it("warns when nvidia-smi does not answer, whatever was asked for", async () => {
    const docker = fakeDocker();
    docker.execute = { exitCode: 127, output: "" };
    const ui = fakeUi(["Certain GPUs…", "1", "8g", undefined]);
    await runWithGpus.run(docker.app, ui, "model:1");
    assert.equal(
      ui.shown.at(-1),
      "warning Started brave_name from model:1. brave_name sees no GPU: nvidia-smi is not there. [Show Logs]",
    );
    assert.match(docker.did[0] ?? "", /"DeviceIDs":\["nvidia\.com\/gpu=1"\]/);
  });

  it("refuses ids and numbers that the engine does not have, before it starts", async () => {
    const docker = fakeDocker();
    const ids = fakeUi(["Certain GPUs…", "7"]);
    await runWithGpus.run(docker.app, ids, "model:1");
    assert.match(ids.shown.at(-1) ?? "", /! This engine has no GPU 7\. It has 0, 1\.$/);
    const count = fakeUi(["A number of GPUs…", "3"]);
    await runWithGpus.run(docker.app, count, "model:1");
    assert.match(count.shown.at(-1) ?? "", /! This engine has 2 GPUs, not 3\.$/);
    assert.deepEqual(docker.did, []);
  });

  it("says what is missing before it starts, and offers to run without", async () => {
    const docker = fakeDocker();
    docker.facts = { ...docker.facts, devices: [] };
    const ui = fakeUi(["Run without GPUs", undefined]);
    await runWithGpus.run(docker.app, ui, "model:1");
    assert.match(
      ui.shown[0] ?? "",
      /^warning The Docker engine has no GPU runtime: .* Install the NVIDIA Container Toolkit, .* \[Run without GPUs \| How To\]$/,
    );
    assert.deepEqual(docker.did, ['run {"image":"model:1","gpus":[]}']);
    const dismissed = fakeUi([undefined]);
    await runWithGpus.run(docker.app, dismissed, "model:1");
    assert.equal(docker.did.length, 1);
  });

  it("without any GPU asks nvidia-smi nothing", async () => {
    const docker = fakeDocker();
    const ui = fakeUi(["No GPU", "64m", undefined]);
    await runWithGpus.run(docker.app, ui, "model:1");
    assert.equal(ui.shown.at(-1), "info Started brave_name from model:1. [Show Logs]");
  });
});

describe("commands for a container", () => {
  it("act on the clicked one, or ask among those that fit", async () => {
    const docker = fakeDocker();
    docker.containers = [running, ended];
    await stopContainer.run(docker.app, fakeUi(), webNode);
    const ui = fakeUi(["web"]);
    await stopContainer.run(docker.app, ui, undefined);
    assert.equal(ui.shown[0], "pick Stop which container? [web]");
    assert.deepEqual(docker.did, ["stop c1", "stop c1"]);
  });

  it("say so when there is none that fits", async () => {
    const ui = fakeUi();
    await stopContainer.run(fakeDocker().app, ui, undefined);
    assert.deepEqual(ui.shown, ["info No container is running."]);
  });

  it("remove only after a question that names it", async () => {
    const docker = fakeDocker();
    const no = fakeUi([false]);
    await removeContainer.run(docker.app, no, webNode);
    assert.match(
      no.shown[0] ?? "",
      /^confirm Remove the container web\? It is running and will be killed\..*model:1 \[Remove\]$/s,
    );
    assert.deepEqual(docker.did, []);
    await removeContainer.run(docker.app, fakeUi([true]), webNode);
    assert.deepEqual(docker.did, ["remove container c1"]);
  });

  it("follow its log in a terminal to the end", async () => {
    const ui = fakeUi();
    await showContainerLogs.run(fakeDocker().app, ui, webNode);
    assert.equal(ui.streams.get("Logs: web"), "line\n-- The container has ended --\n");
  });

  it("open the best shell it has, as arguments and not as a text", async () => {
    const docker = fakeDocker();
    docker.execute = { exitCode: 0, output: "/bin/bash\n" };
    const ui = fakeUi();
    await openContainerShell.run(docker.app, ui, webNode);
    assert.equal(ui.shown.at(-1), 'terminal web: ["docker","exec","-it","c1","/bin/bash"]');
    docker.execute = { exitCode: 0, output: "who are you?\n" };
    const odd = fakeUi();
    await openContainerShell.run(docker.app, odd, webNode);
    assert.match(odd.shown.at(-1) ?? "", /has no shell/);
    docker.execute = { exitCode: 127, output: 'exec: "sh": executable file not found in $PATH' };
    const none = fakeUi();
    await openContainerShell.run(docker.app, none, webNode);
    assert.equal(
      none.shown.at(-1),
      "trouble web has no shell. Look at its logs, or build the image with one.",
    );
  });

  it("check its GPUs", async () => {
    const docker = fakeDocker();
    docker.execute = { exitCode: 0, output: two };
    const ui = fakeUi();
    await checkContainerGpus.run(docker.app, ui, webNode);
    assert.equal(ui.shown.at(-1), "info web sees 2 × NVIDIA H100.");
  });
});

describe("commands for an image", () => {
  it("run, tag, push, pull and remove it", async () => {
    const docker = fakeDocker();
    docker.images = [image];
    await runImage.run(docker.app, fakeUi(["model:1", undefined]), undefined);
    const tag = fakeUi(["r.example:5000/me/model:2"]);
    await tagImage.run(docker.app, tag, "model:1");
    assert.equal(tag.shown.at(-1), "info model:1 is now also r.example:5000/me/model:2.");
    await pushImage.run(docker.app, fakeUi(), "model:1");
    await pullImage.run(docker.app, fakeUi(["python:3.12-slim"]), undefined);
    await removeImage.run(docker.app, fakeUi([true]), "model:1");
    assert.deepEqual(docker.did.slice(1), [
      "tag model:1 r.example:5000/me/model:2",
      "push model:1",
      "pull python:3.12-slim",
      "remove image model:1",
    ]);
  });

  it("refuse a name that is none", async () => {
    const docker = fakeDocker();
    const ui = fakeUi(["--all-tags"]);
    await pullImage.run(docker.app, ui, undefined);
    assert.match(ui.shown[0] ?? "", /! "--all-tags" can't be part of an image's name/);
    assert.deepEqual(docker.did, []);
  });
});
