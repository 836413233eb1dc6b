// What an engine says of itself, read as: can it give GPUs, and what is missing if not.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  deviceRequests,
  type EngineFacts,
  type GpuRequest,
  gpuSupport,
  parseGpuList,
  parseGpuRequest,
  requestProblem,
} from "../../../src/core/image/gpuSupport.ts";

const facts: EngineFacts = {
  apiVersion: "1.56",
  operatingSystem: "Debian GNU/Linux 12 (bookworm)",
  runtimes: ["io.containerd.runc.v2", "runc"],
  cdiFolders: ["/etc/cdi", "/var/run/cdi"],
  devices: ["nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=GPU-1b2c", "nvidia.com/gpu=all"],
};

describe("an engine's GPUs", () => {
  it("are ready by CDI when it names devices", () => {
    const support = gpuSupport(facts);
    assert.equal(support.text, "Ready by CDI: 2 GPUs");
    assert.deepEqual(support.kind === "cdi" && support.ids, ["0", "1", "GPU-1b2c"]);
    assert.equal(gpuSupport({ ...facts, devices: ["amd.com/gpu=all"] }).text, "Ready by CDI: all GPUs");
  });

  it("are ready by the nvidia runtime when that is configured", () => {
    assert.equal(gpuSupport({ ...facts, devices: [], runtimes: ["nvidia", "runc"] }).kind, "runtime");
  });

  it("are missing, and it says what to install for this engine", () => {
    const withCdi = gpuSupport({ ...facts, devices: [] });
    assert.ok(withCdi.kind === "none");
    assert.match(withCdi.text, /no GPU in the CDI specs of \/etc\/cdi and \/var\/run\/cdi/);
    assert.match(withCdi.remedy, /nvidia-ctk cdi generate --output=\/etc\/cdi\/nvidia\.yaml/);
    const old = gpuSupport({ ...facts, devices: undefined, cdiFolders: undefined });
    assert.match(old.kind === "none" ? old.remedy : "", /nvidia-ctk runtime configure/);
    const desktop = gpuSupport({ ...facts, devices: [], operatingSystem: "Docker Desktop" });
    assert.match(desktop.text, /WSL 2/);
  });

  it("are not found in devices of another kind", () => {
    assert.equal(gpuSupport({ ...facts, devices: ["vendor.com/net=0", "nvidia.com/gpuX=1"] }).kind, "none");
  });
});

describe("GPUs asked for", () => {
  for (const [text, request] of [
    ["all", { kind: "all" }],
    ["none", { kind: "none" }],
    ["2", { kind: "count", count: 2 }],
    ["0,2", { kind: "ids", ids: ["0", "2"] }],
    ["ids:1", { kind: "ids", ids: ["1"] }],
    ["GPU-fef8089b-4820, MIG-1", { kind: "ids", ids: ["GPU-fef8089b-4820", "MIG-1"] }],
  ] as [string, GpuRequest][]) {
    it(`"${text}"`, () => assert.deepEqual(parseGpuRequest(text), request));
  }
  it('"--privileged" is no id', () => assert.ok("problem" in parseGpuRequest("ids:--privileged")));

  const support = gpuSupport(facts);

  it("become device requests by name under CDI, each device once", () => {
    const names = (request: GpuRequest) => deviceRequests(request, support)[0]?.DeviceIDs;
    assert.deepEqual(names({ kind: "all" }), ["nvidia.com/gpu=all"]);
    assert.deepEqual(names({ kind: "count", count: 1 }), ["nvidia.com/gpu=0"]);
    assert.deepEqual(names({ kind: "ids", ids: ["1"] }), ["nvidia.com/gpu=1"]);
    assert.deepEqual(deviceRequests({ kind: "none" }, support), []);
  });

  it("become what docker run --gpus makes for the nvidia runtime", () => {
    const runtime = gpuSupport({ ...facts, devices: [], runtimes: ["nvidia"] });
    assert.deepEqual(deviceRequests({ kind: "all" }, runtime), [
      { Driver: "", Capabilities: [["gpu"]], Count: -1 },
    ]);
    assert.deepEqual(deviceRequests({ kind: "ids", ids: ["0"] }, runtime), [
      { Driver: "", Capabilities: [["gpu"]], DeviceIDs: ["0"] },
    ]);
  });

  it("are refused with a sentence when the engine has no such ones", () => {
    assert.equal(requestProblem({ kind: "count", count: 3 }, support), "This engine has 2 GPUs, not 3.");
    assert.match(
      requestProblem({ kind: "ids", ids: ["5"] }, support) ?? "",
      /^This engine has no GPU 5\. It has 0, 1/,
    );
    assert.equal(requestProblem({ kind: "ids", ids: ["0"] }, support), undefined);
  });
});

describe("nvidia-smi -L", () => {
  it("is read to GPUs", () => {
    assert.deepEqual(
      parseGpuList("GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1)\r\n  MIG 1g.5gb Device 0: (UUID: MIG-1)\n"),
      [{ index: 0, name: "NVIDIA A100-SXM4-40GB", uuid: "GPU-1" }],
    );
    assert.deepEqual(
      parseGpuList("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."),
      [],
    );
  });
});
