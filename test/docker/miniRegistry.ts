// A registry in one file: as much of the OCI distribution protocol as a push and a pull need, in memory.
// Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface MiniRegistry {
  /** `127.0.0.1:port`, which engines talk to without TLS. */
  address: string;
  /** Set: everybody is refused, as by a registry that asks for a login. */
  locked: boolean;
  close(): void;
}

export async function startMiniRegistry(): Promise<MiniRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { type: string; body: Buffer }>();
  const uploads = new Map<string, Buffer>();
  const registry: MiniRegistry = { address: "", locked: false, close: () => server.closeAllConnections() };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://registry");
    const body = await read(request);
    const send = (status: number, headers: Record<string, string | number> = {}, content?: Buffer) => {
      response.writeHead(status, headers);
      response.end(request.method === "HEAD" ? undefined : content);
    };
    if (registry.locked) return send(401, { "WWW-Authenticate": 'Basic realm="locked"' });
    if (url.pathname === "/v2/") return send(200);
    const upload = /^\/v2\/(.+)\/blobs\/uploads\/([\w-]*)$/.exec(url.pathname);
    if (upload) {
      const id = upload[2] || randomUUID();
      const all = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body]);
      uploads.set(id, all);
      const location = { Location: `/v2/${upload[1]}/blobs/uploads/${id}`, "Docker-Upload-UUID": id };
      const digest = url.searchParams.get("digest");
      if (digest === null) return send(202, { ...location, Range: `0-${Math.max(0, all.length - 1)}` });
      blobs.set(digest, all);
      return send(201, { ...location, "Docker-Content-Digest": digest });
    }
    const blob = /\/blobs\/(sha256:\w+)$/.exec(url.pathname)?.[1];
    if (blob !== undefined) {
      const content = blobs.get(blob);
      if (!content) return send(404);
      return send(200, { "Content-Length": content.length, "Docker-Content-Digest": blob }, content);
    }
    const manifest = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname);
    if (!manifest) return send(404);
    const key = `${manifest[1]}@${manifest[2]}`;
    if (request.method === "PUT") {
      const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
      const made = { type: request.headers["content-type"] ?? "", body };
      manifests.set(key, made);
      manifests.set(`${manifest[1]}@${digest}`, made);
      return send(201, { "Docker-Content-Digest": digest });
    }
    const found = manifests.get(key);
    if (!found) return send(404);
    const digest = `sha256:${createHash("sha256").update(found.body).digest("hex")}`;
    const headers = {
      "Content-Type": found.type,
      "Content-Length": found.body.length,
      "Docker-Content-Digest": digest,
    };
    return send(200, headers, found.body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  registry.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  registry.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return registry;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
