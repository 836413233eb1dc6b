// What went wrong at the engine, in one sentence that says what to do.
import { isAbort } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";

const installUrl = "https://docs.docker.com/engine/install/";
const groupUrl = "https://docs.docker.com/engine/install/linux-postinstall/";
const toolkitUrl =
  "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html";

/** What the engine's client throws has one of these. */
interface EngineFailure {
  code?: unknown;
  statusCode?: unknown;
  json?: unknown;
  message?: unknown;
}

/**
 * @param doing what was tried, as `stop the container web`.
 * @param url address of the engine, to be named when nobody answers there.
 */
export function engineTrouble(error: unknown, doing: string, url: string): unknown {
  if (Trouble.is(error) || isAbort(error)) return error;
  const failure = (typeof error === "object" && error !== null ? error : {}) as EngineFailure;
  const said = engineWords(failure);
  switch (failure.code) {
    case "ENOENT":
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return absent(url, error);
    case "EACCES":
    case "EPERM":
      return new Trouble(
        "denied",
        `You may not use the Docker engine at ${url}. Add yourself to the docker group (sudo usermod -aG docker $USER), then log in again.`,
        { cause: error, remedy: { title: "How To", url: groupUrl } },
      );
    case "ECONNRESET":
    case "EPIPE":
    case "ETIMEDOUT":
      return gone(url, error);
  }
  if (/socket hang up|other side closed|premature close|\baborted\b/i.test(said)) return gone(url, error);
  return refused(failure.statusCode, said, doing, error);
}

function refused(status: unknown, said: string, doing: string, cause: unknown): Trouble {
  const gpu = gpuTrouble(said, cause);
  if (gpu) return gpu;
  const text = `Docker could not ${doing}: ${sentence(said)}`;
  if (status === 404) return new Trouble("not-found", text, { cause });
  if (status === 409) return new Trouble("conflict", text, { cause });
  if (status === 401 || status === 403) return new Trouble("denied", text, { cause });
  if (status === 400) return new Trouble("bad-input", text, { cause });
  return new Trouble("failed", text, { cause });
}

/** The engine's sentences about GPUs, which name its parts and not what a person has to do. */
function gpuTrouble(said: string, cause: unknown): Trouble | undefined {
  const unknown = /unresolvable CDI devices ([^\n]+)/.exec(said)?.[1];
  if (unknown !== undefined) {
    const names = unknown.trim().replace(/(?:nvidia|amd)\.com\/gpu=/g, "");
    return new Trouble(
      "not-found",
      `The Docker engine knows no GPU ${names}. Choose another, or make its CDI spec anew: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`,
      { cause },
    );
  }
  if (
    /could not select device driver|CDI spec not found|no known GPU vendor|unknown or invalid runtime name: nvidia/i.test(
      said,
    )
  ) {
    return new Trouble(
      "missing-tool",
      "The Docker engine has no GPU runtime. Install the NVIDIA Container Toolkit on its machine, or run without GPUs.",
      { cause, remedy: { title: "Install", url: toolkitUrl } },
    );
  }
  if (/(?:error mounting|failed to fulfil mount request).*nvidia.*no such file/is.test(said)) {
    return new Trouble(
      "not-found",
      "The GPU files that the CDI spec names are not there any more, as after a driver update. Make it anew on the engine's machine: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
      { cause },
    );
  }
  if (/libnvidia-ml\.so|driver not loaded|nvml error/i.test(said)) {
    return new Trouble(
      "missing-tool",
      "The machine of the Docker engine has no working NVIDIA driver. Check that nvidia-smi answers there.",
      { cause },
    );
  }
  const wanted = /unsatisfied condition: (cuda\S+)/i.exec(said)?.[1];
  if (wanted !== undefined) {
    return new Trouble(
      "failed",
      `The image asks for ${wanted.replace(/,$/, "")}, and the NVIDIA driver of the engine's machine is too old for it. Update the driver, or use an image with an older CUDA.`,
      { cause },
    );
  }
  return undefined;
}

function absent(url: string, cause: unknown): Trouble {
  return new Trouble(
    "unreachable",
    `Docker is not running: nothing answers at ${url}. Start Docker, or choose another engine with docker context use.`,
    { cause, remedy: { title: "Install Docker", url: installUrl } },
  );
}

function gone(url: string, cause: unknown): Trouble {
  return new Trouble("unreachable", `The Docker engine at ${url} went away. Start it, then try again.`, {
    cause,
  });
}

export function slow(url: string, doing: string, seconds: number): Trouble {
  return new Trouble(
    "timeout",
    `The Docker engine at ${url} did not answer within ${seconds} s when asked to ${doing}. Check that it is well (docker info), then try again.`,
  );
}

function engineWords(failure: EngineFailure): string {
  const json = failure.json as { message?: unknown } | null | undefined;
  if (typeof json === "object" && json !== null && typeof json.message === "string") return json.message;
  return typeof failure.message === "string" ? failure.message.trim() : "";
}

function sentence(said: string): string {
  const text = said.replace(/\s+/g, " ").trim() || "it gave no reason";
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
