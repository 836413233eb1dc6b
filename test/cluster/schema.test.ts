// Our schemas beside a real API server: what it can't read we refuse too, and what it takes we never refuse.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { parseAllDocuments } from "yaml";
import { objectNodes } from "../../src/core/kube/objectNodes.ts";
import { definedKinds } from "../../src/core/kube/schema/definition.ts";
import type { FieldFault } from "../../src/core/kube/schema/fault.ts";
import type { StructSchema } from "../../src/core/kube/schema/schema.ts";
import type { VersionSchemas } from "../../src/core/kube/schema/schemas.ts";
import { walk } from "../../src/core/kube/schema/walk.ts";
import { check } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { plainNode } from "../../src/core/syntax/plainNode.ts";
import { randomFrom } from "../core/rules/mutate.ts";
import { schemas } from "../schemas.ts";
import { root } from "../sources.ts";
import { runCommand } from "../support/command.ts";
import { kubernetesVersion } from "../support/kubernetes/binaries.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { type DryRun, dryRun, type Place, type Verdict } from "../support/kubernetes/dryRun.ts";
import { randomObject, spots, withAccident } from "../support/kubernetes/randomObjects.ts";
import type { Plain } from "../support/kubernetes/samples.ts";
import { sharedCluster } from "./world.ts";

type PlainObject = { [key: string]: Plain };

/** Objects made at random for each kind; SLIPWAY_FUZZ sets another number. */
const PER_KIND = Number(process.env["SLIPWAY_FUZZ"] ?? 60);
const AT_ONCE = 16;

/** Our faults that keep a server from reading an object at all. */
const keepsFromReading = (fault: FieldFault) =>
  fault.is === "unknown-field" ||
  fault.is === "wrong-type" ||
  (fault.is === "bad-format" && !/^(?:bounds|length|pattern)$/.test(fault.format));
const isUnreadable = ({ status, message }: Verdict) =>
  status === 400 && /cannot be handled as|strict decoding error/.test(message);

interface Case {
  place: Place;
  schema: StructSchema;
  object: PlainObject;
}

function faultsOf({ object, schema }: Pick<Case, "object" | "schema">): FieldFault[] {
  const node = plainNode(object);
  assert.ok(node.kind === "map");
  return walk(node, schema);
}

