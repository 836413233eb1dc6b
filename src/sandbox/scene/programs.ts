// What a container runs, by its image and command.
import type { ServerResponse } from "node:http";
import type { Exit, Output, Program, Run } from "../control/program.ts";
import type { ContainerSpec, Pod } from "../object.ts";
import { newSession } from "../shell/session.ts";
import { canRun, runArguments } from "../shell/shell.ts";
import { answerJson, answerText, bodyJson, listening } from "./answers.ts";
import { exporter, type ExporterSource } from "./exporter.ts";
import { modelServer } from "./modelServer.ts";
import { notebook } from "./notebook.ts";
import { clamp, wave } from "./readings.ts";
import { training } from "./training.ts";

export function programFor(container: ContainerSpec, pod: Pod, source: ExporterSource): Program {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const text = `${container.image} ${words.join(" ")}`;
  if (container.image.includes("dcgm-exporter")) return exporter(source);
  if (canRun(words)) return scripted;
  if (/vllm/.test(text)) return modelServer;
  if (/jupyter/.test(text)) return notebook;
  if (/torchrun|train/.test(text)) return training;
  if (/text-embeddings-inference/.test(text)) return reranker;
  if (pod.metadata.labels?.["app"] === "embed-backfill") return backfill;
  return plain;
}

/** Runs what the toy shell can; its end is the container's. */
const scripted: Program = {
  readyAfterMs: 300,
  *lines(run) {
    const words = [...(run.container.command ?? []), ...(run.container.args ?? [])];
    return yield* scriptLines(run, words);
  },
  serve: (run, port) => plain.serve(run, port),
  load: (run, now) => plain.load(run, now),
  files: () => ({}),
};

function* scriptLines(run: Run, words: readonly string[]): Generator<Output, Exit | undefined> {
  const steps = runArguments(newSession(run, false), words);
  let next = steps.next();
  let wait = 0;
  let text = "";
  while (!next.done) {
    const step = next.value;
    if ("sleepMs" in step) wait += step.sleepMs;
    else if (!("read" in step)) text += "out" in step ? step.out : step.err;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      yield { afterMs: wait, text: line };
      wait = 0;
    }
    next = steps.next();
  }
  if (wait > 0 || text !== "") yield { afterMs: wait, text };
  return { code: next.value };
}

const chunkSize = 64 * 1024;

/** Says `text`; sends `/bytes/N` bytes, counts what is posted, and never reads `/stall`: to measure a forward. */
function measurable(text: string): ReturnType<typeof listening> {
  return listening(async (request, response, url) => {
    const asked = Number(/^\/bytes\/(\d+)$/.exec(url.pathname)?.[1] ?? 0);
    if (asked > 0) {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": asked });
      for (let left = asked; left > 0 && !response.destroyed; left -= chunkSize) {
        // A new one each time, as a real answer is: what is held up then takes memory.
        const more = response.write(Buffer.alloc(Math.min(left, chunkSize)));
        if (!more) await drained(response);
      }
      response.end();
    } else if (url.pathname === "/stall") {
      // Takes a request and reads nothing of it: a server that is stuck.
    } else if (request.method === "POST") {
      let received = 0;
      for await (const chunk of request) received += (chunk as Buffer).length;
      answerText(response, 200, `${received} bytes\n`);
    } else answerText(response, 200, text);
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const free = () => {
      response.off("drain", free);
      response.off("close", free);
      resolve();
    };
    response.on("drain", free);
    response.on("close", free);
  });
}

/** Anything else: it starts, says what it is, and answers on the ports that it declares. */
const plain: Program = {
  readyAfterMs: 500,
  *lines(run) {
    yield { afterMs: 50, text: `${run.container.image} started in the sandbox; nothing really runs here.` };
    return undefined;
  },
  serve(run, port) {
    const declared = run.container.ports?.some((one) => one.containerPort === port);
    return declared
      ? measurable(`This is ${run.container.name} of ${run.pod.metadata.name} in the sandbox.\n`)
      : undefined;
  },
  load: (run, now) =>
    run.devices.length > 0
      ? { utilisation: 12 + wave(now, 30_000, 3) * 10, memoryMiB: 1_900 }
      : { utilisation: 0, memoryMiB: 0 },
  files: () => ({}),
};

/** A text-embeddings-inference server on a slice of a shared GPU. */
const reranker: Program = {
  readyAfterMs: 1_200,
  *lines(run) {
    yield { afterMs: 400, text: "INFO text_embeddings_router: Starting model backend" };
    yield { afterMs: 900, text: "INFO text_embeddings_router: Starting HTTP server: 0.0.0.0:80" };
    for (let served = 0; ; served += 40 + run.restart) {
      yield { afterMs: 30_000, text: `INFO rerank: total_requests=${served} success=${served}` };
    }
  },
  serve: (run, port) =>
    port === 80
      ? listening(async (request, response, url) => {
          if (url.pathname === "/health") answerText(response, 200, "");
          else if (url.pathname === "/info")
            answerJson(response, 200, { model_id: "BAAI/bge-reranker-v2-m3", version: "1.8.2" });
          else if (url.pathname === "/rerank" && request.method === "POST") {
            const texts = (await bodyJson(request))?.["texts"];
            const scores = (Array.isArray(texts) ? texts : []).map((_, index) => ({
              index,
              score: 1 / (index + 2),
            }));
            answerJson(response, 200, scores);
          } else answerJson(response, 404, { error: `nothing at ${url.pathname}`, error_type: "Validation" });
          run.now();
        })
      : undefined,
  load: (_run, now) => ({ utilisation: clamp(16 + wave(now, 20_000, 4) * 15, 0, 60), memoryMiB: 2_750 }),
  files: () => ({}),
};

/** Asks for more memory than the slice has left, again and again. */
const backfill: Program = {
  readyAfterMs: 60_000,
  *lines() {
    yield { afterMs: 300, text: "embed-backfill: 1,204,377 documents to go, batch 512" };
    yield { afterMs: 900, text: "loading intfloat/e5-mistral-7b-instruct on cuda:0" };
    yield { afterMs: 1_500, text: "Traceback (most recent call last):" };
    yield { afterMs: 5, text: '  File "/app/backfill.py", line 88, in <module>' };
    yield { afterMs: 5, text: "    model = load(name).to(device)" };
    yield {
      afterMs: 5,
      text: "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 13.98 GiB. GPU 0 has a total capacity of 22.03 GiB of which 11.26 GiB is free.",
    };
    return { code: 1 };
  },
  serve: () => undefined,
  load: () => ({ utilisation: 2, memoryMiB: 900 }),
  files: () => ({ "/app/backfill.py": "# of the sandbox\n" }),
};
