// Files and folders copied to and from a pod of a real cluster, by its kubelet and with BusyBox' tar.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { isAbort } from "../../src/base/signal.ts";
import { copyFromPod } from "../../src/ui/commands/copyFromPod.ts";
import { copyToPod } from "../../src/ui/commands/copyToPod.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeOf, sharedCluster, shellPod, type World, worldOn } from "./world.ts";

const space = "hands-copy";
const forever = "trap 'exit 0' TERM; sleep 100000 & wait";
const bytes = 20_000_003;

describe("copying to and from a pod", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;
  let folder: string;

  before(async function () {
    this.timeout(120_000);
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "config", namespace: space },
      data: { "a.conf": "one\n" },
    });
    const box = shellPod("box", space, forever) as {
      spec: { volumes?: object[]; containers: { volumeMounts?: object[] }[] };
    };
    box.spec.volumes = [{ name: "config", configMap: { name: "config" } }];
    for (const one of box.spec.containers) one.volumeMounts = [{ name: "config", mountPath: "/config" }];
    await cluster.apply(box);
    await cluster.kubectl(`-n=${space}`, "wait", "pod/box", "--for=condition=Ready", "--timeout=60s");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", space, "--ignore-not-found", "--wait=false");
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
    folder = mkdtempSync(join(tmpdir(), "slipway-copy-"));
  });
  afterEach(() => {
    world.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const inPod = (pod: string, script: string) =>
    cluster.kubectl("exec", `-n=${space}`, pod, "--", "sh", "-c", script);

  function model(): string {
    const path = join(folder, "model");
    mkdirSync(join(path, "sub"), { recursive: true });
    writeFileSync(join(path, "weights.bin"), Buffer.alloc(bytes, "slipway"));
    writeFileSync(join(path, `${"long".repeat(40)}.txt`), "long");
    writeFileSync(join(path, "sub", "größe"), "é");
    symlinkSync("../weights.bin", join(path, "sub", "link"));
    symlinkSync("/etc/hostname", join(path, "out"));
    return path;
  }

  const sumOf = async (path: string) => {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  };

  async function copyTo(pod: string, path: string, what: "File…" | "Folder…", into: string): Promise<void> {
    world.ui.answers = [what];
    world.ui.path = path;
    world.ui.typed = into;
    await copyToPod.run(world.app, world.ui, await nodeOf(cluster, "Pod", pod, space));
  }

  async function copyFrom(pod: string, path: string): Promise<void> {
    world.ui.path = folder;
    world.ui.typed = path;
    await copyFromPod.run(world.app, world.ui, await nodeOf(cluster, "Pod", pod, space));
  }

  it("brings a folder there whole, asks before it replaces it, and brings it back", async () => {
    const path = model();
    const wanted = await sumOf(join(path, "weights.bin"));
    await copyTo("box", path, "Folder…", "/tmp");
    assert.deepEqual(world.ui.said, [
      "Copied model to /tmp/model in container main of pod box (3 files, 20 MB). Left out, because they are no files, lead elsewhere, or can't have their names: out.",
    ]);
    assert.equal(world.ui.confirmed.length, 0);
    assert.equal((await inPod("box", "sha256sum < /tmp/model/sub/link")).split(" ")[0], wanted);
    assert.deepEqual((await inPod("box", "ls -A /tmp /tmp/model")).trim().split("\n"), [
      "/tmp:",
      "model",
      "",
      "/tmp/model:",
      `${"long".repeat(40)}.txt`,
      "sub",
      "weights.bin",
    ]);

    world.ui.sure = false;
    await copyTo("box", path, "Folder…", "/tmp");
    assert.equal(world.ui.confirmed[0]?.text, "Replace /tmp/model in pod box?");
    assert.match(
      world.ui.confirmed[0]?.detail ?? "",
      /Context: .*\nNamespace: hands-copy\n[^]*is replaced as a whole: what is only in it is lost/,
    );
    world.ui.sure = true;
    await inPod("box", "touch /tmp/model/old");
    await copyTo("box", path, "Folder…", "/tmp/");
    assert.ok(!(await inPod("box", "ls -A /tmp/model")).includes("old"));

    rmSync(path, { recursive: true });
    world.ui.said.length = 0;
    await copyFrom("box", "/tmp/model");
    assert.deepEqual(world.ui.said, [`Copied model from pod box to ${path} (3 files, 20 MB).`]);
    assert.equal(await sumOf(join(path, "weights.bin")), wanted);
    assert.equal(readFileSync(join(path, "sub", "größe"), "utf8"), "é");
    assert.deepEqual(readdirSync(folder), ["model"]);
  });

  it("follows the links of a ConfigMap's volume", async () => {
    await copyFrom("box", "/config/a.conf");
    assert.equal(readFileSync(join(folder, "a.conf"), "utf8"), "one\n");
    await copyFrom("box", "/config");
    assert.equal(readFileSync(join(folder, "config", "a.conf"), "utf8"), "one\n");
  });

  it("leaves nothing of a copy that is cancelled, on either side", async () => {
    const path = model();
    const node = await nodeOf(cluster, "Pod", "box", space);
    await inPod(
      "box",
      "rm -rf /tmp/*; mkdir -p /tmp/big; dd if=/dev/zero of=/tmp/big/zeros bs=1M count=300 2>/dev/null",
    );
    const stop = new AbortController();
    world.ui.cancelled = stop.signal;
    world.ui.onReport = () => stop.abort();
    Object.assign(world.ui, { answers: ["Folder…"], path, typed: "/tmp" });
    await assert.rejects(Promise.resolve(copyToPod.run(world.app, world.ui, node)), isAbort);
    assert.equal(await inPod("box", "ls -A /tmp"), "big\n");

    const again = new AbortController();
    world.ui.cancelled = again.signal;
    world.ui.onReport = (text) => {
      if (text.includes("MB")) again.abort();
    };
    Object.assign(world.ui, { path: folder, typed: "/tmp/big" });
    await assert.rejects(Promise.resolve(copyFromPod.run(world.app, world.ui, node)), isAbort);
    assert.deepEqual(readdirSync(folder), ["model"]);
    await inPod("box", "rm -rf /tmp/big");
  });

  it("brings 300 MB out whole, in little memory", async () => {
    await inPod("box", "dd if=/dev/zero of=/tmp/zeros bs=1M count=300 2>/dev/null");
    const before = process.memoryUsage();
    let most = 0;
    world.ui.onReport = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + arrayBuffers);
    };
    await copyFrom("box", "/tmp/zeros");
    const grown = (most - before.heapUsed - before.arrayBuffers) / 1024 / 1024;
    assert.ok(grown < 120, `${grown} MiB`);
    assert.ok(existsSync(join(folder, "zeros")));
    await inPod("box", "rm /tmp/zeros");
  });

  it("says what is not there", async () => {
    await assert.rejects(
      copyFrom("box", "/no/such"),
      /such in \/no of container main of pod box can't be copied: /,
    );
    await assert.rejects(
      copyTo("box", folder, "Folder…", "/no"),
      /has no folder \/no: name one that is there\./,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is refused where something else has the name by the time it is done", async () => {
    const path = join(folder, "late.txt");
    writeFileSync(path, "mine");
    world.ui.onReport = () => {};
    const progress = world.ui.progress.bind(world.ui);
    world.ui.progress = async (title, work) => {
      if (title.startsWith("Copying")) await inPod("box", "echo theirs > /tmp/late.txt");
      return progress(title, work);
    };
    await assert.rejects(
      copyTo("box", path, "File…", "/tmp"),
      /late\.txt is in \/tmp by now and was left as it is/,
    );
    assert.equal(await inPod("box", "cat /tmp/late.txt; ls -A /tmp"), "theirs\nlate.txt\n");
  });
});
