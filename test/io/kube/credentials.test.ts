// Who we are to a cluster: tokens, files that are rotated, sign-in plugins that fail in every way.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import type { Log } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { Credentials } from "../../../src/io/kube/credentials.ts";
import { ExecPlugin } from "../../../src/io/kube/execPlugin.ts";
import type { Target } from "../../../src/io/kube/kubeconfig.ts";
import { Transport } from "../../../src/io/kube/transport.ts";
import { FakeApiServer, sendStatus } from "./fakeApiServer.ts";
import { targetOf } from "./watching.ts";

describe("credentials", function () {
  this.timeout(10_000);
  let server: FakeApiServer;
  let folder: string;
  let logged: string[];
  const write = (text: string) => void logged.push(text);
  const log: Log = { debug: write, info: write, warn: write, error: write };

  beforeEach(async () => {
    logged = [];
    server = new FakeApiServer();
    await server.start();
    folder = await mkdtemp(join(tmpdir(), "slipway-credentials-"));
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** A plugin that counts its runs in a file and then does what `script` says. */
  async function plugin(script: string, more: Record<string, unknown> = {}): Promise<Target> {
    const path = join(folder, "plugin");
    await writeFile(path, `#!/bin/sh\necho run >> ${join(folder, "runs")}\n${script}\n`);
    await chmod(path, 0o755);
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: path,
      args: ["--secret=canary"],
      ...more,
    };
    return targetOf(server.url, { exec } as Partial<Target["user"]>);
  }

  const runs = async () => (await readFile(join(folder, "runs"), "utf8")).trim().split("\n").length;
  const credential = (token: string, expires = "") =>
    `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"${token}"${expires}}}'`;

  function transportOf(target: Target): Transport {
    return new Transport(server.url, new Credentials(target, log), systemClock);
  }

  async function troubleOf(target: Target, limitMs?: number): Promise<Trouble> {
    try {
      await new ExecPlugin(target, log, systemClock, limitMs).credential();
    } catch (error) {
      assert.ok(Trouble.is(error));
      return error;
    }
    throw new Error("no trouble");
  }

  it("starts a plugin once for fifty calls at the same time, and keeps what it gave", async () => {
    const transport = transportOf(await plugin(credential("token-1")));
    await Promise.all(Array.from({ length: 50 }, () => transport.json({ path: "/api/v1/pods" }, never())));
    await transport.json({ path: "/api/v1/pods" }, never());
    assert.equal(await runs(), 1);
    assert.equal(server.requests[0]?.headers.authorization, "Bearer token-1");
    transport.dispose();
  });

  it("asks the plugin again when the credential is about to expire", async () => {
    const soon = new Date(Date.now() + 30_000).toISOString();
    const plugged = new ExecPlugin(await plugin(credential("t", `,"expirationTimestamp":"${soon}"`)), log);
    await plugged.credential();
    await plugged.credential();
    assert.equal(await runs(), 2);
  });

  it("asks the plugin once more after a 401, and gives up after the second", async () => {
    server.fault = (_request, answer) => {
      sendStatus(answer, 401, "Unauthorized", "Unauthorized");
      return true;
    };
    const transport = transportOf(await plugin(credential("old")));
    await assert.rejects(transport.json({ path: "/api/v1/pods" }, never()), { status: 401 });
    assert.equal(server.requests.length, 2);
    assert.equal(await runs(), 2);
    transport.dispose();
  });

  for (const isNewGood of [true, false])
    it(`asks the plugin once more for fifty calls whose credential is refused, ${isNewGood ? "and they go on" : "also where the new one is no better"}`, async () => {
      const target = await plugin(
        `if [ $(wc -l < ${join(folder, "runs")}) = 1 ]; then ${credential("old")}; else ${credential("new")}; fi`,
      );
      const late: (() => void)[] = [];
      let refused = 0;
      server.fault = ({ headers }, answer) => {
        const isOld = headers.authorization === "Bearer old";
        if (!isOld && isNewGood) {
          // Half of the refusals come when the first calls have the new one already.
          for (const say of late.splice(0)) say();
          return false;
        }
        const say = () => sendStatus(answer, 401, "Unauthorized", "Unauthorized");
        if (isOld && isNewGood && refused++ >= 25) late.push(say);
        else say();
        return true;
      };
      const transport = transportOf(target);
      const calls = Array.from({ length: 50 }, () => transport.json({ path: "/api/v1/pods" }, never()));
      const ends = await Promise.allSettled(calls);
      assert.ok(ends.every(({ status }) => (status === "fulfilled") === isNewGood));
      assert.equal(await runs(), 2);
      assert.equal(server.requests.length, 100);
      transport.dispose();
    });

  it("starts a plugin named by a path from the kubeconfig's folder, and never by a shell", async () => {
    const marker = join(folder, "marker");
    const target = await plugin(`printf '%s|' "$@" > ${marker}; ${credential("t")}`, {
      command: "./plugin",
      args: ["; rm -rf ~", "$(touch x)", "a b", "-x"],
    });
    await new ExecPlugin({ ...target, folder }, log).credential();
    assert.equal(await readFile(marker, "utf8"), "; rm -rf ~|$(touch x)|a b|-x|");
    const elsewhere = join(folder, "elsewhere");
    await assert.rejects(new ExecPlugin({ ...target, folder: elsewhere }, log).credential(), (error) =>
      Trouble.is(error, "missing-tool"),
    );
  });

  it("tells the plugin about the cluster when it asks to be told", async () => {
    const target = await plugin(
      `printf '%s' "$KUBERNETES_EXEC_INFO" > ${join(folder, "info")}; ${credential("t")}`,
      {
        provideClusterInfo: true,
      },
    );
    await new ExecPlugin(target, log).credential();
    const info = JSON.parse(await readFile(join(folder, "info"), "utf8")) as {
      kind: string;
      spec: { interactive: boolean; cluster: { server: string } };
    };
    assert.equal(info.kind, "ExecCredential");
    assert.equal(info.spec.interactive, false);
    assert.equal(info.spec.cluster.server, server.url);
  });

  it("names a plugin that is not there", async () => {
    const target = targetOf(server.url, { exec: { command: "no-such-plugin" } } as Partial<Target["user"]>);
    const trouble = await troubleOf(target);
    assert.equal(trouble.kind, "missing-tool");
    assert.equal(
      trouble.text,
      "Context dev signs in with no-such-plugin, which was not found: install it or add its folder to PATH, then refresh.",
    );
  });

  it("ends a plugin that hangs, with the processes it started", async () => {
    const started = Date.now();
    const trouble = await troubleOf(await plugin("sleep 600 & sleep 600"), 300);
    assert.match(trouble.text, /did not answer within 0 s: run it in a terminal/);
    assert.ok(Date.now() - started < 5_000);
  });

  it("shows nothing of what a failing plugin wrote, and logs none of its arguments", async () => {
    const trouble = await troubleOf(await plugin("echo canary-token >&2; echo canary-token; exit 3"));
    assert.match(trouble.text, /ended with exit code 3: run it in a terminal to see why, then refresh\.$/);
    const all = [trouble.text, trouble.detail ?? "", trouble.stack ?? "", ...logged].join("\n");
    assert.doesNotMatch(all, /canary/);
  });

  it("refuses an answer that is no credential", async () => {
    assert.match((await troubleOf(await plugin("echo hello"))).text, /gave no credential/);
    const endless = "head -c 10485760 /dev/zero | tr '\\0' x";
    assert.match((await troubleOf(await plugin(endless))).text, /gave no credential/);
    const foreign = `echo '{"kind":"ExecCredential","apiVersion":"v1","status":{"token":"canary"}}'`;
    assert.match((await troubleOf(await plugin(foreign))).text, /gave no credential/);
    assert.match(
      (await troubleOf(await plugin(`echo '{"kind":"Other","status":{"token":"x"}}'`))).text,
      /gave no credential/,
    );
  });

  it("uses a new token of a token file without a restart", async () => {
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, "one\n");
    const transport = transportOf({ ...targetOf(server.url), tokenFile });
    await transport.json({ path: "/api/v1/pods" }, never());
    await writeFile(tokenFile, "two\n");
    server.fault = (request, answer) => {
      const isOld = request.headers.authorization === "Bearer one";
      if (isOld) sendStatus(answer, 401, "Unauthorized", "Unauthorized");
      return isOld;
    };
    await transport.json({ path: "/api/v1/pods" }, never());
    assert.equal(server.requests.at(-1)?.headers.authorization, "Bearer two");
    transport.dispose();
  });

  it("acts as the groups of the kubeconfig, each by itself", async () => {
    const target = { ...targetOf(server.url), impersonateGroups: ["dev", "ops"] };
    const transport = transportOf({
      ...target,
      user: { name: "me", impersonateUser: "jane" } as Target["user"],
    });
    server.fault = ({ rawHeaders }, answer) => {
      const groups = rawHeaders.filter(
        (_, index) => rawHeaders[index - 1]?.toLowerCase() === "impersonate-group",
      );
      answer.end(JSON.stringify({ groups }));
      return true;
    };
    assert.deepEqual(await transport.json({ path: "/version" }, never()), { groups: ["dev", "ops"] });
    const answer = await transport.open({ path: "/api/v1/pods", isLong: true }, never());
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    assert.deepEqual(JSON.parse(Buffer.concat(chunks).toString()), { groups: ["dev", "ops"] });
    transport.dispose();
  });

  it("names a certificate file that is not there", async () => {
    const target = targetOf(server.url, { certFile: join(folder, "gone.crt") } as Partial<Target["user"]>);
    await assert.rejects(
      new Credentials(target, log).access(),
      (error) =>
        Trouble.is(error, "bad-input") &&
        /client-certificate of context dev can't be read at .*gone\.crt/.test(error.text),
    );
  });
});
