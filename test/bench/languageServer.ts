// yaml-language-server, the peer of checking, with what it needs to know of Kubernetes.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../support/cache.ts";
import { runCommand } from "../support/command.ts";
import { startCluster } from "../support/kubernetes/cluster.ts";

export const languageServerVersion = "2.0.0";
const CLIENT_VERSION = "9.0.1";
const SCHEMA_VERSION = "1.34";

/** The folder that has the server and a client for editors as packages. */
export async function languageServerPackages(): Promise<string> {
  const folder = await cached(
    "yaml-language-server",
    `${languageServerVersion}-${CLIENT_VERSION}`,
    async (empty) => {
      await writeFile(join(empty, "package.json"), JSON.stringify({ name: "peer", private: true }));
      const packages = [
        `yaml-language-server@${languageServerVersion}`,
        `vscode-languageclient@${CLIENT_VERSION}`,
      ];
      await runCommand("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages], {
        cwd: empty,
      });
    },
  );
  return join(folder, "node_modules");
}

interface OpenApi {
  definitions: Record<
    string,
    {
      properties?: Record<string, object>;
      "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
    }
  >;
}

/**
 * One schema for all kinds, of the shape that the YAML extension downloads: made of what our API server serves.
 * @returns the file's path.
 */
export async function kubernetesSchema(): Promise<string> {
  const folder = await cached("kubernetes-schema", SCHEMA_VERSION, async (empty) => {
    const cluster = await startCluster();
    try {
      const { definitions } = JSON.parse(await cluster.kubectl("get", "--raw", "/openapi/v2")) as OpenApi;
      const oneOf: object[] = [];
      for (const [name, definition] of Object.entries(definitions)) {
        const [kind, ...others] = definition["x-kubernetes-group-version-kind"] ?? [];
        if (!kind || others.length > 0 || !definition.properties) continue;
        const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
        Object.assign(definition, { required: ["apiVersion", "kind"] });
        definition.properties["apiVersion"] = { type: "string", enum: [apiVersion] };
        definition.properties["kind"] = { type: "string", enum: [kind.kind] };
        oneOf.push({ $ref: `#/definitions/${name}` });
      }
      // Text or number, as in that schema.
      Object.assign(definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] ?? {}, {
        type: ["string", "number"],
      });
      Object.assign(definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] ?? {}, {
        type: ["string", "integer"],
        format: undefined,
      });
      await mkdir(empty, { recursive: true });
      await writeFile(join(empty, "all.json"), JSON.stringify({ definitions, oneOf }));
    } finally {
      await cluster.stop();
    }
  });
  return join(folder, "all.json");
}
