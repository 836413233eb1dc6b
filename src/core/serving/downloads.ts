// Which model a server fetches when it starts, and where it keeps it.
// Sources: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables, each server's own pages.
import { commandWords, environmentEntry, type PodContainer } from "../kube/podTemplates.ts";
import { nodeAt, textOf } from "../syntax/node.ts";
import { flagValue, type ModelServer } from "./modelServers.ts";

export interface Download {
  /** As the manifest names it; undefined where the image knows it. */
  readonly model: string | undefined;
  /** Folder in the container. */
  readonly cache: string;
}

const HUB = "/root/.cache/huggingface";
/** `organisation/model`, as hubs name models; a path or an address is none. */
const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/** What `server` downloads at its start; undefined for a model that is there, or that we can't tell. */
export function downloadOf(server: ModelServer, container: PodContainer): Download | undefined {
  const set = (name: string) => textOf(nodeAt(environmentEntry(container, name), "value"));
  if (set("HF_HUB_OFFLINE") === "1") return undefined;
  const hub = () => {
    const home =
      set("HF_HUB_CACHE") ?? set("HUGGINGFACE_HUB_CACHE") ?? set("HF_HOME") ?? set("TRANSFORMERS_CACHE");
    return flagValue(container, ["--download-dir"]) ?? home;
  };
  const fromHub = (model: string | undefined, usual: string): Download | undefined =>
    model !== undefined && HUB_ID.test(model) ? { model, cache: hub() ?? usual } : undefined;
  switch (server.name) {
    case "vLLM":
      return fromHub(vllmModel(container), HUB);
    case "SGLang":
      return fromHub(flagValue(container, ["--model-path", "--model"]), HUB);
    case "Text Generation Inference":
    case "Text Embeddings Inference":
      return fromHub(flagValue(container, ["--model-id"]) ?? set("MODEL_ID"), "/data");
    case "NIM":
      return { model: undefined, cache: set("NIM_CACHE_PATH") ?? "/opt/nim/.cache" };
    case "Ollama":
      return { model: undefined, cache: set("OLLAMA_MODELS") ?? "/root/.ollama" };
    default:
      return undefined;
  }
}

/** `--model X`, or the first word of `vllm serve X`, or of the arguments of vLLM's own image. */
function vllmModel(container: PodContainer): string | undefined {
  const flagged = flagValue(container, ["--model"]);
  if (flagged !== undefined) return flagged;
  const words = commandWords(container);
  const serve = words.indexOf("serve");
  return serve >= 0 ? words[serve + 1] : words[0];
}
