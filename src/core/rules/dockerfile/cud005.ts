// CUD005: CUDA's libraries in the base image and once more in Python packages.
import type { BuildFile, BuildStage } from "../../image/buildFile.ts";
import { cudaImage } from "../../image/cudaImage.ts";
import { packageInstalls } from "../../image/packageInstalls.ts";
import { torchInstalls } from "../../image/torchInstalls.ts";
import { compilesSomething } from "../cudaUse.ts";
import type { Rule } from "../rule.ts";
import { sourcesOf } from "../dockerfileSources.ts";

/** Packages that load CUDA's libraries from the system. */
const NEEDS_SYSTEM =
  /^(?:cupy|onnxruntime-gpu|tensorrt|faiss-gpu|cudf|cuml|cugraph|paddlepaddle-gpu|mxnet|llama-cpp-python|flash[-_]attn|apex|deepspeed|pycuda|nvidia-dali|numba|ctranslate2|faster-whisper|torch-tensorrt|transformer-engine|dgl|torch-(?:scatter|sparse|cluster|geometric)|jax\[cuda\d+[-_]local)/;
const NEEDS_LIBRARY = /^(?:lib(?:cudnn|cublas|nccl|cufft|cusparse|nv)|cuda-|tensorrt)/;
const BRINGS_CUDA = /^(?:tensorflow\[and-cuda\]|jax\[cuda1[23]\]|vllm)$/;

export const cud005: Rule = {
  id: "CUD005",
  title: "CUDA's libraries are in the image once",
  severity: "information",
  why: "PyTorch, TensorFlow and JAX bring CUDA and cuDNN in their wheels and use those. The same libraries of a -runtime image are 2 to 4 GB that nothing loads; a -base image, or one of Python, is enough.",
  source: "https://pytorch.org/get-started/locally/",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu126
`,
  bad: `FROM «nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04»
RUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu126
`,
  *check(file) {
    const shipped = file.stages.filter((stage) => stage.shipped);
    const [root] = shipped;
    const image = root?.base.certain ? cudaImage(root.base.image) : undefined;
    if (!root || image?.kind !== "cuda" || image.flavour !== "runtime") return;
    const twice = broughtTwice(file);
    if (twice === undefined || needsSystem(file, shipped)) return;
    const open = /\s-r\b|--requirement|environment\.ya?ml|uv sync|poetry|\.whl/.test(file.text);
    const name = /(?:-cudnn\d*)?-runtime(?=-)/.exec(root.image.text);
    const exact = file.text.slice(root.image.start, root.image.end) === root.image.text;
    yield {
      at: root.image,
      message: `${twice} brings its own CUDA libraries, so this image has them twice: a -base image is 2 to 4 GB smaller, unless something else loads them.`,
      fixes:
        name && exact && !open
          ? [
              {
                title: "Change to the -base image",
                edits: [
                  {
                    start: root.image.start + name.index,
                    end: root.image.start + name.index + name[0].length,
                    text: "-base",
                  },
                ],
              },
            ]
          : [],
    };
  },
};

function broughtTwice(file: BuildFile): string | undefined {
  const torch = torchInstalls(file).find(
    (one) => one.install.command.run.stage.shipped && !/^(?:cpu|rocm|xpu)/.test(one.tag ?? ""),
  );
  if (torch) return "PyTorch";
  return packageInstalls(file)
    .filter(
      (install) => install.command.run.stage.shipped && (install.tool === "pip" || install.tool === "uv"),
    )
    .flatMap((install) => install.packages)
    .find((one) => BRINGS_CUDA.test(one.name))?.name;
}

function needsSystem(file: BuildFile, shipped: readonly BuildStage[]): boolean {
  const installed = packageInstalls(file).filter((install) => install.command.run.stage.shipped);
  if (
    installed.some(({ packages }) =>
      packages.some(({ name }) => NEEDS_SYSTEM.test(name) || NEEDS_LIBRARY.test(name)),
    )
  )
    return true;
  if (shipped.some((stage) => compilesSomething(file, stage))) return true;
  // What was compiled elsewhere may load them.
  return Array.from(sourcesOf(file)).some(
    ({ stage, index }) =>
      file.stages[index]?.shipped && stage && cudaImage(stage.base.image)?.flavour === "devel",
  );
}
