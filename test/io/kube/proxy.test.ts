// A cluster that is reached by a proxy only: everything goes through it, and what is wrong with it is said.
import assert from "node:assert/strict";
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import { httpProxy, socksProxy, type TestProxy } from "../../support/proxies.ts";
import { makeSelfSigned } from "../../support/selfSigned.ts";
import { FakeApiServer, fakePod } from "./fakeApiServer.ts";
import { targetOf } from "./watching.ts";

describe("a cluster behind a proxy", () => {
  let server: FakeApiServer;
  let proxy: TestProxy | undefined;
  let connection: Connection | undefined;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    server.put(fakePod("one"));
  });
  afterEach(async () => {
    connection?.dispose();
    await proxy?.stop();
    proxy = undefined;
    await server.stop();
  });

  const port = () => Number(new URL(server.url).port);

  const INTERNAL = "http://cluster.internal:6443";

  function connected(proxyUrl: string, address = INTERNAL, caData?: string): Connection {
    const target = targetOf(address);
    const cluster = { ...target.cluster, proxyUrl, ...(caData ? { caData } : {}) };
    connection = new Connection({ ...target, cluster }, systemClock, silentLog);
    return connection;
  }

  function connectedBy(environment: Record<string, string>, address = INTERNAL): Connection {
    connection = new Connection(targetOf(address), systemClock, silentLog, { environment });
    return connection;
  }

  const versionOf = (one: Connection) => one.version(never());

  async function troubleOf(proxyUrl: string): Promise<Trouble> {
    const one = connected(proxyUrl);
    const error = await versionOf(one).then(
      () => assert.fail("it was reached"),
      (reason: unknown) => reason,
    );
    assert.ok(Trouble.is(error), String(error));
    return error;
  }

  it("is listed and watched through it, with the name and password of its address", async () => {
    const heads: string[] = [];
    proxy = await httpProxy(port(), (head) => void heads.push(head));
    const one = connected(`http://me:se%40cret@127.0.0.1:${proxy.port}`);
    const pod = kindNamed("Pod");
    assert.ok(pod);
    const names = new Set<string>();
    await new Promise<void>((resolve) => {
      one.watch(pod, undefined, {
        onEvents(events) {
          for (const event of events) {
            if (event.type === "page") for (const row of event.rows) names.add(row.name);
            if (event.type === "set") names.add(event.row.name);
          }
          if (names.has("two")) resolve();
        },
        onState: ({ state }) => void (state === "live" && server.put(fakePod("two"))),
      });
    });
    assert.deepEqual([...names], ["one", "two"]);
    assert.ok(proxy.asked.every((place) => place === "cluster.internal:6443"));
    const basic = Buffer.from("me:se@cret").toString("base64");
    assert.match(heads[0] ?? "", new RegExp(`^Proxy-Authorization: Basic ${basic}\r$`, "m"));
  });

  it("on this machine is not reached around it either", async () => {
    proxy = await httpProxy(port());
    const one = connected(`http://127.0.0.1:${proxy.port}`, "http://127.0.0.1:1");
    const answer = await one.transport.open({ path: "/api/v1/pods", isLong: true }, never());
    answer.resume();
    assert.deepEqual(proxy.asked, ["127.0.0.1:1"]);
  });

  it("with TLS is known by its own certificate, as without a proxy", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-proxy-"));
    const { certificatePath, certificate, key } = await makeSelfSigned(folder, ["DNS:cluster.internal"]);
    const secure: Server = createServer({ cert: certificate, key }, (_, answer) =>
      answer.end('{"gitVersion":"v1.36.0"}'),
    );
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    try {
      proxy = await httpProxy((secure.address() as AddressInfo).port);
      const address = "https://cluster.internal:6443";
      const ca = (await readFile(certificatePath)).toString("base64");
      assert.equal(await versionOf(connected(`http://127.0.0.1:${proxy.port}`, address, ca)), "v1.36.0");
      connection?.dispose();
      await assert.rejects(
        versionOf(connected(`http://127.0.0.1:${proxy.port}`, address)),
        /The certificate of https:\/\/cluster\.internal:6443 is not trusted/,
      );
    } finally {
      connection?.dispose();
      secure.closeAllConnections();
      secure.close();
      await rm(folder, { recursive: true });
    }
  });

  it("is reached through SOCKS 5, the proxy looking its name up", async () => {
    proxy = await socksProxy(port());
    const one = connected(`socks5://127.0.0.1:${proxy.port}`);
    assert.equal((await one.list("/api/v1/pods", "", never())).length, 1);
    assert.deepEqual(proxy.asked, ["cluster.internal:6443"]);
  });

  it("says which proxy is not there, and asks the server by no other way", async () => {
    for (const scheme of ["http", "socks5"]) {
      const trouble = await troubleOf(`${scheme}://me:secret@127.0.0.1:1`);
      assert.equal(trouble.kind, "unreachable");
      assert.equal(
        trouble.text,
        `Can't reach the proxy ${scheme}://127.0.0.1:1 (connection refused), which the kubeconfig names for cluster.internal: check that it runs and that this machine can reach it.`,
      );
    }
    assert.equal(server.requests.length, 0);
  });

  const answers: [what: string, answer: string, sentence: RegExp, kind: string][] = [
    [
      "that wants another password",
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
      /^The proxy http:\/\/127\.0\.0\.1:\d+ wants another name and password before it connects to cluster\.internal: correct proxy-url in the kubeconfig/,
      "denied",
    ],
    [
      "that may not connect there",
      "HTTP/1.1 403 Forbidden\r\n\r\n",
      /gave no connection to cluster\.internal:6443 \(403 Forbidden\): check proxy-url in the kubeconfig/,
      "unreachable",
    ],
    ["that is none", "220 mail.test ESMTP\r\n\r\n", /\(no answer of a proxy\)/, "unreachable"],
    ["that talks without end", "x".repeat(70_000), /\(no answer of a proxy\)/, "unreachable"],
  ];
  for (const [what, answer, sentence, kind] of answers)
    it(`says what is wrong with a proxy ${what}`, async () => {
      proxy = await httpProxy(port(), () => answer);
      const trouble = await troubleOf(`http://me:secret@127.0.0.1:${proxy.port}`);
      assert.match(trouble.text, sentence);
      assert.equal(trouble.kind, kind);
      assert.doesNotMatch([trouble.text, trouble.detail, trouble.stack].join(), /secret/);
      assert.equal(server.requests.length, 0);
    });

  it("is reached by the one of the environment where that counts, but not what NO_PROXY names", async () => {
    proxy = await httpProxy(port());
    const address = `127.0.0.1:${proxy.port}`;
    assert.equal((await connectedBy({ HTTP_PROXY: address }).list("/api/v1/pods", "", never())).length, 1);
    assert.deepEqual(proxy.asked, ["cluster.internal:6443"]);
    connection?.dispose();
    const direct = { HTTP_PROXY: address, NO_PROXY: ".invalid" };
    await assert.rejects(versionOf(connectedBy(direct, "http://cluster.invalid:6443")), /cluster\.invalid/);
    assert.equal(proxy.asked.length, 1);
  });

  it("says which variable leads to a proxy that is not there, or is none", async () => {
    await assert.rejects(
      versionOf(connectedBy({ http_proxy: "http://me:secret@127.0.0.1:1" })),
      (error) =>
        Trouble.is(error, "unreachable") &&
        error.text ===
          "Can't reach the proxy http://127.0.0.1:1 (connection refused), which http_proxy names for cluster.internal: check that it runs and that this machine can reach it.",
    );
    assert.throws(
      () => connectedBy({ HTTP_PROXY: "a b" }),
      (error) =>
        Trouble.is(error, "bad-input") &&
        error.text === "HTTP_PROXY is no http, https or socks5 address: correct it.",
    );
  });

  it("says that a SOCKS proxy lets nobody through", async () => {
    proxy = await socksProxy(port(), false);
    const trouble = await troubleOf(`socks5://127.0.0.1:${proxy.port}`);
    assert.match(
      trouble.text,
      /^The proxy socks5:\/\/127\.0\.0\.1:\d+ gave no connection to cluster\.internal:6443/,
    );
  });

  it("can be waited for no longer: a proxy that hangs is left at once", async () => {
    const asked = new AbortController();
    proxy = await httpProxy(port(), () => {
      asked.abort();
      return "";
    });
    const one = connected(`http://127.0.0.1:${proxy.port}`);
    await assert.rejects(one.version(asked.signal), { name: "AbortError" });
  });

  it("is not connected to by what is no proxy", () => {
    assert.throws(
      () => connected("ftp://proxy.test"),
      (error) =>
        Trouble.is(error, "bad-input") &&
        error.text.startsWith("The proxy-url of cluster one is no http, https or socks5 address"),
    );
  });
});
