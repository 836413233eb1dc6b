// Small HTTP answers for the programs of the scene.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

export function answerJson(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(code, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

export function answerText(
  response: ServerResponse,
  code: number,
  text: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(code, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

/** The body as JSON; undefined for what is none, or too long. */
export async function bodyJson(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= 1_000_000) chunks.push(chunk as Buffer);
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A listener out of an async function; what it throws ends the request. */
export function listening(
  answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void,
): RequestListener {
  return (request, response) => {
    response.on("error", () => {});
    const url = new URL(request.url ?? "/", "http://pod");
    Promise.resolve()
      .then(() => answer(request, response, url))
      .catch(() => response.destroy());
  };
}
