// A model server with vLLM's paths: it answers, streams when asked, and counts.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Program, Run } from "../control/program.ts";
import { answerJson, answerText, bodyJson, listening } from "./answers.ts";
import { clamp, wave } from "./readings.ts";

const port = 8000;
const version = "0.11.0";

export const modelServer: Program = {
  readyAfterMs: 2_500,
  *lines(run) {
    const model = modelOf(run);
    yield { afterMs: 300, text: `INFO [api_server.py] vLLM API server version ${version}` };
    yield {
      afterMs: 700,
      text: `INFO [model.py] Resolved architecture for ${model}, using max model len 32768`,
    };
    yield { afterMs: 900, text: "INFO [gpu_model_runner.py] Model loading took 15.27 GiB" };
    yield { afterMs: 300, text: "INFO [kv_cache_utils.py] GPU KV cache size: 412,304 tokens" };
    yield { afterMs: 200, text: `INFO [launcher.py] Started server process [1], http://0.0.0.0:${port}` };
    for (;;) {
      const now = run.now();
      const running = Math.round(clamp(3 + wave(now, 45_000, 1) * 3, 0, 8));
      const speed = (running * 61 + 4 + wave(now, 7_000, 0) * 3).toFixed(1);
      yield {
        afterMs: 10_000,
        text: `INFO [loggers.py] Engine 000: Avg generation throughput: ${speed} tokens/s, Running: ${running} reqs, Waiting: 0 reqs, GPU KV cache usage: ${(running * 1.9).toFixed(1)}%`,
      };
    }
  },
  serve: (run, asked) => (asked === port ? listening((...call) => answer(run, ...call)) : undefined),
  load: (_run, now) => ({
    utilisation: clamp(44 + wave(now, 45_000, 1) * 34, 2, 98),
    memoryMiB: 72_410,
  }),
  files: () => ({ "/workspace/README": "A model server of the sandbox: its answers are made up.\n" }),
};

/** `--served-model-name`, else `--model`, else the argument of `vllm serve`. */
function modelOf(run: Run): string {
  const words = [...(run.container.command ?? []), ...(run.container.args ?? [])];
  for (const flag of ["--served-model-name", "--model"]) {
    const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    const word = words[at];
    if (word?.includes("=")) return word.slice(flag.length + 1);
    const value = words[at + 1];
    if (at >= 0 && value) return value;
  }
  const serve = words.indexOf("serve");
  return (serve >= 0 ? words[serve + 1] : undefined) ?? "sandbox-model";
}

async function answer(run: Run, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const route = `${request.method} ${url.pathname}`;
  const model = modelOf(run);
  switch (route) {
    case "GET /health":
    case "GET /ping":
      answerText(response, 200, "");
      return;
    case "GET /version":
      answerJson(response, 200, { version });
      return;
    case "GET /v1/models":
      answerJson(response, 200, {
        object: "list",
        data: [
          {
            id: model,
            object: "model",
            created: Math.floor(run.startedAt / 1_000),
            owned_by: "vllm",
            root: model,
            parent: null,
            max_model_len: 32_768,
          },
        ],
      });
      return;
    case "GET /metrics":
      answerText(response, 200, metrics(run, model), "text/plain; version=0.0.4; charset=utf-8");
      return;
    case "POST /v1/completions":
    case "POST /v1/chat/completions":
      await complete(run, model, url.pathname.endsWith("/chat/completions"), request, response);
      return;
    default:
      answerJson(response, 404, { detail: "Not Found" });
  }
}

