// Reads data/kubernetes.schemas from the disk.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { MAGIC, type DescriptionsFile, type SchemaFile } from "../../core/kube/schema/file.ts";
import { KubernetesSchemas } from "../../core/kube/schema/schemas.ts";

/** The schemas, without their descriptions. @throws when the file is not there or is none of ours. */
export function readSchemas(path: string): KubernetesSchemas {
  const [first] = partsOf(path);
  return new KubernetesSchemas(JSON.parse(brotliDecompressSync(first).toString("utf8")) as SchemaFile);
}

/** What the schemas say of themselves, by the same rows. @throws as readSchemas. */
export function readDescriptions(path: string): DescriptionsFile {
  const [, second] = partsOf(path);
  return JSON.parse(brotliDecompressSync(second).toString("utf8")) as DescriptionsFile;
}

function partsOf(path: string): [Buffer, Buffer] {
  const file = readFileSync(path);
  const header = MAGIC.length + 4;
  if (file.length < header || file.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw new Error(`${path} holds no schemas`);
  const end = header + file.readUInt32BE(MAGIC.length);
  return [file.subarray(header, end), file.subarray(end)];
}
