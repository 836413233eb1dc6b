// Images of the trade, known by name: those that are made for GPUs, and those whose tags people leave open.
// Names as of 2026-08, from each project's own documentation.

/** Images whose programs need a GPU, or are far too slow without one. */
const GPU_IMAGES = [
  /(?:^|\/)nvidia\/cuda(?::|@|$)/,
  /^nvcr\.io\/nvidia\/(?:cuda|pytorch|tensorflow|jax|nemo|tritonserver|tensorrt|tensorrt-llm\/release|vllm|hpc-benchmarks)(?::|@|$)/,
  /^nvcr\.io\/nim\//,
  /(?:^|\/)pytorch\/pytorch:[\w.-]*cuda/,
  /(?:^|\/)tensorflow\/tensorflow:[\w.-]*gpu/,
  /(?:^|\/)rayproject\/ray(?:-ml|-llm)?:[\w.-]*(?:gpu|cu\d+)/,
  /(?:^|\/)vllm\/vllm-openai(?::|@|$)/,
  /(?:^|\/)lmsysorg\/sglang(?::|@|$)/,
  /(?:^|\/)huggingface\/text-generation-inference(?::|@|$)/,
];

/** Model servers and frameworks: a new version of one changes flags, formats or the CUDA that it needs. */
const ML_IMAGES = [
  ...GPU_IMAGES,
  /(?:^|\/)(?:vllm|lmsysorg|ollama|ggml-org|ggerganov|seldonio|kserve|rayproject|bentoml)\/[\w.-]+(?::|@|$)/,
  /(?:^|\/)huggingface\/(?:text-embeddings-inference|[\w-]*(?:pytorch|transformers)[\w-]*)(?::|@|$)/,
  /(?:^|\/)(?:pytorch\/(?:pytorch|torchserve)|tensorflow\/(?:tensorflow|serving))(?::|@|$)/,
  /^nvcr\.io\/(?:nvidia|nim)\/(?!k8s|cloud-native|gpu-)/,
  /(?:^|\/)jupyter\/[\w.-]+(?::|@|$)/,
];

/** True for an image that is made to use a GPU. */
export function isGpuImage(image: string): boolean {
  return GPU_IMAGES.some((pattern) => pattern.test(image));
}

/** True for an image of a model server or framework. */
export function isMlImage(image: string): boolean {
  return ML_IMAGES.some((pattern) => pattern.test(image));
}
