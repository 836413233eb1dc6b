// An authority, certificates and tokens that are replaced while a cluster is open: what is new is used without a restart.
import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KnownRows } from "../../../src/core/kube/knownRows.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import type { Connection } from "../../../src/io/kube/connection.ts";
import type { WatchState } from "../../../src/io/kube/reflector.ts";
import {
  type Authority,
  type Credentials,
  issue,
  makeAuthority,
} from "../../support/kubernetes/certificates.ts";
import { hurriedClock } from "./watching.ts";

/** Who signs, and the server's certificate of it. */
type World = Authority & { server: Credentials };

describe("an authority that is replaced while a cluster is open", function () {
  this.timeout(30_000);
  let folder: string;
  let authorityFile: string;
  let server: Server | undefined;
  let clusters: KubeClusters;
  let connection: Connection | undefined;
  let token: string;
  let names: string[];
  let states: WatchState[];
  let known = new KnownRows();
  const watches = new Set<ServerResponse>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-rotation-"));
    authorityFile = join(folder, "authority.crt");
    [token, names, states, known] = ["one", ["first"], [], new KnownRows()];
    watches.clear();
    connection = undefined;
    clusters = new KubeClusters(() => [join(folder, "config")], hurriedClock, silentLog);
  });
  afterEach(async () => {
    connection?.dispose();
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true });
  });

  async function made(name: string): Promise<World> {
    const own = join(folder, name);
    await mkdir(own);
    const authority = await makeAuthority(own);
    const signed = { folder: own, name: "server", subject: "/CN=server", alternatives: "IP:127.0.0.1" };
    return { ...authority, server: await issue({ ...signed, ...authority }) };
  }

  const secure = async ({ server: { certificatePath, keyPath } }: World) => ({
    cert: await readFile(certificatePath),
    key: await readFile(keyPath),
  });

  /** Pods by a list and a watch, for who has the token. */
  function answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("content-type", "application/json");
    const url = new URL(request.url ?? "/", "http://fake");
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.statusCode = 401;
      response.end('{"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"}');
    } else if (url.pathname === "/version") response.end('{"gitVersion":"v1.36.0"}');
    else if (url.searchParams.has("sendInitialEvents")) {
      response.statusCode = 422;
      response.end('{"kind":"Status","code":422,"reason":"Invalid","message":"no"}');
    } else if (url.searchParams.has("watch")) {
      response.flushHeaders();
      watches.add(response);
    } else {
      const items = names.map((name) => ({ metadata: { name, namespace: "ml", uid: name } }));
      response.end(JSON.stringify({ kind: "PodList", metadata: { resourceVersion: "1" }, items }));
    }
  }

  async function serve(world: World): Promise<string> {
    server = createServer(await secure(world), answer);
    const one = server;
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    return `https://127.0.0.1:${(one.address() as AddressInfo).port}`;
  }

  /** The server starts anew with another certificate: all connections end. */
  async function restart(world: World): Promise<void> {
    server?.setSecureContext(await secure(world));
    watches.clear();
    server?.closeAllConnections();
  }

  /** As a program that writes well: never half a file. */
  async function replaced(path: string, content: string | Buffer): Promise<void> {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }

  async function opened(url: string, trust: string, user = "token: one"): Promise<Connection> {
    await replaced(
      join(folder, "config"),
      `clusters: [{ name: c, cluster: { server: "${url}", ${trust} } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: dev, context: { cluster: c, user: u } }]
`,
    );
    await clusters.load();
    connection ??= await clusters.connect("dev");
    return connection;
  }

  async function watching(one: Connection): Promise<void> {
    const pod = kindNamed("Pod");
    assert.ok(pod);
    one.watch(pod, undefined, {
      onEvents: (events) => void known.apply(events),
      onState: (state) => void states.push(state),
    });
    await until(() => watches.size === 1 && shown() === "first");
  }

  const shown = () => Array.from(known.rows.values(), ({ name }) => name).join();
  const isLive = () => states.at(-1)?.state === "live";
  const troubles = () => states.flatMap((state) => ("trouble" in state ? [state.trouble.text] : []));

  it("is trusted at once when its file is replaced before the server's certificate", async () => {
    const [old, next] = [await made("old"), await made("next")];
    await copyFile(old.authorityPath, authorityFile);
    const one = await opened(await serve(old), `certificate-authority: ${authorityFile}`);
    await watching(one);
    await replaced(authorityFile, await readFile(next.authorityPath));
    await restart(next);
    // At once: also right after the files were looked at.
    assert.equal(await one.version(never()), "v1.36.0");
    await until(() => watches.size === 1 && isLive());
    assert.equal(shown(), "first");
    assert.deepEqual(
      troubles().filter((text) => /not trusted/.test(text)),
      [],
    );
  });

  it("is told of while its file is the old one, keeps the rows, and is trusted when the file comes after", async () => {
    const [old, next] = [await made("old"), await made("next")];
    await copyFile(old.authorityPath, authorityFile);
    const one = await opened(await serve(old), `certificate-authority: ${authorityFile}`);
    await watching(one);
    await restart(next);
    await until(() =>
      troubles().some((text) => /is not trusted .*fingerprint is ([0-9A-F]{2}:){31}/.test(text)),
    );
    assert.equal(states.at(-1)?.state, "down", "it goes on trying by itself");
    assert.equal(shown(), "first");
    await assert.rejects(one.version(never()), (error) => Trouble.is(error, "refused-by-policy"));
    await replaced(authorityFile, await readFile(next.authorityPath));
    await until(() => watches.size === 1 && isLive());
    assert.equal(await one.version(never()), "v1.36.0");
  });

  it("that stands in the kubeconfig is used when that is read again, and so is another token", async () => {
    const [old, next] = [await made("old"), await made("next")];
    const data = async ({ authorityPath }: World) =>
      `certificate-authority-data: ${(await readFile(authorityPath)).toString("base64")}`;
    const url = await serve(old);
    const one = await opened(url, await data(old));
    await watching(one);
    await restart(next);
    token = "two";
    await until(() => states.at(-1)?.state === "blocked");
    assert.equal(shown(), "first");
    await opened(url, await data(next), "token: two");
    assert.equal(await one.version(never()), "v1.36.0", "the connection that is open has them too");
  });

  it("that is not the cluster's any more is not taken: a kubeconfig that leads elsewhere changes nothing open", async () => {
    const old = await made("old");
    await copyFile(old.authorityPath, authorityFile);
    const url = await serve(old);
    const trust = `certificate-authority: ${authorityFile}`;
    const one = await opened(url, trust);
    await opened("https://elsewhere.test", trust, "token: for-elsewhere");
    assert.equal(await one.version(never()), "v1.36.0", "no token of another server is sent to this one");
  });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(done(), "waited in vain");
}