/** Only what is an error. */
function errorsOf(one: Case): FieldFault[] {
  return faultsOf(one).filter((fault) => fault.is !== "duplicate-item" || fault.refused);
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

function report(what: string, wrong: string[], count: number): void {
  assert.equal(wrong.length, 0, `${what}: ${wrong.length} of ${count}:\n${wrong.slice(0, 20).join("\n")}`);
}

const shown = (object: PlainObject, faults: readonly FieldFault[], { status, message }: Verdict) =>
  `server: ${status} ${message.slice(0, 200)}\n  we: ${faults.map(({ is, path }) => `${is} ${path}`).join(", ")}\n  ${JSON.stringify(object).slice(0, 1500)}`;

describe("the schemas beside a real API server", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let server: DryRun;
  let version: VersionSchemas;
  let places: Map<string, Place>;

  before(async function () {
    cluster = await sharedCluster(this);
    server = dryRun(cluster);
    version = schemas.at(kubernetesVersion);
    const served = await cluster.kubectl("api-versions");
    const groups = new Set(served.split("\n"));
    places = new Map(
      version
        .creatable()
        .filter(({ apiVersion }) => groups.has(apiVersion))
        .map(({ kind, ...place }) => [`${place.apiVersion} ${kind}`, place]),
    );
  });
  after(() => server?.dispose());

  function caseOf(object: PlainObject): Case | undefined {
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
    const place = places.get(`${apiVersion} ${kind}`);
    const schema = version.kind(apiVersion, kind)?.schema;
    return place && schema && { place, schema, object };
  }

  it("can read what the server can read, and nothing else", async () => {
    const cases = [...places].flatMap(([key, place], index) => {
      const [apiVersion = "", kind = ""] = key.split(" ");
      const schema = version.kind(apiVersion, kind)?.schema;
      if (!schema) return [];
      const random = randomFrom(index + 1);
      return Array.from({ length: PER_KIND }, (_, run): Case => {
        const object = { apiVersion, kind, ...randomObject(schema, random) };
        return { place, schema, object: run % 4 === 0 ? object : withAccident(object, random) };
      });
    });
    const wrong: string[] = [];
    let refused = 0;
    await each(cases, async (one) => {
      const verdict = await server.ask(one.place, one.object);
      const faults = faultsOf(one).filter(keepsFromReading);
      if (isUnreadable(verdict)) refused++;
      if (isUnreadable(verdict) !== faults.length > 0) wrong.push(shown(one.object, faults, verdict));
    });
    assert.ok(refused > cases.length / 10, `the server refused ${refused}`);
    report("read in another way", wrong, cases.length);
  });

  it("never refuses what the server takes, in manifests as people write them and with one accident", async () => {
    const wrong: string[] = [];
    const missed: string[] = [];
    const cases: Case[] = [];
    for (const object of goldenObjects()) {
      const one = caseOf(object);
      assert.ok(one, JSON.stringify(object).slice(0, 100));
      const verdict = await server.ask(one.place, object);
      assert.ok(verdict.status === 201, shown(object, [], verdict));
      assert.deepEqual(faultsOf(one), [], JSON.stringify(object).slice(0, 100));
      const accidents = spots(object).length * 4;
      const random = randomFrom(cases.length + 1);
      for (let run = 0; run < accidents; run++) cases.push({ ...one, object: withAccident(object, random) });
    }
    await each(cases, async (one) => {
      const verdict = await server.ask(one.place, one.object);
      const errors = errorsOf(one);
      if (verdict.status < 300 && errors.length > 0) wrong.push(shown(one.object, errors, verdict));
      // A schema inside a schema (items, additionalProperties) is anything for us.
      const within = /JSONSchemaProps/.test(verdict.message);
      if (isUnreadable(verdict) && !within && errors.length === 0)
        wrong.push(shown(one.object, errors, verdict));
      if (verdict.status === 422 && errors.length === 0) missed.push(verdict.causes[0]?.message ?? "");
    });
    report("refused by one and not by the other", wrong, cases.length);
    if (process.env["SLIPWAY_FUZZ"] !== undefined) console.log(missed.toSorted().join("\n"));
    // What only the server's own code checks; a figure to watch, and no promise.
    assert.ok(
      missed.length < cases.length / 3,
      `${missed.length} of ${cases.length} are refused for other reasons`,
    );
  });

  it("finds in Kubernetes' own manifests only what the server refuses", async function () {
    const folder = await moduleFolder(`k8s.io/kubernetes@v${kubernetesVersion}`);
    if (folder === undefined) this.skip();
    const wrong: string[] = [];
    let accepted = 0;
    const cases = yamlFiles(folder).flatMap((path) =>
      objectsIn(path).flatMap((object) => {
        const one = caseOf(object);
        // Another program has yet to fill it in.
        return one && !JSON.stringify(object).includes("{{") ? [{ ...one, path }] : [];
      }),
    );
    await each(cases, async (one) => {
      const { namespace: _, ...metadata } = (one.object["metadata"] ?? {}) as PlainObject;
      const object = { ...one.object, metadata };
      const verdict = await server.ask(one.place, object);
      const errors = errorsOf({ ...one, object });
      if (verdict.status === 201) accepted++;
      if ((verdict.status === 201 && errors.length > 0) || (isUnreadable(verdict) && errors.length === 0))
        wrong.push(`${one.path}\n${shown(object, errors, verdict)}`);
    });
    assert.ok(accepted > 200, `${accepted} were accepted`);
    report("judged in another way", wrong, cases.length);
  });

  it("can read the objects with every field that Kubernetes tries its own reading with", async function () {
    const folder = await moduleFolder(`k8s.io/api@v${kubernetesVersion.replace(/^1/, "0")}`);
    if (folder === undefined) this.skip();
    const objects = join(folder, "testdata", "HEAD");
    const wrong: string[] = [];
    let read = 0;
    for (const name of readdirSync(objects).filter((one) => one.endsWith(".json"))) {
      const object = JSON.parse(readFileSync(join(objects, name), "utf8")) as PlainObject;
      const { apiVersion, kind } = object;
      const schema = version.kind(apiVersion as string, kind as string)?.schema;
      if (!schema) continue;
      read++;
      const faults = faultsOf({ object, schema }).filter(keepsFromReading);
      if (faults.length > 0)
        wrong.push(`${name}: ${faults.map(({ is, path }) => `${is} ${path}`).join(", ")}`);
    }
    assert.ok(read > 80, `${read} were read`);
    report("can't be read", wrong, read);
  });

  it("reads a resource definition as the server does", async () => {
    const text = readFileSync(join(root, "test", "golden", "kubernetes", "devices.yaml"), "utf8");
    const definition = parseAllDocuments(text)
      .map((document) => document.toJS() as PlainObject)
      .find((object) => object["kind"] === "CustomResourceDefinition");
    assert.ok(definition);
    await cluster.apply(definition);
    await cluster.kubectl("wait", "--for=condition=Established", "crd/runs.ml.example.com");
    const [defined] = objectNodes(plainNode(definition)).flatMap(definedKinds);
    assert.ok(defined);
    const { apiVersion, kind, schema } = defined;
    const place = { apiVersion, plural: "runs", namespaced: true };
    const good = {
      apiVersion,
      kind,
      metadata: { name: "a" },
      spec: {
        image: "a",
        epochs: 10,
        mode: "fast",
        name: "abc",
        rate: 0.5,
        resume: true,
        gpus: 1,
        extra: { any: [1] },
        labels: { a: "b" },
        started: "2026-01-31T08:00:00Z",
        steps: [{ name: "one", weights: [1] }, { name: "two" }],
      },
      status: {},
    };
    const random = randomFrom(7);
    const cases = [good, ...Array.from({ length: 1500 }, () => withAccident(good, random))];
    const wrong: string[] = [];
    await each(cases, async (object) => {
      const verdict = await server.ask(place, object);
      // The server lets a list pass where text of a format belongs.
      const errors = faultsOf({ object, schema }).filter(({ path }) => path !== "spec.started");
      const other = /metadata|[Nn]ame|spec\.started/.test(verdict.message) && errors.length === 0;
      if (!other && verdict.status < 300 === errors.length > 0) wrong.push(shown(object, errors, verdict));
    });
    report("judged in another way", wrong, cases.length);
  });
});

