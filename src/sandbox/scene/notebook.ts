// A notebook server with Jupyter's paths: what a client looks at before it opens one.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Program, Run } from "../control/program.ts";
import { timestamp } from "../object.ts";
import { answerJson, answerText, listening } from "./answers.ts";
import { wave } from "./readings.ts";

const port = 8888;
const version = "2.16.0";

export const notebook: Program = {
  readyAfterMs: 1_500,
  *lines(run) {
    yield { afterMs: 500, text: "[I ServerApp] jupyterlab | extension was successfully loaded." };
    yield { afterMs: 300, text: "[I ServerApp] Serving notebooks from local directory: /home/jovyan" };
    yield { afterMs: 100, text: `[I ServerApp] Jupyter Server ${version} is running at:` };
    yield { afterMs: 10, text: `[I ServerApp] http://${run.pod.metadata.name}:${port}/lab?token=...` };
    for (;;) yield { afterMs: 120_000, text: "[I ServerApp] Saving file at /explore.ipynb" };
  },
  serve: (run, asked) => (asked === port ? listening((...call) => answer(run, ...call)) : undefined),
  load: (_run, now) => ({
    utilisation: Math.max(0, wave(now, 90_000, 0) * 30 - 6),
    memoryMiB: 2_310,
  }),
  files: () => ({
    "/home/jovyan/explore.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
    "/home/jovyan/README.md": "A notebook of the sandbox.\n",
  }),
};

function answer(run: Run, request: IncomingMessage, response: ServerResponse, url: URL): void {
  if (url.pathname === "/api") {
    answerJson(response, 200, { version });
    return;
  }
  if (url.pathname === "/") {
    response.writeHead(302, { location: "/lab?" });
    response.end();
    return;
  }
  if (!allowed(run, request, url)) {
    answerJson(response, 403, { message: "Forbidden", reason: null });
    return;
  }
  const started = timestamp(run.startedAt);
  const kernel = {
    id: "5a0db0c5-0000-4000-8000-000000000001",
    name: "python3",
    last_activity: timestamp(run.now()),
    execution_state: "idle",
    connections: 0,
  };
  switch (url.pathname) {
    case "/api/status":
      answerJson(response, 200, { connections: 0, kernels: 1, last_activity: kernel.last_activity, started });
      return;
    case "/api/me":
      answerJson(response, 200, { identity: { username: "sandbox", name: "sandbox" }, permissions: {} });
      return;
    case "/api/kernels":
      answerJson(response, 200, [kernel]);
      return;
    case "/api/sessions":
      answerJson(response, 200, [
        { id: kernel.id, path: "explore.ipynb", name: "explore.ipynb", type: "notebook", kernel },
      ]);
      return;
    case "/api/kernelspecs":
      answerJson(response, 200, {
        default: "python3",
        kernelspecs: {
          python3: {
            name: "python3",
            spec: {
              argv: ["python"],
              display_name: "Python 3 (ipykernel)",
              language: "python",
              metadata: {},
            },
            resources: {},
          },
        },
      });
      return;
    case "/lab":
    case "/tree":
      answerText(
        response,
        200,
        "<!doctype html><title>JupyterLab (sandbox)</title><p>A notebook server of the sandbox: it lists its kernels and runs no cell.</p>\n",
        "text/html; charset=utf-8",
      );
      return;
    default:
      answerJson(response, 404, { message: "Not Found", reason: null });
  }
}

/** The token of the container's environment, in the query or in the header. */
function allowed(run: Run, request: IncomingMessage, url: URL): boolean {
  const token = run.container.env?.find((one) => one.name === "JUPYTER_TOKEN")?.value;
  if (!token) return true;
  const header = /^(?:token|bearer)\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return url.searchParams.get("token") === token || header === token;
}
