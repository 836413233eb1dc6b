// One request to the API, and the ways to answer it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiFailure, badRequest, statusOf } from "./failure.ts";
import { decodeKubernetesProtobuf } from "./protobuf.ts";

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  query: URLSearchParams;
}

const bodyLimit = 3 * 1024 * 1024;

/** @throws ApiFailure 413 for more than the API takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > bodyLimit) {
      throw new ApiFailure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bodyLimit}`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** JSON, or what kubectl sends as protobuf. @throws ApiFailure 400 or 415 for anything else. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers["content-type"] ?? "application/json";
  if (type.startsWith("application/vnd.kubernetes.protobuf")) {
    return decodeKubernetesProtobuf(await readBody(request));
  }
  if (!/json|apply-patch\+yaml/.test(type)) {
    throw new ApiFailure(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: application/json`,
    );
  }
  const body = await readBody(request);
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

export function sendJson(
  response: ServerResponse,
  code: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, {
    "content-type": "application/json",
    "cache-control": "no-cache, private",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Whatever went wrong, as a Status; a bug of ours says that it is one. */
export function sendFailure(response: ServerResponse, error: unknown): void {
  const failure =
    error instanceof ApiFailure
      ? error
      : new ApiFailure(
          500,
          "InternalError",
          `Internal error of the sandbox: ${error instanceof Error ? error.message : String(error)}`,
        );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const after = failure.details?.retryAfterSeconds;
  sendJson(
    response,
    failure.code,
    statusOf(failure),
    after === undefined ? {} : { "retry-after": String(after) },
  );
}
