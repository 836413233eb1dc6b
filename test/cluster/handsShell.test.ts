// Shells in pods of a real cluster: which one, its size, how it ends, and debug containers where there is none.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { debugPod } from "../../src/ui/commands/debugPod.ts";
import { openPodShell } from "../../src/ui/commands/openPodShell.ts";
import { boxImage } from "../support/images.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import type { FakeConsole } from "../ui/views/fakeUi.ts";
import { nodeOf, sharedCluster, shellPod, type World, worldOn } from "./world.ts";

const space = "hands-shell";
const forever = "trap 'exit 0' TERM; sleep 100000 & wait";

describe("a shell in a pod", function () {
  this.timeout(40_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    // A container without a shell: everything that could be one is taken away once it runs.
    const bare = "rm -f /bin/sh /bin/ash /bin/bash; while true; do read -t 1000 x; done";
    await cluster.apply(shellPod("box", space, forever), shellPod("bare", space, bare));
    for (const pod of ["box", "bare"])
      await cluster.kubectl(`-n=${space}`, "wait", `pod/${pod}`, "--for=condition=Ready", "--timeout=60s");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world.dispose());

  /** Resolves with the terminal once `done` is true of it. */
  function shown(done: (screen: FakeConsole) => boolean): Promise<FakeConsole> {
    return new Promise((resolve) => {
      const look = () => {
        const screen = world.ui.consoles[0];
        if (screen && done(screen)) resolve(screen);
      };
      world.ui.onConsoleText = look;
      look();
    });
  }

  it("opens, knows its size also when it changes, and closes when the shell is left", async () => {
    const open = openPodShell.run(world.app, world.ui, await nodeOf(cluster, "Pod", "box", space));
    const screen = await shown(({ text }) => text.includes("# "));
    assert.equal(screen.name, `box · main (${cluster.context})`);
    screen.type("stty size; echo é | wc -c\r");
    await shown(({ text }) => /^31 101\r\n3\r$/m.test(text));
    screen.resize(80, 24);
    screen.type("stty size\r");
    await shown(({ text }) => /^24 80\r$/m.test(text));
    screen.type("exit 3\r");
    await open;
    assert.equal(screen.closed.aborted, true);
    assert.equal(screen.ended, undefined);
  });

  it("ends the shell and what it runs when the terminal is closed", async () => {
    const open = openPodShell.run(world.app, world.ui, await nodeOf(cluster, "Pod", "box", space));
    const screen = await shown(({ text }) => text.includes("# "));
    screen.type("sleep 4321\r");
    const processes = async () =>
      (await cluster.kubectl("exec", `-n=${space}`, "box", "--", "ps", "-o", "args"))
        .split("\n")
        .filter((line) => /^(sleep 4321|\S*sh)$/.test(line.trim()));
    while (!(await processes()).includes("sleep 4321"));
    screen.close();
    await open;
    assert.deepEqual(await processes(), []);
  });

  it("says why it ended when the pod is gone", async () => {
    await cluster.apply(shellPod("brief", space, forever));
    await cluster.kubectl(`-n=${space}`, "wait", "pod/brief", "--for=condition=Ready", "--timeout=60s");
    const open = openPodShell.run(world.app, world.ui, await nodeOf(cluster, "Pod", "brief", space));
    await shown(({ text }) => text.includes("# "));
    await cluster.kubectl(`-n=${space}`, "delete", "pod/brief", "--grace-period=0", "--force");
    await open;
    const screen = world.ui.consoles[0];
    assert.ok(screen?.closed.aborted || screen?.ended !== undefined, "neither closed nor told");
  });

  it("says that an image has no shell, and adds a debug container that sees its processes", async () => {
    world.ui.answers = ["Another image…"];
    world.ui.typed = boxImage;
    world.ui.chosenAction = "Add a Debug Container…";
    const open = openPodShell.run(world.app, world.ui, await nodeOf(cluster, "Pod", "bare", space));
    const screen = await shown(({ text }) => text.includes("# "));
    assert.match(world.ui.said[0] ?? "", /^Container main of pod bare has no shell in its image\./);
    assert.match(world.ui.confirmed[0]?.detail ?? "", /It can't be taken out again/);
    assert.equal(screen.name, `bare · debug-1 (${cluster.context})`);
    screen.type("ps -o args\r");
    await shown(({ text }) => text.includes("rm -f /bin/sh"));
    screen.close();
    await open;
    // Its shell ends with the terminal.
    await cluster.kubectl(
      `-n=${space}`,
      "wait",
      "pod/bare",
      "--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated}",
      "--timeout=30s",
    );
  });

  it("says why a debug container does not come up", async () => {
    world.ui.answers = ["Another image…"];
    world.ui.typed = "localhost:5999/no/tools:1";
    await assert.rejects(
      Promise.resolve(debugPod.run(world.app, world.ui, await nodeOf(cluster, "Pod", "box", space))),
      /^Trouble: The debug container debug-1 of pod box does not run: (ErrImagePull|ImagePullBackOff): /,
    );
  });
});