function goldenObjects(): PlainObject[] {
  const folder = join(root, "test", "golden", "kubernetes");
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const found = check({ path: name, text, settings: { levels: {} }, rules, schemas: () => schemas });
    assert.deepEqual(
      found.filter(({ severity }) => severity === "error"),
      [],
      name,
    );
    return objectsIn(join(folder, name));
  });
}

function objectsIn(path: string): PlainObject[] {
  const documents = parseAllDocuments(readFileSync(path, "utf8"), {
    version: "1.1",
    schema: "yaml-1.1",
    // Times are text for Kubernetes.
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !tag.tag.endsWith(":timestamp")),
    merge: true,
    logLevel: "silent",
  });
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    if (document.errors.length > 0) return [];
    const value: unknown = JSON.parse(JSON.stringify(document.toJS() ?? null));
    const isObject = typeof value === "object" && value !== null && "kind" in value;
    return isObject ? [value as PlainObject] : [];
  });
}

/** A Go module, when the cluster was built from it or it can be had. */
async function moduleFolder(module: string): Promise<string | undefined> {
  try {
    const { Dir } = JSON.parse(await runCommand("go", ["mod", "download", "-json", module])) as {
      Dir: string;
    };
    return existsSync(Dir) ? Dir : undefined;
  } catch {
    return undefined;
  }
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && /\.ya?ml$/.test(entry.name) ? [join(entry.parentPath, entry.name)] : [],
  );
}
