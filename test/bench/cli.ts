// 10,000 resources on the command line: CPU time of `slipway check` beside kubeconform with the schemas of a real
// Kubernetes, and beside kube-score, each a program of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../sources.ts";
import { cached } from "../support/cache.ts";
import { runCommand } from "../support/command.ts";
import { findGo, installGoProgram } from "../support/goBuild.ts";
import { kubernetesVersion } from "../support/kubernetes/binaries.ts";
import { type Bench, median } from "./bench.ts";

const KUBECONFORM_VERSION = "0.8.0";
const KUBE_SCORE_VERSION = "1.20.0";
const FILES = 5_000;
const RESOURCES = 2 * FILES;
const FOLDERS = 100;
const RUNS = 3;

export const bench: Bench = {
  name: "10,000 resources in 5,000 files on the command line",
  async run() {
    const [kubeconform, schemas, kubeScore] = [
      await findKubeconform(),
      await findSchemas(),
      await findKubeScore(),
    ];
    const folder = mkdtempSync(join(tmpdir(), "slipway-many-"));
    try {
      const files = writeTree(folder);
      await runCommand(process.execPath, [join(root, "esbuild.js")]);
      const slipway = (...more: string[]) =>
        measured(process.execPath, [join(root, "dist", "cli.js"), "check", ...more, folder]);
      const location = join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json");
      const theirs = (...more: string[]) =>
        measured(kubeconform, ["-schema-location", location, "-summary", ...more, folder]);
      // It reads nothing at all where one file has a value of a wrong type.
      const readable = files.filter((path) => !path.endsWith("/model-17.yaml"));
      const score = () => measured(kubeScore, ["score", "--output-format=ci", ...readable]);
      assertWorks(slipway("--jobs=1").output, theirs().output, score().output);
      const empty = (): Measured[] => [];
      const runs = {
        schema: empty(),
        rules: empty(),
        strict: empty(),
        all: empty(),
        kubeconform: empty(),
        kubeScore: empty(),
      };
      for (let run = 0; run < RUNS; run++) {
        runs.schema.push(slipway("--jobs=1", `--only=${SCHEMA_RULES}`));
        runs.kubeconform.push(theirs());
        runs.rules.push(slipway("--jobs=1"));
        runs.strict.push(slipway("--jobs=1", "--profile=strict"));
        runs.kubeScore.push(score());
        runs.all.push(slipway());
      }
      const middle = (some: Measured[], what: "cpuS" | "wallS") => median(some.map((one) => one[what]));
      const row = (name: string, own: Measured[], peer: "kubeconform" | "kubeScore", target?: number) => {
        const [value, peerValue] = [middle(own, "cpuS"), middle(runs[peer], "cpuS")];
        return {
          name: `${name} (${Math.round(RESOURCES / value)} per CPU-second)`,
          value,
          unit: "s CPU",
          peer: `${peerNames[peer]} (${Math.round(RESOURCES / peerValue)} per CPU-second)`,
          peerValue,
          ratio: value / peerValue,
          ...(target === undefined ? {} : { target }),
        };
      };
      return {
        rows: [
          row("schema alone, one thread", runs.schema, "kubeconform", 1),
          row("every rule, one thread", runs.strict, "kubeScore", 1),
          // Rules, exact places and fixes beside what it does: half as much again is what they may cost.
          row("schema and rules, one thread", runs.rules, "kubeconform", 1.5),
          row("schema and rules, a thread per core", runs.all, "kubeconform"),
          {
            name: "a thread per core, until it ends",
            value: middle(runs.all, "wallS"),
            unit: "s",
            peer: "kubeconform",
            peerValue: middle(runs.kubeconform, "wallS"),
            ratio: middle(runs.all, "wallS") / middle(runs.kubeconform, "wallS"),
          },
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What kubeconform looks at too. */
const SCHEMA_RULES = "KUB001,KUB002,KUB003,KUB004,KUB005";

const peerNames = { kubeconform: "kubeconform", kubeScore: "kube-score" };

interface Measured {
  cpuS: number;
  wallS: number;
  output: string;
}

function measured(program: string, args: readonly string[]): Measured {
  const [cpu, started] = [childrenCpuMs(), performance.now()];
  const { stdout } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return {
    cpuS: (childrenCpuMs() - cpu) / 1000,
    wallS: (performance.now() - started) / 1000,
    output: stdout,
  };
}

/** CPU time of the children of this process that have ended, from /proc. */
function childrenCpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticksMs = 10;
  return (Number(fields[13]) + Number(fields[14])) * ticksMs;
}

/** Both have read everything and found the replicas that are no number; GPUs by half are for us alone. */
function assertWorks(ours: string, theirs: string, score: string): void {
  if (!/3 findings \(3 errors\) in 5000 files/.test(ours)) throw new Error(`ours said: ${ours.slice(-300)}`);
  if (!theirs.includes(`${RESOURCES} resources found`) || !/Invalid: 1,/.test(theirs))
    throw new Error(`kubeconform said: ${theirs.slice(-300)}`);
  if (!score.includes(`model-${FILES - 1}`)) throw new Error(`kube-score said: ${score.slice(-300)}`);
}

/** @returns the paths of its files. */
function writeTree(folder: string): string[] {
  return Array.from({ length: FILES }, (_, index) => {
    const inside = join(folder, String(index % FOLDERS));
    mkdirSync(inside, { recursive: true });
    const other = index % 2 === 0 ? service(index) : configuration(index);
    const path = join(inside, `model-${index}.yaml`);
    writeFileSync(path, `${deployment(index)}---\n${other}`);
    return path;
  });
}

function deployment(index: number): string {
  const variables = Array.from(
    { length: 4 },
    (_, variable) => `            - name: SETTING_${variable}\n              value: "value ${variable}"\n`,
  ).join("");
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model-${index}
  namespace: ml
  labels: {app: model-${index}, team: research}
spec:
  replicas: ${index === 17 ? "one" : 1}
  strategy: {type: Recreate}
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
              nvidia.com/gpu: ${index === 18 ? '"0.5"' : 2}
          readinessProbe:
            httpGet: {path: /v1/models, port: http}
          startupProbe:
            httpGet: {path: /v1/models, port: http}
            failureThreshold: 120
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

function service(index: number): string {
  return `apiVersion: v1
kind: Service
metadata: {name: model-${index}, namespace: ml}
spec:
  selector: {app: model-${index}}
  ports:
    - {name: http, port: 80, targetPort: http}
`;
}

function configuration(index: number): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: model-${index}
  namespace: ml
data:
  model: "model-${index}"
  notes: |
    What this one is for
    and what it is not for.
`;
}

async function findKubeconform(): Promise<string> {
  const folder = await cached("kubeconform", KUBECONFORM_VERSION, async (empty) => {
    const found = await findGo();
    if ("reason" in found) throw new Error(found.reason);
    const program = `github.com/yannh/kubeconform/cmd/kubeconform@v${KUBECONFORM_VERSION}`;
    await installGoProgram({ go: found.go, folder: empty, program });
  });
  return join(folder, "kubeconform");
}

async function findKubeScore(): Promise<string> {
  const folder = await cached("kube-score", KUBE_SCORE_VERSION, async (empty) => {
    const found = await findGo();
    if ("reason" in found) throw new Error(found.reason);
    const program = `github.com/zegl/kube-score/cmd/kube-score@v${KUBE_SCORE_VERSION}`;
    await installGoProgram({ go: found.go, folder: empty, program });
  });
  return join(folder, "kube-score");
}

interface Definition {
  type?: string | string[];
  properties?: Record<string, object>;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** One schema for each kind, with what it refers to, of the shape that kubeconform's own collection has. */
async function findSchemas(): Promise<string> {
  return cached("kubeconform-schemas", `${kubernetesVersion}-1`, async (empty) => {
    const found = await findGo();
    if ("reason" in found) throw new Error(found.reason);
    const module = fileURLToPath(new URL("../support/kubernetes/binary/", import.meta.url));
    const downloaded = await runCommand(found.go, ["mod", "download", "-json", "k8s.io/kubernetes"], {
      cwd: module,
    });
    const { Dir } = JSON.parse(downloaded) as { Dir: string };
    const specification = await readFile(join(Dir, "api", "openapi-spec", "swagger.json"), "utf8");
    const { definitions } = JSON.parse(specification) as { definitions: Record<string, Definition> };
    // Text or number, as in that collection.
    definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = { type: ["string", "number"] };
    definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = { type: ["string", "integer"] };
    await mkdir(empty, { recursive: true });
    for (const [name, definition] of Object.entries(definitions)) {
      const [kind, ...others] = definition["x-kubernetes-group-version-kind"] ?? [];
      if (!kind || others.length > 0 || !definition.properties) continue;
      const group = kind.group === "" ? "" : `-${kind.group.split(".")[0]}`;
      const file = `${kind.kind.toLowerCase()}${group}-${kind.version}.json`;
      const schema = { definitions: reachable(name, definitions), $ref: `#/definitions/${name}` };
      await writeFile(join(empty, file), JSON.stringify(schema));
    }
  });
}

function reachable(name: string, definitions: Record<string, Definition>): Record<string, Definition> {
  const found: Record<string, Definition> = {};
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const definition = definitions[next];
    if (!definition || found[next]) continue;
    found[next] = definition;
    for (const match of JSON.stringify(definition).matchAll(/#\/definitions\/([^"]+)"/g))
      waiting.push(match[1] ?? "");
  }
  return found;
}
