// A worker of a check of many files: it is sent some, reads and checks them, and answers in their order.
import { parentPort, workerData } from "node:worker_threads";
import { once } from "../../base/once.ts";
import { rules } from "../../core/rules/index.gen.ts";
import { FileChecker, type FileToCheck } from "./fileChecker.ts";
import type { BatchData } from "./messages.ts";
import { readSchemas } from "./schemaFile.ts";

const { options, schemasPath } = workerData as BatchData;
const schemas = schemasPath === undefined ? undefined : once(() => readSchemas(schemasPath));
const checker = new FileChecker(rules, options, schemas);
parentPort?.on("message", (files: readonly FileToCheck[]) =>
  parentPort?.postMessage(files.map((file) => checker.check(file))),
);
