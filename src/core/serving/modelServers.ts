// The model servers we can recognise in a pod, and how each says that it is ready, as of 2026-08.
// Sources: each project's own documentation, named in `source`.
import { commandWords, environmentEntry, type PodContainer } from "../kube/podTemplates.ts";
import { itemsOf, nodeAt, numberOf, textOf } from "../syntax/node.ts";

export interface ModelServer {
  readonly name: string;
  readonly image: RegExp;
  /** Found in command and args together. */
  readonly command?: RegExp;
  readonly port: number;
  /** Path that answers 200 once the model is loaded; absent where only the port can be asked. */
  readonly readyPath?: string;
  /** Loading a model can take longer than this, in seconds. */
  readonly loadSeconds: number;
  readonly source: string;
}

const LLM_LOAD_SECONDS = 300;
const MODEL_LOAD_SECONDS = 60;

export const modelServers: readonly ModelServer[] = [
  {
    name: "vLLM",
    image:
      /(?:^|\/)vllm\/vllm|vllm-(?:openai|tpu|cpu|rocm)|rocm\/vllm|nvidia\/vllm|rhaiis\/vllm|q9t5s3a7\/vllm|llm-d-cuda/,
    command: /\bvllm serve\b|\bvllm\.entrypoints\.(?:openai\.)?api_server\b/,
    port: 8000,
    readyPath: "/v1/models",
    loadSeconds: LLM_LOAD_SECONDS,
    source: "https://docs.vllm.ai/en/latest/deployment/k8s.html",
  },
  {
    name: "SGLang",
    image: /lmsysorg\/sglang/,
    command: /\bsglang\.launch_server\b/,
    port: 30000,
    readyPath: "/health",
    loadSeconds: LLM_LOAD_SECONDS,
    source: "https://docs.sglang.ai",
  },
  {
    name: "Text Generation Inference",
    image: /huggingface\/text-generation-inference/,
    command: /\btext-generation-launcher\b/,
    port: 80,
    readyPath: "/health",
    loadSeconds: LLM_LOAD_SECONDS,
    source: "https://huggingface.co/docs/text-generation-inference",
  },
  {
    name: "Text Embeddings Inference",
    image: /huggingface\/text-embeddings-inference/,
    command: /\btext-embeddings-router\b/,
    port: 80,
    readyPath: "/health",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://huggingface.co/docs/text-embeddings-inference",
  },
  {
    name: "Triton",
    image: /nvidia\/tritonserver/,
    command: /\btritonserver\b/,
    port: 8000,
    readyPath: "/v2/health/ready",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/",
  },
  {
    name: "NIM",
    image: /nvcr\.io\/nim\//,
    port: 8000,
    readyPath: "/v1/health/ready",
    loadSeconds: LLM_LOAD_SECONDS,
    source: "https://docs.nvidia.com/nim/",
  },
  {
    name: "TorchServe",
    image: /pytorch\/torchserve/,
    command: /\btorchserve\b/,
    port: 8080,
    readyPath: "/ping",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://pytorch.org/serve/",
  },
  {
    name: "TensorFlow Serving",
    image: /tensorflow\/serving/,
    command: /\btensorflow_model_server\b/,
    port: 8500,
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://www.tensorflow.org/tfx/guide/serving",
  },
  {
    name: "MLServer",
    image: /seldonio\/mlserver/,
    command: /\bmlserver start\b/,
    port: 8080,
    readyPath: "/v2/health/ready",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://docs.seldon.ai/mlserver",
  },
  {
    name: "Ollama",
    image: /(?:^|\/)ollama\/ollama/,
    command: /\bollama serve\b/,
    port: 11434,
    readyPath: "/",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://github.com/ollama/ollama/blob/main/docs/api.md",
  },
  {
    name: "llama.cpp",
    image: /(?:ggml-org|ggerganov)\/llama\.cpp:[\w.-]*server/,
    command: /\bllama-server\b/,
    port: 8080,
    readyPath: "/health",
    loadSeconds: MODEL_LOAD_SECONDS,
    source: "https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
  },
];

/** The server a container runs: by its command where it has one, else by its image. */
export function modelServerOf(container: PodContainer): ModelServer | undefined {
  if (container.init) return undefined;
  const words = commandWords(container).join(" ");
  const byCommand = modelServers.find((server) => server.command?.test(words));
  if (byCommand) return byCommand;
  // Another command in a server's image (a download, a Ray worker) is no server.
  if (nodeAt(container.node, "command") !== undefined) return undefined;
  return modelServers.find((server) => server.image.test(container.image));
}

/** The port it listens on: as its flags say, else as its container declares, else its usual one. */
export function serverPort(server: ModelServer, container: PodContainer): number {
  const flagged = Number(flagValue(container, ["--port", "--http-port", "--rest_api_port"]));
  if (Number.isInteger(flagged) && flagged > 0) return flagged;
  const set = Number(textOf(nodeAt(environmentEntry(container, "PORT"), "value")));
  if (Number.isInteger(set) && set > 0) return set;
  const declared = itemsOf(nodeAt(container.node, "ports")).flatMap(
    (port) => numberOf(nodeAt(port, "containerPort")) ?? [],
  );
  return declared.length === 1 ? (declared[0] ?? server.port) : server.port;
}

/** The value of a flag, written `--flag value` or `--flag=value`. */
export function flagValue(container: PodContainer, names: readonly string[]): string | undefined {
  const words = commandWords(container);
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1];
    const equals = word.indexOf("=");
    if (equals > 0 && names.includes(word.slice(0, equals))) return word.slice(equals + 1);
  }
  return undefined;
}
