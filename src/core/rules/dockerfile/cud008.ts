// CUD008: a GPU that is asked for while the image is built.
import type { RunCommand } from "../../image/buildFile.ts";
import type { Rule } from "../rule.ts";

/** Calls that fail without a GPU; asking whether there is one does not. */
const NEEDS_GPU =
  /assert\s+torch\.cuda\.is_available|\.cuda\(\)|\.to\(\s*["']cuda|device\s*=\s*["']cuda|get_device_name|current_device\(/;

export const cud008: Rule = {
  id: "CUD008",
  title: "A build needs no GPU",
  severity: "warning",
  why: "A build has no GPU and no driver, also where docker run has: nvidia-smi is not found, and CUDA has no device. Set TORCH_CUDA_ARCH_LIST for what is compiled, and try the GPU when the container runs.",
  source: "https://docs.docker.com/reference/dockerfile/#run---device",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
CMD ["nvidia-smi"]
`,
  bad: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN «nvidia-smi»
`,
  *check(file) {
    for (const run of file.runs) {
      if (run.step.instruction.flags.some(({ name }) => name === "device")) continue;
      for (const command of run.commands) {
        const word = gpuWord(command);
        // Somebody has thought of its failure.
        if (!word || command.command.after === "||" || command.command.inside) continue;
        yield {
          at: run.place(word),
          message:
            "A build has no GPU, so this fails: do it when the container runs, or give this RUN one with --device=nvidia.com/gpu=all.",
        };
      }
    }
  },
};

function gpuWord({ program, programWord, args }: RunCommand): RunCommand["programWord"] {
  if (program === "nvidia-smi") return programWord;
  if (!/^python[\d.]*$/.test(program)) return undefined;
  const at = args.findIndex((word) => word.text === "-c");
  const script = at === -1 ? undefined : args[at + 1];
  if (!script || !NEEDS_GPU.test(script.text)) return undefined;
  return /is_available\(\)\s*(?:else|and|or|:)|if\s+torch\.cuda/.test(script.text) ? undefined : script;
}
