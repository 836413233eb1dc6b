// The view Images & Containers as text: every state that a person can meet.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { never } from "../../../src/base/signal.ts";
import { DockerTree } from "../../../src/ui/rows/docker/tree.ts";
import type { Tree } from "../../../src/ui/view.ts";
import { type FakeDocker, fakeDocker } from "./fakeApp.ts";

const now = 1_000_000_000;
const running = {
  Id: "c1",
  Names: ["/web"],
  Image: "model:1",
  State: "running",
  Status: "Up 2 minutes",
  Created: now,
  Ports: [
    { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
    { IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
    { IP: "127.0.0.1", PrivatePort: 53, PublicPort: 5353, Type: "udp" },
    { PrivatePort: 9090, Type: "tcp" },
  ],
  Labels: { "slipway.gpus": "all" },
};
const failed = {
  Id: "c2",
  Names: ["/job"],
  Image: "model:1",
  State: "exited",
  Status: "Exited (1) 3 hours ago",
  Created: now - 9,
};
const stopped = {
  Id: "c3",
  Names: ["/old"],
  Image: "model:1",
  State: "exited",
  Status: "Exited (137) 2 days ago",
  Created: now - 99,
};
const model = {
  Id: "sha256:aa",
  RepoTags: ["model:1", "r.example/model:1"],
  Size: 4_212_345_678,
  Created: now - 60 * 90,
};
const unnamed = { Id: "sha256:0123456789abcdef", RepoTags: [], Size: 999, Created: now - 86_400 * 3 };

/** The whole tree, a line for each row. */
async function text(tree: Tree<unknown>, node?: unknown, indent = ""): Promise<string> {
  let result = "";
  for (const child of await tree.children(node)) {
    const row = tree.row(child);
    result += `${indent}${row.label}${row.description ? ` | ${row.description}` : ""}${row.icon ? ` (${row.icon.id})` : ""}${row.words ? ` #${row.words.join(" ")}` : ""}\n`;
    if (row.collapsible !== "none") result += await text(tree, child, `${indent}  `);
  }
  return result;
}

function opened(docker: FakeDocker): Tree<unknown> {
  return new DockerTree(docker.app);
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("Images & Containers", () => {
  it("shows containers with state, ports and age, and images with size and age", async () => {
    const docker = fakeDocker();
    docker.containers = [stopped, failed, running];
    docker.images = [model, unnamed];
    assert.equal(
      await text(opened(docker)),
      [
        "Containers | 1 running #containers",
        "  web | model:1 · Up 2 minutes · 127.0.0.1:5353→53/udp, 8080→80 (vm-running) #container running",
        "  job | model:1 · Exited (1) 3 hours ago (error) #container stopped",
        "  old | model:1 · Exited (137) 2 days ago (vm-outline) #container stopped",
        "Images | 4.21 GB #images",
        "  model:1 | 4.21 GB · 1 h ago (package) #image named",
        "  r.example/model:1 | 4.21 GB · 1 h ago (package) #image named",
        "  <no name> 0123456789ab | 999 B · 3 d ago (question) #image unnamed",
        "",
      ].join("\n"),
    );
  });

  it("says what to do when there is nothing yet", async () => {
    assert.equal(
      await text(opened(fakeDocker())),
      "Containers | none running #containers\n  No containers. Run an image to start one.\nImages #images\n  No images. Build a Dockerfile or pull one.\n",
    );
  });

  it("says why the engine can't be asked", async () => {
    const docker = fakeDocker();
    docker.away = "Docker is not running: nothing answers at unix:///var/run/docker.sock.";
    const tree = opened(docker);
    assert.equal(await text(tree), `${docker.away} (debug-disconnect)\n`);
    let whole = 0;
    tree.changed((nodes) => (whole += nodes === undefined ? 1 : 0));
    docker.away = undefined;
    docker.clock.advance(3000);
    await settle();
    assert.equal(whole, 1, "the roots are asked for again");
    assert.match(await text(tree), /^Containers/);
  });

  it("keeps rows of an engine that went away, and says that they are old", async () => {
    const docker = fakeDocker();
    docker.containers = [running];
    docker.images = [model];
    const tree = opened(docker);
    await text(tree);
    docker.away = "Docker is not running.";
    docker.app.containers.refresh();
    await settle();
    const shown = await text(tree);
    assert.match(shown, /^Docker is not running\. \(debug-disconnect\)\nContainers \| as last seen/);
    assert.match(shown, /\n {2}web \| model:1 · 127/);
  });

  it("shows a GPU badge only after nvidia-smi answered inside, never for what was asked", async () => {
    const docker = fakeDocker();
    docker.containers = [running];
    const tree = opened(docker);
    assert.doesNotMatch(await text(tree), /GPU/);
    docker.execute = { exitCode: 0, output: "GPU 0: NVIDIA H100 (UUID: GPU-1)\n" };
    await docker.app.containers.checkGpu("c1", never());
    assert.match(await text(tree), /web \| .* · 1 GPU verified \(vm-running\)/);
    docker.execute = { exitCode: 127, output: "" };
    await docker.app.containers.checkGpu("c1", never());
    assert.match(await text(tree), /web \| .* · no GPU seen/);
  });

  it("changes only the groups, with the same object for the same line", async () => {
    const docker = fakeDocker();
    docker.containers = [running];
    const tree = opened(docker);
    const [group] = await tree.children(undefined);
    const [before] = await tree.children(group);
    const fired: (unknown[] | undefined)[] = [];
    tree.changed((nodes) => fired.push(nodes));
    docker.containers = [{ ...running, Status: "Up 3 minutes" }];
    docker.changed();
    docker.clock.advance(200);
    await settle();
    assert.equal(fired.length, 1);
    assert.equal(fired[0]?.[0], group);
    const [after] = await tree.children(group);
    assert.equal(after, before);
    assert.match(tree.row(after).description ?? "", /Up 3 minutes/);
  });

  it("stops following the engine a while after it was hidden", async () => {
    const docker = fakeDocker();
    const tree = opened(docker);
    await text(tree);
    tree.setVisible?.(false);
    docker.clock.advance(61_000);
    await settle();
    assert.equal(docker.app.containers.state.kind, "idle");
    assert.deepEqual(docker.clock.waiting(), []);
  });

  it("shows no more than 500 lines of a kind", async () => {
    const docker = fakeDocker();
    docker.containers = Array.from({ length: 600 }, (_, index) => ({
      ...running,
      Id: `c${index}`,
      Created: now - index,
    }));
    const tree = opened(docker);
    const [group] = await tree.children(undefined);
    const rows = await tree.children(group);
    assert.equal(rows.length, 501);
    assert.equal(tree.row(rows[500]).label, "100 more containers, older than these");
  });
});
