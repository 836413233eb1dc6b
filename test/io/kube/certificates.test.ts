// Certificates that are not trusted, for another name, expired or replaced: said with what a person can compare.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import type { Target } from "../../../src/io/kube/kubeconfig.ts";
import { makeExpired, makeSelfSigned } from "../../support/selfSigned.ts";
import { targetOf } from "./watching.ts";

describe("certificates of a cluster", () => {
  let folder: string;
  let server: Server | undefined;
  let connection: Connection | undefined;
  let asked: number;

  beforeEach(async () => {
    asked = 0;
    folder = await mkdtemp(join(tmpdir(), "slipway-certificates-"));
  });
  afterEach(async () => {
    connection?.dispose();
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true });
  });

  /** A server that answers only who has the client certificate of this fingerprint, where there is one. */
  async function serve(
    options: ServerOptions,
    wanted: () => string | undefined = () => undefined,
  ): Promise<string> {
    server = createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (request, answer) => {
      asked += 1;
      const client = (request.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
      answer.statusCode = wanted() === undefined || wanted() === client ? 200 : 401;
      answer.end('{"gitVersion":"v1.36.0"}');
    });
    const one = server;
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    return `https://127.0.0.1:${(one.address() as AddressInfo).port}`;
  }

  function connected(
    url: string,
    caFile: string | undefined,
    user: Partial<Target["user"]> = {},
  ): Connection {
    const target = targetOf(url, user);
    const cluster = { ...target.cluster, ...(caFile ? { caFile } : {}) };
    connection = new Connection({ ...target, cluster }, systemClock, silentLog);
    return connection;
  }

  const troubleOf = (one: Connection): Promise<Trouble> =>
    one.version(never()).then(
      () => assert.fail("it was trusted"),
      (error: unknown) => {
        assert.ok(Trouble.is(error), String(error));
        return error;
      },
    );
  const printOf = (certificate: Buffer) => new X509Certificate(certificate).fingerprint256;

  it("signed by nobody we know are refused with their fingerprint, and nothing is sent there", async () => {
    const { certificate, key } = await makeSelfSigned(folder, ["IP:127.0.0.1"]);
    const url = await serve({ cert: certificate, key });
    const one = connected(url, undefined);
    const trouble = await troubleOf(one);
    assert.equal(trouble.kind, "refused-by-policy");
    assert.equal(
      trouble.text,
      `The certificate of ${url} is not trusted (self-signed certificate; its SHA-256 fingerprint is ${printOf(certificate)}): correct certificate-authority of context dev in the kubeconfig.`,
    );
    const pod = kindNamed("Pod");
    assert.ok(pod);
    const text = await new Promise<string>((resolve) => {
      one.watch(pod, undefined, {
        onEvents() {},
        onState: (state) => resolve(state.state === "blocked" ? state.trouble.text : state.state),
      });
    });
    assert.equal(text, trouble.text, "a watch rests, and says the same");
    assert.equal(asked, 0, "nothing was sent");
  });

  it("for another name are refused with their fingerprint", async () => {
    const { certificatePath, certificate, key } = await makeSelfSigned(folder, ["DNS:other.test"]);
    const url = await serve({ cert: certificate, key });
    const { text } = await troubleOf(connected(url, certificatePath));
    assert.match(
      text,
      /^The certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted \(Hostname\/IP does not match/,
    );
    assert.ok(text.includes(printOf(certificate)));
    assert.match(text, /: correct server or tls-server-name of context dev in the kubeconfig\.$/);
  });

  it("that expired are refused with the day", async () => {
    const { certificatePath, certificate, key } = await makeExpired(folder, ["IP:127.0.0.1"]);
    const url = await serve({ cert: certificate, key });
    const day = new Date(new X509Certificate(certificate).validTo).toISOString().slice(0, 10);
    assert.equal(
      (await troubleOf(connected(url, certificatePath))).text,
      `The certificate of ${url} expired on ${day}; its SHA-256 fingerprint is ${printOf(certificate)}: it has to be renewed in the cluster of context dev.`,
    );
  });

  it("of ours that expired are named with the day when the server refuses them", async () => {
    const { certificatePath, certificate, key } = await makeSelfSigned(folder, ["IP:127.0.0.1"]);
    const old = join(folder, "old");
    await mkdir(old);
    const client = await makeExpired(old, ["DNS:me"]);
    const url = await serve({ cert: certificate, key }, () => "another");
    const user = { certFile: client.certificatePath, keyFile: client.keyPath };
    const trouble = await troubleOf(connected(url, certificatePath, user));
    const day = new Date(new X509Certificate(client.certificate).validTo).toISOString().slice(0, 10);
    assert.equal(trouble.kind, "denied");
    assert.equal(
      trouble.text,
      `The client certificate of context dev expired on ${day}: get a new one from where the kubeconfig came, then refresh.`,
    );
  });

  it("of ours that were replaced are used at the first refusal, without a restart", async () => {
    const { certificatePath, certificate, key } = await makeSelfSigned(folder, ["IP:127.0.0.1"]);
    const made = [];
    for (const name of ["one", "two"]) {
      await mkdir(join(folder, name));
      made.push(await makeSelfSigned(join(folder, name), [`DNS:${name}`]));
    }
    const [one, two] = made;
    assert.ok(one && two);
    let wanted = printOf(one.certificate);
    const url = await serve({ cert: certificate, key }, () => wanted);
    const [certFile, keyFile] = [join(folder, "me.crt"), join(folder, "me.key")];
    await copyFile(one.certificatePath, certFile);
    await copyFile(one.keyPath, keyFile);
    const connecting = connected(url, certificatePath, { certFile, keyFile });
    assert.equal(await connecting.version(never()), "v1.36.0");
    wanted = printOf(two.certificate);
    await copyFile(two.certificatePath, certFile);
    await copyFile(two.keyPath, keyFile);
    assert.equal(await connecting.version(never()), "v1.36.0");
  });
});
