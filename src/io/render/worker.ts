// A worker for one rendering: whatever the output holds, nobody waits for it, and it is gone when it is done.
import { parentPort, workerData } from "node:worker_threads";
import { once } from "../../base/once.ts";
import { silentLog } from "../../base/log.ts";
import { readSchemas } from "../check/schemaFile.ts";
import type { RenderData, RenderSaid } from "./messages.ts";
import { render } from "./render.ts";

const { request, schemasPath } = workerData as RenderData;
const say = (said: RenderSaid) => parentPort?.postMessage(said);
const stop = new AbortController();
// The only word that comes is that nobody wants it any more.
parentPort?.once("message", () => stop.abort());
const log = { ...silentLog, info: (text: string) => say({ log: text }) };
render(
  request,
  once(() => readSchemas(schemasPath)),
  log,
  stop.signal,
)
  .then(
    (answer) => say({ answer }),
    (error: unknown) =>
      say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
  .finally(() => parentPort?.close());
