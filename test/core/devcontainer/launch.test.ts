// The command line of a launch, and what is read from what it prints.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  explainLaunch,
  planLaunch,
  readLogLine,
  readOutcome,
} from "../../../src/core/devcontainer/launch.ts";

describe("a launch", () => {
  it("is a command line in which no value can be an option", () => {
    const plan = planLaunch({
      folder: "/w/--help",
      configFile: "/w/--help/.devcontainer.json",
      docker: "podman",
      gpuAvailability: "none",
      rebuild: true,
    });
    assert.deepEqual(plan, [
      "up",
      "--workspace-folder=/w/--help",
      "--config=/w/--help/.devcontainer.json",
      "--docker-path=podman",
      "--gpu-availability=none",
      "--log-format=json",
      "--remove-existing-container",
    ]);
  });

  it("ends with an outcome", () => {
    const up = '{"outcome":"success","containerId":"c1","remoteUser":"dev","remoteWorkspaceFolder":"/w"}';
    assert.deepEqual(readOutcome(up), {
      kind: "up",
      containerId: "c1",
      remoteUser: "dev",
      remoteFolder: "/w",
    });
    const failed = '{"outcome":"error","message":"Command failed","description":"An error occurred."}';
    assert.deepEqual(readOutcome(failed), {
      kind: "failed",
      message: "An error occurred.",
      containerId: undefined,
    });
    for (const line of ["", "{", "null", "[]", '{"outcome":"success"}', "text"]) {
      assert.equal(readOutcome(line), undefined, line);
    }
  });

  it("tells its steps and its log, without what moves a cursor", () => {
    const line = (value: object) => readLogLine(JSON.stringify(value));
    assert.deepEqual(line({ type: "start", level: 2, text: "Run: docker buildx build --load -f x" }), {
      step: "Building the image",
    });
    assert.deepEqual(line({ type: "start", level: 2, text: "Run: docker buildx version" }), {});
    assert.deepEqual(line({ type: "start", level: 2, text: "Run: docker run --sig-proxy=false" }), {
      step: "Starting the container",
    });
    const files = "-f /w/compose.yaml -f /t/docker-compose.devcontainer.build-1.yml";
    assert.deepEqual(
      line({ type: "start", level: 2, text: `Run: docker compose --project-name w ${files} up -d` }),
      { step: "Starting the services", project: "w" },
    );
    assert.deepEqual(
      line({ type: "start", level: 2, text: `Run: docker compose --project-name w ${files} build` }),
      { step: "Building the image", project: "w" },
    );
    assert.deepEqual(line({ type: "progress", name: "Running postCreateCommand...", status: "running" }), {
      step: "Running postCreateCommand",
    });
    assert.deepEqual(line({ type: "progress", name: "x", status: "succeeded" }), {});
    assert.deepEqual(line({ type: "raw", level: 3, text: "\u001b[2J#5 DONE\r\n" }), { text: "#5 DONE\n" });
    assert.deepEqual(line({ type: "text", level: 2, text: "for its authors" }), {});
    assert.deepEqual(line({ type: "text", level: 4, text: "careful" }), { text: "careful\n" });
    assert.deepEqual(readLogLine("no JSON"), { text: "no JSON\n" });
    for (const odd of ["{", "{}", '{"type":7}', '{"type":"raw","text":null}', "null", "\u0000"]) {
      assert.doesNotThrow(() => readLogLine(odd));
    }
  });

  it("that failed is explained in one sentence", () => {
    const said = (log: string, outcome = "An error occurred setting up the container.") =>
      explainLaunch(outcome, log);
    const old =
      "docker: Error response from daemon: driver failed: Bind for 127.0.0.1:8888 failed: port is already allocated.";
    assert.match(said(old), /^Port 8888 of this machine is taken\./);
    const current = "failed to bind host port 127.0.0.1:44831/tcp: address already in use";
    assert.match(said(current), /^Port 44831 of this machine is taken\./);
    assert.match(said("Cannot connect to the Docker daemon at unix:///x"), /^The Docker engine went away/);
    assert.match(said("write /x: no space left on device"), /^The disk of the Docker engine is full/);
    assert.match(said("mkdir /x: read-only file system"), /mounted read-only/);
    assert.match(
      said('failed to resolve reference "reg/none:1": failed'),
      /^The image reg\/none:1 could not be pulled/,
    );
    assert.match(
      said("pull access denied for none, repository does not exist"),
      /^The image none could not be pulled/,
    );
    assert.match(
      said("", "postCreateCommand from devcontainer.json failed."),
      /^The postCreateCommand of devcontainer\.json failed\. /,
    );
    assert.equal(said("", "Something new"), "Something new.");
    assert.match(
      said('could not select device driver "nvidia" with capabilities: [[gpu]]'),
      /^The Docker engine can't give the GPU that runArgs in devcontainer\.json asks for\./,
    );
  });

  it("with Docker Compose is explained by what Compose said last", () => {
    const command = "Error: Command failed: docker compose -f /w/compose.yaml up -d\n    at x (cli.js:1:2)\n";
    const said = (step: string, log: string) =>
      explainLaunch(`An error occurred ${step}.`, `${log}\n${command}`, true);
    const reading = "retrieving the Docker Compose configuration";
    assert.equal(
      said(
        reading,
        "\u001b[1m\u001b[31myaml: line 3: did not find expected node content\u001b[39m\nExit code 1",
      ),
      "The Compose file can't be used: yaml: line 3: did not find expected node content. Correct it, then launch again.",
    );
    assert.equal(
      said(reading, "open /w/a b.yaml: no such file or directory\nExit code 1"),
      "There is no Compose file /w/a b.yaml. Correct dockerComposeFile in devcontainer.json.",
    );
    assert.match(
      explainLaunch(`An error occurred ${reading}.`, "Error: spawn docker-compose ENOENT"),
      /Install the/,
    );
    assert.equal(said(reading, ""), "The Compose file can't be used. Correct it, then launch again.");
    assert.equal(
      said(
        "starting Docker Compose up",
        " Container a Creating \nError response from daemon: no such volume",
      ),
      "Docker Compose could not start the services: no such volume.",
    );
    assert.match(
      said("starting Docker Compose up", "dependency failed to start: container w-db-1 is unhealthy"),
      /^The container w-db-1, which this dev container waits for, is not healthy\. Look at its log/,
    );
    assert.match(
      said("starting Docker Compose up", "failed to bind host port 127.0.0.1:80/tcp: address already in use"),
      /publish another one in the Compose file \("127\.0\.0\.1::8888" takes a free one\)\.$/,
    );
    assert.match(
      said(
        "starting Docker Compose up",
        'could not select device driver "nvidia" with capabilities: [[gpu]]',
      ),
      /can't give the GPU that the Compose file asks for/,
    );
  });
});
