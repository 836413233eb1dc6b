// A fine-tuning run on several GPUs: steps, a falling loss, a checkpoint now and then, an end.
import type { Program } from "../control/program.ts";
import { wave } from "./readings.ts";

const stepMs = 5_000;
const steps = 6_000;

export const training: Program = {
  readyAfterMs: 1_500,
  *lines(run) {
    const world = Math.max(1, run.devices.length);
    yield { afterMs: 400, text: `[rank0] torch 2.8.0+cu128, ${world} processes, backend nccl` };
    for (const [rank, device] of run.devices.entries()) {
      yield { afterMs: 120, text: `[rank${rank}] ${device.model} (${device.uuid})` };
    }
    yield { afterMs: 1_800, text: "[rank0] loaded base model: 8.03 B parameters, bf16, FSDP full shard" };
    yield { afterMs: 900, text: "[rank0] dataset: 412,306 samples, global batch 128" };
    for (let step = 1; step <= steps; step++) {
      const loss = 0.92 + 1.6 * Math.exp(-step / 900) + wave(step * 1_000, 23_000, 1) * 0.03;
      const speed = Math.round(41_000 + wave(run.now(), 60_000, 2) * 900);
      const progress = `step ${step}/${steps} loss ${loss.toFixed(4)} lr ${(2e-5 * (1 - step / steps)).toExponential(2)}`;
      yield { afterMs: stepMs, text: `[rank0] ${progress} tokens/s ${speed} mem 61.4GiB` };
      if (step % 250 === 0) yield { afterMs: 300, text: `[rank0] saved /checkpoints/step-${step}` };
    }
    yield { afterMs: 500, text: "[rank0] done" };
    return { code: 0 };
  },
  serve: () => undefined,
  load: (run, now) =>
    now - run.startedAt < 4_000
      ? { utilisation: 4, memoryMiB: 2_100 }
      : { utilisation: 96 + wave(now, 13_000, 0) * 3, memoryMiB: 62_900 + wave(now, 31_000, 1) * 350 },
  files: (run) => ({
    "/workspace/train.py": "# A fine-tuning run of the sandbox: nothing really trains here.\n",
    "/workspace/config.yaml": `model: llama-3.1-8b\nprecision: bf16\ngpus: ${run.devices.length}\n`,
    "/checkpoints/step-250/README": "an empty checkpoint of the sandbox\n",
  }),
};
