// What a devcontainer.json means, what its container is known by, and what the engine's GPUs decide.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readConfig } from "../../../src/core/devcontainer/config.ts";
import {
  environmentsFrom,
  endText,
  seemsJupyter,
  startedAt,
  workplace,
} from "../../../src/core/devcontainer/environments.ts";
import { decideGpu, isGpuFailure } from "../../../src/core/devcontainer/gpu.ts";
import { devcontainerId, folderOfConfig } from "../../../src/core/devcontainer/names.ts";
import type { GpuSupport } from "../../../src/core/image/gpuSupport.ts";
import { containerFrom, type ContainerSummary } from "../../../src/core/image/objects.ts";

describe("devcontainer.json", () => {
  it("is read with comments and trailing commas", () => {
    const config = readConfig(`// notebook
      { "name": "train", /* GPU */ "hostRequirements": { "gpu": "optional", }, }`);
    assert.deepEqual(config, {
      name: "train",
      gpu: "optional",
      initializeCommand: undefined,
      usesCompose: false,
    });
  });

  it("says whether it needs a GPU", () => {
    const gpu = (value: string) => {
      const config = readConfig(`{"hostRequirements": {"gpu": ${value}}}`);
      return "problem" in config ? config.problem : config.gpu;
    };
    assert.equal(gpu("true"), "required");
    assert.equal(gpu("false"), "none");
    assert.equal(gpu("null"), "none");
    assert.equal(gpu('{"cores": 1000}'), "required");
    assert.equal(gpu('"optional"'), "optional");
  });

  it("shows what it runs on this machine, in each of its three forms", () => {
    const shown = (value: string) => {
      const config = readConfig(`{"initializeCommand": ${value}}`);
      return "problem" in config ? config.problem : config.initializeCommand;
    };
    assert.equal(shown('"./setup.sh && echo ok"'), "./setup.sh && echo ok");
    assert.equal(shown('["sh", "-c", "echo $HOME"]'), 'sh -c "echo $HOME"');
    assert.equal(shown('{"a": "one", "b": ["two", "3"]}'), "one\ntwo 3");
    assert.equal(shown("null"), undefined);
  });

  it("that can't be read says where it is broken", () => {
    for (const text of ["", "[]", '{"a": ', "\u0000", '"x"', "[".repeat(100_000)]) {
      const config = readConfig(text);
      assert.ok("problem" in config, text.slice(0, 20));
      assert.match(config.problem, /^devcontainer\.json can't be read: /);
    }
  });

  it("belongs to the folder above it", () => {
    assert.equal(folderOfConfig("/w/a/.devcontainer/devcontainer.json"), "/w/a");
    assert.equal(folderOfConfig("/w/a/.devcontainer/gpu/devcontainer.json"), "/w/a");
    assert.equal(folderOfConfig("/w/a/.devcontainer.json"), "/w/a");
    assert.equal(folderOfConfig("C:\\w\\.devcontainer\\devcontainer.json"), "C:\\w");
    assert.equal(folderOfConfig("/w/a/devcontainer.json"), undefined);
    assert.equal(folderOfConfig("/w/a/.devcontainer/x/y/devcontainer.json"), undefined);
  });

  it("is the same one however Windows writes its drive", () => {
    assert.equal(
      devcontainerId("C:\\w", "C:\\w\\.devcontainer.json"),
      devcontainerId("c:/w/", "c:/w/.devcontainer.json"),
    );
  });
});

describe("GPUs of a dev container", () => {
  const ready: GpuSupport = {
    kind: "cdi",
    vendor: "nvidia.com",
    ids: ["0"],
    all: true,
    text: "Ready by CDI: 1 GPU",
  };
  const none: GpuSupport = {
    kind: "none",
    text: "There is no runtime.",
    remedy: "Install it",
    url: "https://x",
  };
  it("are passed where they are asked for and there, also by CDI alone", () => {
    assert.deepEqual(decideGpu("optional", ready), {
      availability: "all",
      text: "GPUs: Ready by CDI: 1 GPU.",
    });
    assert.deepEqual(decideGpu("none", ready), { availability: "none", text: "No GPU is asked for." });
  });
  it("are left out where there are none, unless they are required", () => {
    assert.deepEqual(decideGpu("optional", none), {
      availability: "none",
      text: "Launched without a GPU. There is no runtime.",
    });
    assert.deepEqual(decideGpu("required", none), {
      problem:
        'This dev container requires a GPU. There is no runtime. Install it. Or write "gpu": "optional" in its hostRequirements.',
      url: "https://x",
    });
  });
  it("are told from other failures by the engine's words", () => {
    for (const text of [
      'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
      "CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all",
      "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1",
      "failed to fulfil mount request: open /usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570: no such file or directory",
    ]) {
      assert.ok(isGpuFailure(text), text);
    }
    assert.ok(!isGpuFailure("port is already allocated"));
    assert.ok(!isGpuFailure("FROM nvidia/cuda:13.0: not found"));
  });
});

describe("environments", () => {
  const container = (raw: object): ContainerSummary => {
    const made = containerFrom({
      Id: "1",
      Names: ["/one"],
      Image: "box",
      State: "running",
      Created: 1,
      ...raw,
    });
    assert.ok(made);
    return made;
  };
  const labels = (folder: string) => ({
    "devcontainer.local_folder": folder,
    "devcontainer.config_file": `${folder}/.devcontainer/devcontainer.json`,
  });

  it("are the workspace's devcontainers, those of other folders, and containers with Jupyter", () => {
    const found = environmentsFrom(
      [
        { path: "/w/b/.devcontainer/devcontainer.json", name: undefined },
        { path: "/w/a/.devcontainer/devcontainer.json", name: "train" },
        { path: "/w/a/elsewhere/devcontainer.json", name: "no" },
      ],
      [
        container({ Id: "new", Created: 9, Labels: labels("/w/a") }),
        container({ Id: "old", Created: 5, Labels: labels("/w/a") }),
        container({ Id: "else", Labels: labels("/x/other") }),
        container({ Id: "nb", Names: ["/lab"], Image: "quay.io/jupyter/pytorch-notebook" }),
        container({ Id: "db", Names: ["/db"], Image: "postgres" }),
      ],
    );
    assert.deepEqual(
      found.map((one) => [one.kind, one.label, one.container?.id]),
      [
        ["devcontainer", "b", undefined],
        ["devcontainer", "train", "new"],
        ["devcontainer", "other", "else"],
        ["container", "lab", "nb"],
      ],
    );
  });

  it("keep their id when the container is made anew", () => {
    const path = "/w/a/.devcontainer/devcontainer.json";
    const id = (containers: ContainerSummary[]) => environmentsFrom([{ path, name: "x" }], containers)[0]?.id;
    assert.equal(id([]), id([container({ Id: "2", Labels: labels("/w/a") })]));
  });

  it("with Jupyter are seen by image, command or port", () => {
    assert.ok(seemsJupyter(container({ Image: "x/notebook:1" })));
    assert.ok(seemsJupyter(container({ Command: "start-notebook.py" })));
    assert.ok(seemsJupyter(container({ Ports: [{ PrivatePort: 8888, Type: "tcp" }] })));
    assert.ok(!seemsJupyter(container({ Ports: [{ PrivatePort: 80, Type: "tcp" }] })));
  });

  it("tell who works in them and where", () => {
    const metadata = JSON.stringify([
      { remoteUser: "vscode" },
      { containerUser: "root" },
      { remoteUser: "dev" },
    ]);
    const inspected = {
      Config: { User: "1000", WorkingDir: "/srv", Labels: { "devcontainer.metadata": metadata } },
      Mounts: [{ Source: "/w/a", Destination: "/workspaces/a" }],
      State: { StartedAt: "t1", OOMKilled: true },
    };
    assert.deepEqual(workplace(inspected, "/w/a"), { user: "dev", folder: "/workspaces/a" });
    const mounts = (...Mounts: object[]) => workplace({ Mounts }, "/w/a/b").folder;
    assert.equal(mounts({ Source: "/w", Destination: "/workspaces" }), "/workspaces/a/b");
    assert.equal(
      mounts({ Source: "/w", Destination: "/x" }, { Source: "/w/a/", Destination: "/y/" }),
      "/y/b",
    );
    assert.equal(mounts({ Source: "/w/a/b", Destination: "/" }, { Source: "/", Destination: "/host" }), "/");
    assert.equal(
      mounts({ Source: "/w/a/bc", Destination: "/x" }, { Source: "/v", Destination: "/z" }, {}),
      "/",
    );
    assert.deepEqual(workplace(inspected, undefined), { user: "dev", folder: "/srv" });
    assert.deepEqual(workplace({ Config: { User: "1000" } }, "/w"), { user: "1000", folder: "/" });
    const variable = { Config: { Labels: { "devcontainer.metadata": '{"remoteUser":"${localEnv:USER}"}' } } };
    assert.equal(workplace(variable, undefined).user, "root");
    assert.equal(workplace({ Config: { Labels: { "devcontainer.metadata": "{" } } }, undefined).user, "root");
    assert.equal(startedAt(inspected), "t1");
    assert.equal(endText(inspected), "killed because memory ran out");
    assert.equal(endText({ State: { Error: "no such device\nmore" } }), "no such device");
    assert.equal(endText(undefined), undefined);
  });
});
