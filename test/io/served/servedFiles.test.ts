// Schemas of clusters on the disk: there without the cluster, gone when they are broken, never too many.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { readSchemas } from "../../../src/app/jobs/clusterCheck/readSchemas.ts";
import { never } from "../../../src/base/signal.ts";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { ServedFiles } from "../../../src/io/served/servedFiles.ts";
import { ServedKinds } from "../../../src/io/served/servedKinds.ts";
import { schemas } from "../../schemas.ts";

const document = (maximum: number) =>
  JSON.stringify({
    components: {
      schemas: {
        "test.v1.Widget": {
          type: "object",
          description: "A widget.",
          properties: {
            metadata: { allOf: [{ $ref: "#/components/schemas/ObjectMeta" }] },
            spec: {
              type: "object",
              properties: { size: { type: "integer", maximum }, description: { type: "string" } },
            },
          },
          "x-kubernetes-group-version-kind": [{ group: "slipway.test", version: "v1", kind: "Widget" }],
        },
        "other.v1.Thing": {
          type: "object",
          "x-kubernetes-group-version-kind": [{ group: "other.test", version: "v1", kind: "Thing" }],
        },
      },
    },
  });

const widget =
  "apiVersion: slipway.test/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big, colour: red, description: x}\n";

describe("schemas of clusters", () => {
  let folder = "";
  let files: ServedFiles;
  let asked: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-served-"));
    files = new ServedFiles(join(folder, "served"));
    asked = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A cluster that describes its kinds under this hash. */
  const cluster = (hash: string, text = document(3)) => ({
    openApi: async () => {
      asked.push("index");
      return new Map([["slipway.test/v1", `/openapi/v3/apis/slipway.test/v1?hash=${hash}`]]);
    },
    openApiText: async (path: string) => {
      asked.push(path);
      return text;
    },
  });

  const found = () =>
    check({
      path: "a.yaml",
      text: widget,
      rules,
      settings: { levels: {} },
      schemas: () => schemas,
      definitions: new ServedFiles(join(folder, "served")).kinds(),
    }).map(({ rule, message }) => `${rule} ${message}`);

  it("are asked for once for each hash, and only of kinds that are not Kubernetes' own", async () => {
    assert.deepEqual(
      await readSchemas(cluster("1"), files, ["v1", "apps/v1", "storage.k8s.io/v1"], never()),
      {
        changed: false,
        index: {},
      },
    );
    assert.deepEqual(asked, []);
    assert.equal((await readSchemas(cluster("1"), files, ["slipway.test/v1"], never())).changed, true);
    assert.equal((await readSchemas(cluster("1"), files, ["slipway.test/v1"], never())).changed, false);
    assert.deepEqual(asked, ["index", "/openapi/v3/apis/slipway.test/v1?hash=1", "index"]);
    assert.equal(
      (await readSchemas(cluster("2", document(9)), files, ["slipway.test/v1"], never())).changed,
      true,
    );
  });

  it("are held against manifests later, without the cluster", async () => {
    assert.deepEqual(found(), []);
    await readSchemas(cluster("1"), files, ["slipway.test/v1"], never());
    const [size, colour, ...others] = found();
    assert.match(`${size} ${colour}`, /KUB\d+ .*size/);
    assert.match(`${size} ${colour}`, /KUB\d+ .*colour/);
    assert.deepEqual(others, []);
  });

  it("do not count any more where the cluster has them no more", async () => {
    await readSchemas(cluster("1"), files, ["slipway.test/v1"], never());
    const without = { ...cluster("1"), openApi: async () => new Map<string, string>() };
    assert.equal((await readSchemas(without, files, ["slipway.test/v1"], never())).changed, true);
    assert.deepEqual(found(), []);
  });

  it("are thrown away when they are broken, and asked for again", async () => {
    await readSchemas(cluster("1"), files, ["slipway.test/v1"], never());
    const [name = ""] = readdirSync(join(folder, "served")).filter((one) => one !== "served.json");
    truncateSync(join(folder, "served", name), 20);
    assert.deepEqual(found(), []);
    assert.deepEqual(readdirSync(join(folder, "served")), ["served.json"]);
    await readSchemas(cluster("1"), files, ["slipway.test/v1"], never());
    assert.equal(found().length, 2);
    for (const text of ["{", "[]", '{"a":{}}', '{"a":"../../etc"}', ""]) {
      writeFileSync(join(folder, "served", "served.json"), text);
      assert.deepEqual(found(), []);
    }
  });

  it("of a server that sends none are not kept", async () => {
    for (const text of ["", "<html>", "{}", "null"]) {
      const { index } = await readSchemas(cluster("1", text), files, ["slipway.test/v1"], never());
      if (text === "" || text === "<html>") assert.deepEqual(index, {});
      assert.deepEqual(found(), []);
    }
  });

  it("are never so many that they fill a disk", () => {
    for (let index = 0; index < 230; index++)
      files.keep(files.keyOf(String(index)), { apiVersion: "a.test/v1", kinds: {} });
    assert.equal(readdirSync(join(folder, "served")).length, 200);
  });

  it("are read again only when others count", async () => {
    const kinds = new ServedKinds(files);
    assert.equal(kinds.kinds(), kinds.kinds());
    await readSchemas(cluster("1"), files, ["slipway.test/v1"], never());
    const now = kinds.kinds();
    assert.equal(now.length, 1);
    assert.equal(kinds.kinds(), now);
  });
});
