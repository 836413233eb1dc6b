// Logs of several pods of a real cluster at once: merged, with whose each line is, and pods that come later.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { showAllPodLogs } from "../../src/ui/commands/showAllPodLogs.ts";
import { showPodLogs } from "../../src/ui/commands/showPodLogs.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeOf, sharedCluster, shellDeployment, shellPod, type World, worldOn } from "./world.ts";

const space = "hands-logs";
const talk = "echo first of $HOSTNAME; n=0; while true; do n=$((n+1)); echo line $n; usleep 300000; done";

describe("logs of several pods", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    const two = shellPod("two", space, "echo from main; sleep 1000") as { spec: { containers: object[] } };
    const escape = "printf 'a\\033]0;title\\007\\033[2Jb \\033[31mred\\n'; sleep 1000";
    const proxy = { ...two.spec.containers[0], name: "proxy", command: ["sh", "-c", escape] };
    two.spec.containers.push(proxy);
    await cluster.apply(shellDeployment("talk", space, talk, 2), two);
    await cluster.kubectl(`-n=${space}`, "rollout", "status", "deployment/talk", "--timeout=60s");
    await cluster.kubectl(`-n=${space}`, "wait", "pod/two", "--for=condition=Ready", "--timeout=60s");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world.dispose());

  function shown(done: (text: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        const text = world.ui.streams[0]?.text ?? "";
        if (done(text)) resolve(text);
      };
      world.ui.onStreamText = look;
      look();
    });
  }
  const press = (key: string) => world.ui.streams[0]?.type(key);
  const pods = (text: string) =>
    // oxlint-disable-next-line no-control-regex
    new Set(Array.from(text.matchAll(/\x1b\[\d+m(talk-\S+)\x1b\[0m /g), ([, pod]) => pod));

  it("follows all pods of a Deployment, and those that come", async () => {
    const following = showAllPodLogs.run(
      world.app,
      world.ui,
      await nodeOf(cluster, "Deployment", "talk", space),
    );
    const two = pods(await shown((text) => pods(text).size === 2 && text.includes("line 2")));
    await cluster.kubectl(`-n=${space}`, "scale", "deployment/talk", "--replicas=3");
    const text = await shown((now) => pods(now).size === 3);
    const [joined] = Array.from(pods(text)).filter((pod) => !two.has(pod));
    // Of a pod that comes, nothing is left out.
    await shown((now) => now.includes(`first of ${joined}`));
    const [one] = two;
    await cluster.kubectl(`-n=${space}`, "delete", `pod/${one}`, "--grace-period=0", "--force");
    await shown((now) => pods(now).size === 4 && now.includes(`-- ${one}: The pod is gone. --`));
    world.ui.streams[0]?.close();
    await following;
  });

  it("shows times, filters, takes another range and saves, by keys", async () => {
    const following = showAllPodLogs.run(
      world.app,
      world.ui,
      await nodeOf(cluster, "Deployment", "talk", space),
    );
    await shown((text) => text.includes("line 1\n"));
    press("t");
    // oxlint-disable-next-line no-control-regex
    await shown((text) => /\x1b\[2m\d{4}-\d\d-\d\dT[\d:.]+Z\x1b\[0m line 1\n/.test(text));
    world.ui.typed = "FIRST";
    press("f");
    const filtered = await shown((text) => text.includes('Only lines with "first"'));
    assert.doesNotMatch(filtered.slice(filtered.indexOf("Only lines")), /line 1\n/);
    press("s");
    await shown((text) => /-- \d+ lines saved\. --/.test(text));
    const [saved] = world.ui.saved;
    assert.equal(saved?.name, "talk-all-pods.log");
    assert.match(saved?.text ?? "", /^talk-\S+ \d{4}-\S+Z line 1$/m);
    world.ui.typed = "";
    press("f");
    world.ui.answers = ["Last 100 lines"];
    press("r");
    await shown((text) => text.startsWith("-- t: times") && /line \d+\n/.test(text));
    world.ui.streams[0]?.close();
    await following;
  });

  it("merges the containers of a pod where that is wanted", async () => {
    world.ui.answers = ["All of them"];
    const following = showPodLogs.run(world.app, world.ui, await nodeOf(cluster, "Pod", "two", space));
    const text = await shown((now) => now.includes("from main") && now.includes("red"));
    assert.deepEqual(world.ui.picked[0]?.labels, ["main", "proxy", "All of them"]);
    // oxlint-disable-next-line no-control-regex
    assert.match(text, /\x1b\[\d+mtwo main\x1b\[0m from main\n/);
    // A colour that a line leaves on ends with it; the terminal's own filter drops every other escape.
    assert.ok(text.includes("\x1b[31mred\x1b[0m\n"));
    world.ui.streams[0]?.close();
    await following;
  });

  it("follows a whole namespace", async () => {
    const node = await nodeOf(cluster, "Namespace", space);
    const following = showAllPodLogs.run(world.app, world.ui, node);
    await shown((text) => text.includes("two proxy") && /talk-\S+ line/.test(text.replaceAll("\x1b[0m", "")));
    world.ui.streams[0]?.close();
    await following;
  });
});
