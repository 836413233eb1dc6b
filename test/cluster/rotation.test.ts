// An API server that comes back with a certificate of another authority, while the explorer has its cluster open.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, beforeEach, describe, it } from "mocha";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { issue, makeAuthority } from "../support/kubernetes/certificates.ts";
import { openedWith, sharedCluster, until, type World, worldOn } from "./world.ts";

describe("an authority that is replaced", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let folder: string;
  let world: World | undefined;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-rotation-"));
  });
  afterEach(async () => {
    world?.dispose();
    await cluster.killApiServer();
    await cluster.startApiServer();
    await rm(folder, { recursive: true, force: true });
  });

  it("is said not to be trusted until its file is replaced, and then followed without a restart", async () => {
    const authorityFile = join(folder, "authority.crt");
    const config = JSON.parse(await readFile(cluster.kubeconfigPath, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
    };
    const [entry] = config.clusters;
    assert.ok(entry);
    await writeFile(authorityFile, Buffer.from(entry.cluster["certificate-authority-data"] ?? "", "base64"));
    // By this name the server will show the other certificate; all others go on as they were.
    entry.cluster = { server: `https://localhost:${cluster.port}`, "certificate-authority": authorityFile };
    const kubeconfig = join(folder, "config");
    await writeFile(kubeconfig, JSON.stringify(config));
    world = worldOn(kubeconfig);
    const { store } = world;
    const open = await openedWith(world, cluster.context, ["Pod"], "ml");
    const before = open.rows("Pod", "ml").length;
    assert.ok(before > 0);
    const authority = await makeAuthority(folder);
    const subject = "/CN=kube-apiserver";
    const next = await issue({ folder, name: "next", subject, alternatives: "DNS:localhost", ...authority });
    await cluster.killApiServer();
    await cluster.startApiServer([`--tls-sni-cert-key=${next.certificatePath},${next.keyPath}:localhost`]);
    const said = () => {
      const condition = open.condition("Pod");
      return condition.state === "stale" ? condition.trouble.text : "";
    };
    await until(store, () => /is not trusted/.test(said()));
    assert.match(
      said(),
      /its SHA-256 fingerprint is ([0-9A-F]{2}:){31}[0-9A-F]{2}\): correct certificate-authority of context/,
    );
    assert.equal(open.rows("Pod", "ml").length, before);
    await copyFile(authority.authorityPath, `${authorityFile}.new`);
    await rename(`${authorityFile}.new`, authorityFile);
    const replacedMs = performance.now();
    await until(store, () => open.condition("Pod").state === "live");
    const tookMs = performance.now() - replacedMs;
    console.log(`      live again ${tookMs.toFixed(0)} ms after the file was replaced`);
    assert.ok(tookMs < 35_000, `${tookMs} ms`);
    assert.equal(open.rows("Pod", "ml").length, before);
  });
});
