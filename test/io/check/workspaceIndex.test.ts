// What is known of the files of a folder, while they come, change and go, with real files.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { fileFacts } from "../../../src/core/rules/fileFacts.ts";
import { type IndexLimits, WorkspaceIndex } from "../../../src/io/check/workspaceIndex.ts";

const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: b}\n`;

describe("WorkspaceIndex", () => {
  let folder = "";
  let stop = new AbortController();
  let changes = 0;
  let read: (string | undefined)[] = [];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-index-")));
    stop = new AbortController();
    [changes, read] = [0, []];
  });
  afterEach(() => {
    stop.abort();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string) => join(folder, name);
  function put(name: string, text: string): string {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
    return at(name);
  }
  async function index(skipped: string[] = [], limits?: IndexLimits): Promise<WorkspaceIndex> {
    const events = {
      changed: () => void changes++,
      reading: (path: string | undefined) => void read.push(path),
    };
    const made = new WorkspaceIndex(folder, events, stop.signal, skipped, limits);
    assert.equal(made.others, "pending");
    await made.settled();
    return made;
  }
  function names(of: WorkspaceIndex, ...asked: string[]): string[] {
    const { others } = of;
    assert.ok(others && others !== "pending");
    return asked.filter((name) => others.named("ConfigMap", name).length > 0);
  }

  it("knows all files but those that git ignores, and others' packages", async () => {
    put("a.yaml", config("a"));
    put("x/b.yml", config("b"));
    put("x/kustomization.yaml", "configMapGenerator: [{name: made}]\n");
    put("x/values.yaml", "name: nothing\n");
    put("node_modules/p/c.yaml", config("c"));
    put(".gitignore", "out/\n");
    put("out/d.yaml", config("d"));
    mkdirSync(at(".git"));
    const known = await index();
    assert.deepEqual(names(known, "a", "b", "c", "d", "made"), ["a", "b", "made"]);
    assert.equal(changes, 1);
    // What is ignored stays so when it changes.
    known.changed([put("out/e.yaml", config("e")), put("node_modules/q/f.yaml", config("f"))]);
    await known.settled();
    assert.deepEqual([names(known, "e", "f"), changes], [[], 1]);
    put(".gitignore", "x/\n");
    known.rescan();
    await known.settled();
    assert.deepEqual([names(known, "a", "b", "d", "made"), changes], [["a", "d"], 2]);
  });

  it("follows files and folders that come, change and go", async () => {
    put("a.yaml", config("a"));
    const known = await index();
    const told = async (...paths: string[]) => {
      known.changed(paths);
      await known.settled();
    };
    await told(put("b.yaml", config("b")), put("a.yaml", config("other")));
    assert.deepEqual([names(known, "a", "b", "other"), changes], [["b", "other"], 2]);
    await told(put("a.yaml", `${config("other")}# more\n`));
    assert.equal(changes, 2, "nothing that others see has changed");
    put("deep/er/c.yaml", config("c"));
    put("deep/d.yaml", config("d"));
    await told(at("deep"));
    assert.deepEqual(names(known, "c", "d"), ["c", "d"]);
    rmSync(at("deep"), { recursive: true });
    rmSync(at("b.yaml"));
    await told(at("deep"), at("b.yaml"));
    assert.deepEqual([names(known, "b", "c", "d", "other"), changes], [["other"], 4]);
  });

  it("believes an open document more than its file, until it is closed", async () => {
    put("a.yaml", config("saved"));
    const known = await index();
    const open = (name: string) => known.opened(at("a.yaml"), fileFacts(at("a.yaml"), config(name)));
    assert.deepEqual([open("typed"), names(known, "saved", "typed")], [true, ["typed"]]);
    assert.equal(open("typed"), false);
    known.changed([put("a.yaml", config("elsewhere"))]);
    known.rescan();
    await known.settled();
    assert.deepEqual(names(known, "elsewhere", "typed"), ["typed"]);
    known.closed(at("a.yaml"));
    await known.settled();
    assert.deepEqual(names(known, "elsewhere", "typed"), ["elsewhere"]);
    // Gone under the editor that shows it.
    open("typed");
    rmSync(at("a.yaml"));
    known.changed([at("a.yaml")]);
    await known.settled();
    assert.deepEqual([open("typed"), names(known, "elsewhere", "typed")], [false, []]);
  });

  it("looks at no more than it may, and then says nothing of others", async () => {
    for (const name of ["a", "b", "c"]) put(`${name}.yaml`, config(name));
    const limits = { files: 3, fileBytes: 1_000, objects: 10, definitions: 10 };
    const full = await index([], limits);
    assert.deepEqual([full.isTooLarge, full.others], [true, undefined]);
    rmSync(at("c.yaml"));
    put("b.yaml", config("b") + "#".repeat(1_000));
    const known = await index([at("a.yaml")], limits);
    assert.deepEqual([known.isTooLarge, names(known, "a", "b")], [false, []], "skipped, and too long");
    known.changed([put("b.yaml", Array.from({ length: 11 }, (_, one) => config(`m${one}`)).join("---\n"))]);
    known.changed([put("c.yaml", config("c"))]);
    await known.settled();
    assert.equal(known.others, undefined);
  });

  it("says which large file it reads, and ends when it is told to", async () => {
    const large = put("a.yaml", `${config("a")}# ${"x".repeat(20_000)}\n`);
    put("b.yaml", config("b"));
    const known = await index();
    assert.deepEqual(read, [large, undefined]);
    stop.abort();
    known.changed([put("c.yaml", config("c"))]);
    await known.settled();
    assert.equal(changes, 1);
  });
});
