// Which engine is meant: DOCKER_HOST, a context, the default, by the docker command line's rules.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { Trouble } from "../../../src/base/trouble.ts";
import { findEndpoint } from "../../../src/io/docker/endpoint.ts";

describe("the engine that is meant", () => {
  let home: string;
  const config = () => join(home, ".docker");

  function context(name: string, endpoint: object, files: Record<string, string> = {}): void {
    const id = createHash("sha256").update(name).digest("hex");
    mkdirSync(join(config(), "contexts", "meta", id), { recursive: true });
    writeFileSync(
      join(config(), "contexts", "meta", id, "meta.json"),
      JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }),
    );
    mkdirSync(join(config(), "contexts", "tls", id, "docker"), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(config(), "contexts", "tls", id, "docker", file), text);
  }

  before(() => {
    home = mkdtempSync(join(tmpdir(), "slipway-home-"));
    mkdirSync(config());
    context(
      "gpu-box",
      { Host: "tcp://gpu:2376", SkipTLSVerify: false },
      { "ca.pem": "A", "cert.pem": "B", "key.pem": "C" },
    );
    context("far", { Host: "ssh://me@far" });
    context("empty", {});
  });
  after(() => rmSync(home, { recursive: true }));

  const troubled = (says: RegExp) => (error: unknown) => {
    assert.ok(Trouble.is(error, "bad-input"));
    assert.match(error.text, says);
    return true;
  };

  it("is the default socket when nothing is said", async () => {
    assert.equal((await findEndpoint({ HOME: home }, "linux")).url, "unix:///var/run/docker.sock");
    assert.equal((await findEndpoint({ HOME: home }, "win32")).url, "npipe:////./pipe/docker_engine");
  });

  it("is Docker Desktop's socket in the home folder when there is one", async () => {
    mkdirSync(join(config(), "run"));
    writeFileSync(join(config(), "run", "docker.sock"), "");
    assert.equal(
      (await findEndpoint({ HOME: home }, "darwin")).url,
      `unix://${home}/.docker/run/docker.sock`,
    );
    rmSync(join(config(), "run"), { recursive: true });
  });

  it("is DOCKER_HOST before any context", async () => {
    const found = await findEndpoint({
      HOME: home,
      DOCKER_HOST: "unix:///x.sock",
      DOCKER_CONTEXT: "gpu-box",
    });
    assert.deepEqual([found.url, found.origin], ["unix:///x.sock", "DOCKER_HOST"]);
    assert.equal((await findEndpoint({ HOME: home, DOCKER_HOST: "box:2375" })).url, "tcp://box:2375");
  });

  it("is the context of DOCKER_CONTEXT, then that of the configuration, with its certificates", async () => {
    const found = await findEndpoint({ HOME: home, DOCKER_CONTEXT: "gpu-box" });
    assert.equal(found.url, "tcp://gpu:2376");
    assert.equal(found.tls?.ca?.toString(), "A");
    assert.equal(found.tls?.verify, true);
    writeFileSync(join(config(), "config.json"), '\uFEFF{"currentContext":"gpu-box"}');
    assert.equal((await findEndpoint({ HOME: home })).url, "tcp://gpu:2376");
    assert.equal(
      (await findEndpoint({ HOME: home, DOCKER_CONTEXT: "default" }, "linux")).url,
      "unix:///var/run/docker.sock",
    );
    writeFileSync(join(config(), "config.json"), "{ broken");
    assert.equal((await findEndpoint({ HOME: home }, "linux")).url, "unix:///var/run/docker.sock");
  });

  it("is told apart when it can't be used", async () => {
    await assert.rejects(
      findEndpoint({ HOME: home, DOCKER_CONTEXT: "nope" }),
      troubled(/no Docker context "nope"/),
    );
    await assert.rejects(findEndpoint({ HOME: home, DOCKER_CONTEXT: "empty" }), troubled(/names no engine/));
    await assert.rejects(findEndpoint({ HOME: home, DOCKER_CONTEXT: "far" }), troubled(/over ssh/));
    await assert.rejects(
      findEndpoint({ DOCKER_HOST: "ftp://x" }),
      troubled(/is not an address of a Docker engine/),
    );
  });
});
