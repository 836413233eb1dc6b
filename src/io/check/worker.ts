// The worker that checks what is typed: one request in, one answer out, and a word when other files have changed.
import { parentPort, workerData } from "node:worker_threads";
import { CheckWork } from "./checkWork.ts";
import type { CheckRequest, FixRequest, WorkerData, WorkspaceChange } from "./messages.ts";

const work = new CheckWork((workerData ?? {}) as WorkerData, (said) => parentPort?.postMessage(said));
parentPort?.on("message", (told: CheckRequest | FixRequest | WorkspaceChange) => work.take(told));
