// Whether an engine can give GPUs to a container, read from what it says of itself, and what is missing if not.
// Source: moby api/swagger.yaml (SystemInfo), daemon/devices_nvidia_linux.go, daemon/cdi.go.

/** The parts of the engine's `GET /info` that speak of GPUs; older engines leave some out. */
export interface EngineFacts {
  apiVersion: string;
  operatingSystem: string;
  /** Names of the runtimes in the engine's configuration. */
  runtimes: string[];
  /** Folders searched for CDI specs; undefined when the engine doesn't say (API before 1.44). */
  cdiFolders: string[] | undefined;
  /** Devices from CDI specs, as `nvidia.com/gpu=0`; undefined when the engine doesn't say (API before 1.50). */
  devices: string[] | undefined;
}

export type GpuSupport =
  /** Devices by CDI. `ids` are what follows `=`, without `all`; `all` says whether that name is there. */
  | { kind: "cdi"; vendor: "nvidia.com" | "amd.com"; ids: string[]; all: boolean; text: string }
  /** The `nvidia` runtime of the NVIDIA Container Toolkit. */
  | { kind: "runtime"; text: string }
  /** Nothing is there. `text` says what is missing, `remedy` what to do, `url` where it is told. */
  | { kind: "none"; text: string; remedy: string; url: string };

const toolkitUrl =
  "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html";
const cdiUrl = "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html";

export function gpuSupport(facts: EngineFacts): GpuSupport {
  for (const vendor of ["nvidia.com", "amd.com"] as const) {
    const names = (facts.devices ?? []).flatMap((name) => {
      const match = new RegExp(`^${vendor.replace(".", "\\.")}/gpu=(.+)$`).exec(name);
      return match?.[1] === undefined ? [] : [match[1]];
    });
    if (names.length > 0) {
      const ids = names.filter((name) => name !== "all");
      const count = ids.filter((id) => /^\d+$/.test(id)).length || ids.length;
      return {
        kind: "cdi",
        vendor,
        ids,
        all: names.includes("all"),
        text: `Ready by CDI: ${count === 0 ? "all GPUs" : count === 1 ? "1 GPU" : `${count} GPUs`}`,
      };
    }
  }
  if (facts.runtimes.includes("nvidia")) {
    return { kind: "runtime", text: "Ready by the nvidia runtime" };
  }
  if (/docker desktop/i.test(facts.operatingSystem)) {
    return {
      kind: "none",
      text: "This Docker Desktop has no GPU runtime: it gives GPUs to containers only on Windows with WSL 2 and an NVIDIA driver.",
      remedy: "Turn on the WSL 2 engine and install the NVIDIA driver for Windows.",
      url: "https://docs.docker.com/desktop/features/gpu/",
    };
  }
  if (facts.cdiFolders !== undefined && facts.cdiFolders.length > 0) {
    return {
      kind: "none",
      text: `The Docker engine has no GPU runtime: no "nvidia" runtime, and no GPU in the CDI specs of ${facts.cdiFolders.join(" and ")}.`,
      remedy: `Install the NVIDIA Container Toolkit, then run: sudo nvidia-ctk cdi generate --output=${facts.cdiFolders[0]}/nvidia.yaml`,
      url: cdiUrl,
    };
  }
  return {
    kind: "none",
    text: 'The Docker engine has no GPU runtime: the "nvidia" runtime of the NVIDIA Container Toolkit is not configured.',
    remedy:
      "Install the NVIDIA Container Toolkit, then run: sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
    url: toolkitUrl,
  };
}

/** Which GPUs a container gets. */
export type GpuRequest =
  | { kind: "none" }
  | { kind: "all" }
  | { kind: "count"; count: number }
  | { kind: "ids"; ids: string[] };

/** Reads `all`, `none`, `2`, or ids as `0,2`, `GPU-…`, `MIG-…`, `id:0`; or a sentence that says what is allowed. */
export function parseGpuRequest(text: string): GpuRequest | { problem: string } {
  const value = text.trim();
  if (/^all$/i.test(value)) return { kind: "all" };
  if (value === "" || /^none$/i.test(value) || value === "0") return { kind: "none" };
  if (/^\d+$/.test(value)) return { kind: "count", count: Number(value) };
  const ids = value
    .replace(/^ids?[:=]\s*/i, "")
    .split(",")
    .map((id) => id.trim());
  const wrong = ids.find((id) => !/^(?:\d+(?::\d+)?|(?:GPU|MIG)-[\w-]+|[A-Za-z0-9][\w.:-]*)$/.test(id));
  if (wrong !== undefined) {
    return { problem: `"${wrong}" is not a GPU id: use indexes as 0,2, or UUIDs as GPU-… or MIG-….` };
  }
  return { kind: "ids", ids };
}

/** The device request of the Engine API for it, as `docker run --gpus` makes it. */
export interface DeviceRequest {
  Driver: string;
  Count?: number;
  DeviceIDs?: string[];
  Capabilities?: string[][];
}

export function deviceRequests(request: GpuRequest, support: GpuSupport): DeviceRequest[] {
  if (request.kind === "none") return [];
  // By name where there are names: an id that is not there is then refused with its name.
  if (support.kind === "cdi") {
    const ids = cdiNames(request, support);
    return [{ Driver: "cdi", DeviceIDs: ids.map((id) => `${support.vendor}/gpu=${id}`) }];
  }
  const common = { Driver: "", Capabilities: [["gpu"]] };
  if (request.kind === "ids") return [{ ...common, DeviceIDs: request.ids }];
  return [{ ...common, Count: request.kind === "all" ? -1 : request.count }];
}

function cdiNames(request: GpuRequest, support: { ids: string[]; all: boolean }): string[] {
  if (request.kind === "ids") return request.ids;
  // One device has several names: its index, its UUID. Indexes count each device once.
  const indexes = support.ids.filter((id) => /^\d+$/.test(id));
  const each = indexes.length > 0 ? indexes : support.ids;
  if (request.kind === "count") return each.slice(0, request.count);
  return support.all ? ["all"] : each;
}

/** A sentence when more GPUs are asked for than the engine knows of, or ids that it does not know. */
export function requestProblem(request: GpuRequest, support: GpuSupport): string | undefined {
  if (support.kind !== "cdi") return undefined;
  const known = cdiNames({ kind: "all" }, { ids: support.ids, all: false });
  if (request.kind === "count" && request.count > known.length) {
    return known.length === 0
      ? "This engine names no single GPU: ask for all of them."
      : `This engine has ${known.length} GPU${known.length === 1 ? "" : "s"}, not ${request.count}.`;
  }
  const unknown = unknownIds(request, support);
  if (unknown.length === 0) return undefined;
  return `This engine has no GPU ${unknown.join(", ")}. It has ${support.ids.join(", ")}.`;
}

/** Ids that were asked for and that the engine does not know; nothing when it can't be told. */
function unknownIds(request: GpuRequest, support: GpuSupport): string[] {
  if (request.kind !== "ids" || support.kind !== "cdi" || support.ids.length === 0) return [];
  return request.ids.filter((id) => !support.ids.includes(id));
}

/** GPUs that `nvidia-smi -L` names: `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-…)`. */
export function parseGpuList(output: string): { index: number; name: string; uuid: string }[] {
  return output.split("\n").flatMap((line) => {
    const match = /^GPU (\d+): (.*?) \(UUID: ([^)]+)\)/.exec(line.trim());
    return match ? [{ index: Number(match[1]), name: match[2] ?? "", uuid: match[3] ?? "" }] : [];
  });
}
