// The frameworks that a new dev container can have, with the Python and CUDA versions that go together.
// As of 2026-10. Sources: pytorch RELEASE.md and its wheel index; tensorflow.org/install/source; docs.jax.dev
// installation. Their wheels bring the CUDA libraries along: the machine needs the NVIDIA driver only.

export interface CudaChoice {
  /** As CUDA itself is numbered: `13.0`, `12`. */
  cuda: string;
  /** What pip installs, word by word. */
  packages: readonly string[];
  /** Oldest NVIDIA driver on Linux that runs it. */
  driver: string;
}

export interface Framework {
  id: "pytorch" | "tensorflow" | "jax" | "plain";
  name: string;
  /** Newest first; the first is the usual choice of its makers. */
  pythons: readonly string[];
  /** The usual choice first; empty for a framework without CUDA of its own. */
  cudas: readonly CudaChoice[];
  /** What pip installs without CUDA. */
  cpuPackages: readonly string[];
  /** A line of Python that tells what the framework sees. */
  probe: string;
  source: string;
}

const torchIndex = (tag: string) => ["--index-url", `https://download.pytorch.org/whl/${tag}`];
/** The second says itself which release of the first it is for. */
const torch = ["torch==2.14.*", "torchvision"];

export const frameworks: readonly Framework[] = [
  {
    id: "pytorch",
    name: "PyTorch 2.14",
    pythons: ["3.12", "3.14", "3.13", "3.11", "3.10"],
    cudas: [
      { cuda: "13.0", packages: [...torch, ...torchIndex("cu130")], driver: "580" },
      { cuda: "13.2", packages: [...torch, ...torchIndex("cu132")], driver: "580" },
      { cuda: "12.6", packages: [...torch, ...torchIndex("cu126")], driver: "525" },
    ],
    cpuPackages: [...torch, ...torchIndex("cpu")],
    probe: "import torch; print(torch.__version__, torch.cuda.is_available())",
    source: "https://github.com/pytorch/pytorch/blob/main/RELEASE.md",
  },
  {
    id: "tensorflow",
    name: "TensorFlow 2.21",
    pythons: ["3.12", "3.13", "3.11", "3.10"],
    cudas: [{ cuda: "12.5", packages: ["tensorflow[and-cuda]==2.21.*"], driver: "525" }],
    cpuPackages: ["tensorflow==2.21.*"],
    probe: "import tensorflow as tf; print(tf.__version__, tf.config.list_physical_devices('GPU'))",
    source: "https://www.tensorflow.org/install/source#gpu",
  },
  {
    id: "jax",
    name: "JAX",
    pythons: ["3.12", "3.14", "3.13"],
    cudas: [
      { cuda: "13", packages: ["jax[cuda13]"], driver: "580" },
      { cuda: "12", packages: ["jax[cuda12]"], driver: "525" },
    ],
    cpuPackages: ["jax"],
    probe: "import jax; print(jax.__version__, jax.devices())",
    source: "https://docs.jax.dev/en/latest/installation.html",
  },
  {
    id: "plain",
    name: "Plain Python",
    pythons: ["3.12", "3.14", "3.13", "3.11", "3.10"],
    cudas: [],
    cpuPackages: [],
    probe: "import sys; print(sys.version)",
    source: "https://devguide.python.org/versions/",
  },
];
