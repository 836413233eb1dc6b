// A 1,000-line manifest: our rules beside yaml-language-server with the schema of a real API server.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CheckCache, check } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import type { KubernetesSchemas } from "../../src/core/kube/schema/schemas.ts";
import { readSchemas } from "../../src/io/check/schemaFile.ts";
import { root } from "../sources.ts";
import { type Bench, median } from "./bench.ts";
import { kubernetesSchema, languageServerPackages, languageServerVersion } from "./languageServer.ts";

const LINES = 1_000;
const WARM_UPS = 10;
const RUNS = 25;

export const bench: Bench = {
  name: "a 1,000-line manifest",
  async run() {
    const text = manifest();
    const settings = { levels: {} };
    const started = performance.now();
    const schemas = readSchemas(join(root, "data", "kubernetes.schemas"));
    const ours = (document = text) =>
      check({ path: "big.yaml", text: document, settings, rules, schemas: () => schemas });
    ours(deployment(0));
    const firstMs = performance.now() - started;
    const validate = await languageServer();
    const findings = ours().length;
    if (findings === 0) throw new Error("our check found nothing");
    const before = (await validate(text)).length;
    const broken = (await validate(text.replace("replicas: 1", "replicas: one"))).length;
    if (broken <= before) throw new Error("yaml-language-server did not use its schema");

    const ourMs: number[] = [];
    const theirMs: number[] = [];
    for (let run = 0; run < WARM_UPS + RUNS; run++) {
      const start = performance.now();
      ours();
      const between = performance.now();
      await validate(text);
      const after = performance.now();
      if (run < WARM_UPS) continue;
      ourMs.push(between - start);
      theirMs.push(after - between);
    }
    const ms = median(ourMs);
    const theirs = median(theirMs);
    return {
      rows: [
        { name: "warm check", value: ms, unit: "ms", target: 50 },
        {
          name: "beside yaml-language-server",
          value: ms,
          unit: "ms",
          peer: `yaml-language-server ${languageServerVersion}`,
          peerValue: theirs,
          ratio: ms / theirs,
          target: 1 / 10,
        },
        { name: "schemas read, and a first document checked", value: firstMs, unit: "ms", target: 60 },
        {
          name: "after a keystroke in one document",
          value: median(keystrokes(text, schemas)),
          unit: "ms",
          target: 50,
        },
      ],
    };
  },
};

/** Deployments and Jobs as people write them, some with mistakes, up to a thousand lines. */
function manifest(): string {
  const documents: string[] = [];
  let lines = 0;
  for (let index = 0; lines < LINES; index++) {
    const document = deployment(index);
    documents.push(document);
    lines += document.split("\n").length;
  }
  return documents.join("---\n").split("\n").slice(0, LINES).join("\n");
}

function deployment(index: number): string {
  const variables = Array.from(
    { length: 12 },
    (_, variable) => `            - name: SETTING_${variable}\n              value: "value ${variable}"\n`,
  ).join("");
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model-${index}
  namespace: ml
  labels: {app: model-${index}, team: research}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: model-${index}
  template:
    metadata:
      labels:
        app: model-${index}
    spec:
      containers:
        - name: server
          image: vllm/vllm-openai:v0.11.0
          args: ["--model", "model-${index}", "--tensor-parallel-size", "2"]
          env:
${variables}          ports:
            - name: http
              containerPort: 8000
          resources:
            requests:
              cpu: "8"
              memory: 48Gi
            limits:
              memory: 64Gi
              nvidia.com/gpu: ${index % 3 === 0 ? '"0.5"' : 2}
          readinessProbe:
            httpGet: {path: /v1/models, port: http}
          volumeMounts:
            - name: dshm
              mountPath: /dev/shm
      volumes:
        - name: dshm
          emptyDir:
            medium: Memory
            sizeLimit: 8Gi
`;
}

/** One document changes each time, as when somebody types; the others are remembered. */
function keystrokes(text: string, schemas: KubernetesSchemas): number[] {
  const cache: CheckCache = { slices: new Map() };
  return Array.from({ length: RUNS }, (_, run) => {
    const edited = text.replace("value 3", `value ${run}`);
    const before = performance.now();
    const settings = { levels: {} };
    check({ path: "big.yaml", text: edited, settings, rules, cache, schemas: () => schemas });
    return performance.now() - before;
  }).slice(1);
}

interface LanguageServer {
  getLanguageService(parameters: {
    schemaRequestService: (uri: string) => Promise<string>;
    workspaceContext: { resolveRelativePath: (path: string) => string };
  }): {
    configure(settings: object): void;
    doValidation(document: unknown, isKubernetes: boolean): Promise<unknown[]>;
  };
}

interface TextDocuments {
  TextDocument: { create(uri: string, language: string, version: number, text: string): unknown };
}

/** Their validation as the YAML extension runs it on a Kubernetes file. */
async function languageServer(): Promise<(text: string) => Promise<unknown[]>> {
  const packages = await languageServerPackages();
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(packages, path)).href);
  const server = (await load("yaml-language-server/out/src/index.js")) as LanguageServer;
  const documents = (await load("vscode-languageserver-textdocument/lib/esm/main.js")) as TextDocuments;
  const schema = await readFile(await kubernetesSchema(), "utf8");
  const service = server.getLanguageService({
    schemaRequestService: () => Promise.resolve(schema),
    workspaceContext: { resolveRelativePath: (path) => path },
  });
  const uri =
    "https://raw.githubusercontent.com/yannh/kubernetes-json-schema/master/v1.34.1-standalone-strict/all.json";
  service.configure({ validate: true, isKubernetes: true, schemas: [{ uri, fileMatch: ["*.yaml"] }] });
  let version = 0;
  return (text) => {
    const document = documents.TextDocument.create("file:///big.yaml", "yaml", version++, text);
    return service.doValidation(document, true);
  };
}