async function complete(
  run: Run,
  model: string,
  chat: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyJson(request);
  const problem = complaint(body, model, chat);
  if (!body || problem) {
    answerJson(response, problem?.code ?? 400, {
      error: {
        message: problem?.message ?? "Invalid JSON",
        type: problem?.type ?? "BadRequestError",
        param: null,
        code: problem?.code ?? 400,
      },
    });
    return;
  }
  const prompt = chat ? lastMessage(body["messages"]) : promptText(body["prompt"]);
  const words = replyTo(prompt).split(" ");
  const limit = typeof body["max_tokens"] === "number" ? body["max_tokens"] : 128;
  const said = words.slice(0, Math.max(1, limit));
  const finish = said.length < words.length ? "length" : "stop";
  run.say(
    `INFO:     127.0.0.1 - "POST ${chat ? "/v1/chat/completions" : "/v1/completions"} HTTP/1.1" 200 OK`,
  );
  const about = {
    id: `${chat ? "chatcmpl" : "cmpl"}-${run.now().toString(36)}`,
    created: Math.floor(run.now() / 1_000),
    model,
  };
  if (body["stream"] === true) {
    stream(response, about, chat, said, finish);
    return;
  }
  const text = said.join(" ");
  const promptTokens = prompt.split(/\s+/).length;
  answerJson(response, 200, {
    ...about,
    object: chat ? "chat.completion" : "text_completion",
    choices: [
      chat
        ? { index: 0, message: { role: "assistant", content: text }, logprobs: null, finish_reason: finish }
        : { index: 0, text, logprobs: null, finish_reason: finish },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: said.length,
      total_tokens: promptTokens + said.length,
    },
  });
}

function complaint(
  body: Record<string, unknown> | undefined,
  model: string,
  chat: boolean,
): { code: number; message: string; type: string } | undefined {
  if (!body) return { code: 400, message: "the body is no JSON object", type: "BadRequestError" };
  const asked = body["model"];
  if (typeof asked === "string" && asked !== model) {
    return {
      code: 404,
      message: `The model \`${asked}\` does not exist.`,
      type: "NotFoundError",
    };
  }
  const needed = chat ? "messages" : "prompt";
  if (body[needed] === undefined)
    return { code: 400, message: `${needed}: Field required`, type: "BadRequestError" };
  return undefined;
}

function promptText(prompt: unknown): string {
  const one: unknown = Array.isArray(prompt) ? prompt[0] : prompt;
  return typeof one === "string" ? one : "";
}

function lastMessage(messages: unknown): string {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  const content = (last as { content?: unknown } | undefined)?.content;
  return typeof content === "string" ? content : "";
}

function replyTo(prompt: string): string {
  const asked = prompt.trim().slice(0, 80);
  return `This is the sandbox: no model runs here, and this answer is made up. You asked: "${asked}". On a real cluster the same request goes to the same path, and a model writes this text.`;
}

function stream(
  response: ServerResponse,
  about: { id: string; created: number; model: string },
  chat: boolean,
  words: readonly string[],
  finish: string,
): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const object = chat ? "chat.completion.chunk" : "text_completion";
  const event = (choice: object) =>
    response.write(`data: ${JSON.stringify({ ...about, object, choices: [{ index: 0, ...choice }] })}\n\n`);
  for (const [index, word] of words.entries()) {
    const text = index === 0 ? word : ` ${word}`;
    event(chat ? { delta: { content: text }, finish_reason: null } : { text, finish_reason: null });
  }
  event(chat ? { delta: {}, finish_reason: finish } : { text: "", finish_reason: finish });
  response.end("data: [DONE]\n\n");
}

function metrics(run: Run, model: string): string {
  const now = run.now();
  const running = Math.round(clamp(3 + wave(now, 45_000, 1) * 3, 0, 8));
  const labels = `{engine="0",model_name="${model}"}`;
  const seconds = (now - run.startedAt) / 1_000;
  return [
    "# TYPE vllm:num_requests_running gauge",
    `vllm:num_requests_running${labels} ${running}`,
    "# TYPE vllm:num_requests_waiting gauge",
    `vllm:num_requests_waiting${labels} 0`,
    "# TYPE vllm:kv_cache_usage_perc gauge",
    `vllm:kv_cache_usage_perc${labels} ${(running * 0.019).toFixed(4)}`,
    "# TYPE vllm:generation_tokens_total counter",
    `vllm:generation_tokens_total${labels} ${Math.floor(seconds * 190)}`,
    "",
  ].join("\n");
}
