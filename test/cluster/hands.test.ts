// What a person does to workloads and nodes of a real cluster: scale, restart, undo, suspend, run, cordon, drain.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { Trouble } from "../../src/base/trouble.ts";
import { cordonNode } from "../../src/ui/commands/cordonNode.ts";
import { restartRollout } from "../../src/ui/commands/restartRollout.ts";
import { resumeWorkload } from "../../src/ui/commands/resumeWorkload.ts";
import { runCronJobNow } from "../../src/ui/commands/runCronJobNow.ts";
import { scaleWorkload } from "../../src/ui/commands/scaleWorkload.ts";
import { showRolloutStatus } from "../../src/ui/commands/showRolloutStatus.ts";
import { suspendWorkload } from "../../src/ui/commands/suspendWorkload.ts";
import { uncordonNode } from "../../src/ui/commands/uncordonNode.ts";
import { undoRollout } from "../../src/ui/commands/undoRollout.ts";
import { boxImage } from "../support/images.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { nodeOf, sharedCluster, shellDeployment, type World, worldOn } from "./world.ts";

const space = "hands";
const forever = "trap 'exit 0' TERM; sleep 100000 & wait";

describe("hands on workloads", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    await cluster.apply(shellDeployment("web", space, forever));
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world.dispose());

  const kubectl = (...args: string[]) => cluster.kubectl(`-n=${space}`, ...args);
  const value = (what: string, path: string) => kubectl("get", what, `-o=jsonpath={${path}}`);

  it("scales from the palette, with a picker of what can be scaled", async () => {
    world.ui.answers = ["Deployment", "web"];
    world.ui.typed = "2";
    await scaleWorkload.run(world.app, world.ui, undefined);
    assert.deepEqual(world.ui.picked[0]?.labels, ["Deployment", "StatefulSet", "ReplicaSet"]);
    assert.deepEqual(world.ui.said, ["Deployment web is to have 2 pods now."]);
    assert.equal(await value("deployment/web", ".spec.replicas"), "2");
  });

  it("asks before it scales to nothing, and refuses what is no number", async () => {
    const web = await nodeOf(cluster, "Deployment", "web", space);
    world.ui.typed = "-1";
    await scaleWorkload.run(world.app, world.ui, web);
    assert.deepEqual(world.ui.refused, ["Type a whole number, 0 or more."]);
    world.ui.typed = "0";
    world.ui.sure = false;
    await scaleWorkload.run(world.app, world.ui, web);
    assert.equal(world.ui.confirmed[0]?.text, "Scale Deployment web from 2 to 0?");
    assert.equal(await value("deployment/web", ".spec.replicas"), "2");
  });

  it("leaves an object alone that was made anew under the same name", async () => {
    const web = { ...(await nodeOf(cluster, "Deployment", "web", space)), uid: "not-this-one" };
    world.ui.typed = "5";
    const isConflict = (error: Error) => {
      assert.ok(Trouble.is(error, "conflict"), `${error.message} ${String((error as Trouble).detail)}`);
      return error.text.includes("look at it again");
    };
    const before = await value("deployment/web", ".metadata.generation");
    for (const command of [scaleWorkload, restartRollout, undoRollout])
      await assert.rejects(command.run(world.app, world.ui, web), isConflict, command.id);
    assert.equal(await value("deployment/web", ".metadata.generation"), before);
  });

  it("restarts a rollout and follows it to its end", async () => {
    const web = await nodeOf(cluster, "Deployment", "web", space);
    const before = await value("pods", ".items[*].metadata.uid");
    await restartRollout.run(world.app, world.ui, web);
    assert.match(world.ui.reported.join("\n"), /^\d of 2 pods are new$/m);
    assert.equal(world.ui.said[0], "The rollout of Deployment web is done: 2 pods are new and available.");
    const after = await value("pods", ".items[*].metadata.uid");
    for (const uid of before.split(" ")) assert.ok(!after.includes(uid) || after.split(" ").length > 2);
    assert.match(
      await value("deployment/web", ".spec.template.metadata.annotations"),
      /"kubectl\.kubernetes\.io\/restartedAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/,
    );
  });

  it("undoes a rollout that can't end, from its history", async () => {
    await kubectl("set", "image", "deployment/web", "main=localhost:5999/nothing:1");
    const web = await nodeOf(cluster, "Deployment", "web", space);
    // It does not get there: the person leaves the status, and goes back.
    const leave = new AbortController();
    world.ui.cancelled = leave.signal;
    world.ui.onReport = (text) => {
      if (text === "1 of 2 pods are new") leave.abort();
    };
    await showRolloutStatus.run(world.app, world.ui, web);
    assert.deepEqual(world.ui.said, []);
    world.dispose();
    world = worldOn(cluster.kubeconfigPath);
    await undoRollout.run(world.app, world.ui, web);
    assert.match(world.ui.picked[0]?.labels.join() ?? "", /(^|,)Revision 1$/);
    assert.match(
      world.ui.confirmed[0]?.detail ?? "",
      new RegExp(`\n\nImages: localhost:5999/nothing:1 → ${boxImage}$`),
    );
    assert.match(world.ui.said[0] ?? "", /^The rollout of Deployment web is done/);
    assert.equal(await value("deployment/web", ".spec.template.spec.containers[0].image"), boxImage);
    const labels = await value("deployment/web", ".spec.template.metadata.labels");
    assert.equal(labels, '{"app":"web"}');
  });

  it("says that a rollout is given up by its controller", async () => {
    // Its container never runs: one that ends at once is ready for a moment, and so would be the rollout.
    const containers = [{ name: "main", image: "slipway.invalid/none:1", imagePullPolicy: "Never" }];
    await cluster.apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "late", namespace: space },
      spec: {
        progressDeadlineSeconds: 1,
        selector: { matchLabels: { app: "late" } },
        template: { metadata: { labels: { app: "late" } }, spec: { containers } },
      },
    });
    await assert.rejects(
      showRolloutStatus.run(world.app, world.ui, await nodeOf(cluster, "Deployment", "late", space)),
      /The rollout of Deployment late does not go on: .*has timed out progressing/,
    );
    await kubectl("delete", "deployment/late", "--wait=false");
  });

  it("runs a CronJob now and ties the Job to it", async () => {
    const { spec } = shellDeployment("nightly", space, "exit 0") as { spec: { template: object } };
    const template = { spec: { ...(spec.template as { spec: object }).spec, restartPolicy: "Never" } };
    await cluster.apply({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "nightly", namespace: space },
      spec: {
        schedule: "0 3 * * *",
        jobTemplate: { metadata: { labels: { run: "nightly" } }, spec: { template } },
      },
    });
    world.ui.answers = ["nightly"];
    await runCronJobNow.run(world.app, world.ui, await nodeOf(cluster, "CronJob", "nightly", space));
    const job = /^Job (nightly-now-[0-9a-z]+) runs CronJob nightly now\.$/.exec(world.ui.said[0] ?? "")?.[1];
    assert.ok(job, world.ui.said[0]);
    await kubectl("wait", `job/${job}`, "--for=condition=Complete", "--timeout=60s");
    assert.equal(await value(`job/${job}`, ".metadata.ownerReferences[0].name"), "nightly");
    assert.equal(await value(`job/${job}`, ".metadata.labels.run"), "nightly");
  });

  it("suspends and resumes a CronJob, and asks before it ends the pods of a Job", async () => {
    const nightly = await nodeOf(cluster, "CronJob", "nightly", space);
    await suspendWorkload.run(world.app, world.ui, nightly);
    assert.equal(await value("cronjob/nightly", ".spec.suspend"), "true");
    await resumeWorkload.run(world.app, world.ui, nightly);
    assert.equal(await value("cronjob/nightly", ".spec.suspend"), "false");
    assert.equal(world.ui.confirmed.length, 0);
    assert.deepEqual(world.ui.said, [
      "CronJob nightly is suspended.",
      "CronJob nightly is no longer suspended.",
    ]);
    await kubectl("create", "job", "train", `--image=${boxImage}`, "--", "sleep", "1000");
    world.ui.sure = false;
    await suspendWorkload.run(world.app, world.ui, await nodeOf(cluster, "Job", "train", space));
    assert.match(world.ui.confirmed.map(({ detail }) => detail).join(), /Its running pods are ended\.$/);
    assert.equal(await value("job/train", ".spec.suspend"), "false");
    await kubectl("delete", "job/train", "--wait=false");
  });

  it("cordons and uncordons a node", async () => {
    const node = await nodeOf(cluster, "Node", nodeName);
    await cordonNode.run(world.app, world.ui, node);
    assert.equal(await cluster.kubectl("get", "node", nodeName, "-o=jsonpath={.spec.unschedulable}"), "true");
    await uncordonNode.run(world.app, world.ui, node);
    assert.equal(await cluster.kubectl("get", "node", nodeName, "-o=jsonpath={.spec.unschedulable}"), "");
    assert.match(world.ui.said.join(), /gets no new pods; those on it stay.*gets new pods again/);
  });
});
