// The schemas of Kubernetes as they are shipped, for tests that check manifests.
import { join } from "node:path";
import { readSchemas } from "../src/io/check/schemaFile.ts";
import { root } from "./sources.ts";

export const schemasPath = join(root, "data", "kubernetes.schemas");

/** Read once for all tests. */
export const schemas = readSchemas(schemasPath);
