// `npm run schemas`: writes data/kubernetes.schemas from the OpenAPI of every Kubernetes version we know.
//
// Source: the Go module k8s.io/kubernetes of each version (its OpenAPI v3 files; enums from its generated code) and
// k8s.io/api (when API versions are deprecated and removed), Apache License 2.0. What the file holds is described in
// src/core/kube/schema/file.ts. It needs Go, and fetches some 300 MB once into Go's module cache.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { MAGIC } from "../src/core/kube/schema/file.ts";
import { KubernetesSchemas } from "../src/core/kube/schema/schemas.ts";
import { lifecycles } from "./schemas/lifecycle.ts";
import { merge, PROBED_VERSION } from "./schemas/merge.ts";
import { moduleFolder } from "./schemas/modules.ts";
import { probe, type Refused } from "./schemas/probe.ts";
import { readVersion, type VersionFacts } from "./schemas/openapi.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The last release of each version, and the newest of those that still get some. */
const RELEASES = [
  "1.23.17",
  "1.24.17",
  "1.25.16",
  "1.26.15",
  "1.27.16",
  "1.28.15",
  "1.29.14",
  "1.30.14",
  "1.31.14",
  "1.32.13",
  "1.33.6",
  "1.34.4",
  "1.35.4",
  "1.36.3",
  "1.37.2",
];
/** Of k8s.io/api: between them they know every API version that was deprecated since 1.8. */
const LIFECYCLES = ["0.23.17", "0.29.14", "0.34.4", "0.37.2"];

/** What is known before a server was asked. */
const NOTHING_REFUSED: Refused = {
  required: [],
  values: [],
  duplicates: [],
  supported: {},
  formats: {},
  names: {},
};

const FILE = join(root, "data", "kubernetes.schemas");
const REFUSED = join(root, "scripts", "schemas", "refused.json");

async function main(): Promise<void> {
  const versions = new Map<string, VersionFacts>();
  for (const release of RELEASES) {
    console.log(`Reading Kubernetes ${release}`);
    const version = release.replace(/\.\d+$/, "");
    versions.set(version, readVersion(moduleFolder("k8s.io/kubernetes", release)));
  }
  const known = lifecycles(LIFECYCLES.map((version) => moduleFolder("k8s.io/api", version)));
  if (process.argv.includes("--probe")) {
    const stated = new KubernetesSchemas(merge(versions, known, NOTHING_REFUSED).schemas);
    const refused = await probe(stated.at(PROBED_VERSION));
    writeFileSync(REFUSED, `${JSON.stringify(refused, undefined, 2)}\n`);
    for (const [what, of] of Object.entries(refused))
      console.log(`${what}: ${Array.isArray(of) ? of.length : Object.keys(of as object).length}`);
  }
  const refused = JSON.parse(readFileSync(REFUSED, "utf8")) as Refused;
  const { schemas, descriptions } = merge(versions, known, refused);
  const first = packed(schemas);
  const header = Buffer.alloc(8);
  header.write(MAGIC, "latin1");
  header.writeUInt32BE(first.length, 4);
  const file = Buffer.concat([header, first, packed(descriptions)]);
  writeFileSync(FILE, file);
  console.log(
    `data/kubernetes.schemas: ${file.length} bytes, of which ${first.length} without descriptions; ` +
      `${schemas.definitions.length} definitions, ${schemas.kinds.length} kinds, ${versions.size} versions`,
  );
}

function packed(value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(text, {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: text.length },
  });
}

await main();
