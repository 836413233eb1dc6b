// Asks a real API server what it thinks of an object, strictly and without keeping it; many at once.
import { Agent, request } from "node:https";
import type { Cluster } from "./cluster.ts";

export interface Verdict {
  /** 201 for an object that is right; 400 for one that can't be read; 422 for one that is not valid. */
  status: number;
  message: string;
  causes: { reason: string; message: string; field: string }[];
}

export interface Place {
  apiVersion: string;
  /** Such as `deployments`. */
  plural: string;
  namespaced: boolean;
}

export interface DryRun {
  /** @param object plain data, or its JSON as text. */
  ask(place: Place, object: object | string): Promise<Verdict>;
  dispose(): void;
}

const NAMESPACE = "default";
const CONNECTIONS = 8;

export function dryRun({ port, credentials }: Pick<Cluster, "port" | "credentials">): DryRun {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ...credentials });
  return {
    ask({ apiVersion, plural, namespaced }, object) {
      const body = typeof object === "string" ? object : JSON.stringify(object);
      const root = apiVersion.includes("/") ? "apis" : "api";
      const namespace = namespaced ? `/namespaces/${NAMESPACE}` : "";
      const path = `/${root}/${apiVersion}${namespace}/${plural}?dryRun=All&fieldValidation=Strict`;
      return new Promise((resolve, reject) => {
        const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        const asked = request({ host: "127.0.0.1", port, method: "POST", path, agent, headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve(verdictOf(answer.statusCode ?? 0, text));
          });
        });
        asked.on("error", reject);
        asked.end(body);
      });
    },
    dispose: () => agent.destroy(),
  };
}

function verdictOf(status: number, text: string): Verdict {
  if (status < 300) return { status, message: "", causes: [] };
  try {
    const answer = JSON.parse(text) as { message?: string; details?: { causes?: Verdict["causes"] } };
    return { status, message: answer.message ?? "", causes: answer.details?.causes ?? [] };
  } catch {
    return { status, message: text, causes: [] };
  }
}
