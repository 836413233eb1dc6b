// How soon the sandbox cluster answers, and what it costs: a fresh process each time, code loading included.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Bench, median } from "./bench.ts";

const program = `
const before = performance.now();
const { startSandbox } = await import(${JSON.stringify(new URL("../../src/sandbox/sandbox.ts", import.meta.url).href)});
const sandbox = await startSandbox();
const answer = await fetch(sandbox.url + "/api/v1/pods");
await answer.arrayBuffer();
const ready = performance.now() - before;
const idle = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 2_000));
const used = process.cpuUsage(idle);
console.log(JSON.stringify({ ready, memory: process.memoryUsage().rss / 2 ** 20, cpu: (used.user + used.system) / 2e6 * 100 }));
await sandbox.stop();
process.exit(0);
`;

interface Sample {
  ready: number;
  memory: number;
  cpu: number;
}

function sample(): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(JSON.parse(text) as Sample);
      else reject(new Error(`the sandbox ended with ${code}`));
    });
  });
}

export const bench: Bench = {
  name: "sandbox",
  async run() {
    const samples: Sample[] = [];
    for (let index = 0; index < 5; index++) samples.push(await sample());
    const middle = (key: keyof Sample) => median(samples.map((one) => one[key]));
    return {
      rows: [
        {
          name: "ready: code loaded, started, first list",
          value: middle("ready"),
          unit: "ms",
          target: 1_000,
        },
        { name: "memory of the process", value: middle("memory"), unit: "MiB" },
        { name: "idle: share of a core", value: middle("cpu"), unit: "%" },
      ],
    };
  },
};
