// The walls hold, and each of them would be noticed if it were broken.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { generatedIndexes, generatedManifest, outOfStep } from "../src/manifest/gen.ts";
import * as check from "./breaches.ts";
import { root, type Source, sources } from "./sources.ts";

const files = sources("src", "webview");
const all = sources("src", "webview", "test", "scripts");

const none = (breaches: string[]) => assert.deepEqual(breaches, []);
const file = (path: string, text: string): Source => ({ path, text });
const one = (breaches: string[], message: RegExp) => {
  assert.equal(breaches.length, 1, breaches.join("\n"));
  assert.match(breaches[0] ?? "", message);
};

describe("architecture", () => {
  it("rooms import only what the table allows", () => none(check.forbiddenImports(files)));
  it("has no import cycle, types included", () => none(check.cycles(files)));
  it("has no file over 400 lines", () => none(check.tooLong(all)));
  it("keeps core pure", () => none(check.impurities(files)));
  it("keeps no state at module level", () => none(check.moduleState(files)));
  it("has no barrels", () => none(check.barrels(files)));
  it("says in each file's first line what it is", () =>
    none(check.unnamed(all.filter((one) => !one.path.endsWith(".d.ts")))));

  it("names the deprecated webview toolkit in one file of ours at most", () => {
    const naming = all.filter(
      (source) =>
        source.text.includes(["@vscode", "webview-ui-toolkit"].join("/")) && !source.path.startsWith("test/"),
    );
    assert.ok(naming.length <= 1, naming.map((source) => source.path).join(", "));
  });

  it("has package.json, the README's tables and the index files in step with the code (repair: npm run gen)", async () => {
    none(outOfStep(generatedIndexes()).map((path) => `${path} is out of step: npm run gen`));
    none(outOfStep(await generatedManifest()).map((path) => `${path} is out of step: npm run gen`));
  });

  it("asks for the packages by name and keeps the floor that client-node needs", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      engines: { vscode: string };
      dependencies: object;
      devDependencies: object;
    };
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    for (const name of [
      "@types/vscode",
      "dockerode",
      "@kubernetes/client-node",
      "@vscode/webview-ui-toolkit",
      "yaml",
      "@devcontainers/cli",
      "@vscode/test-electron",
      "mocha",
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.equal(manifest.engines.vscode, "^1.107.0");
  });
});

describe("architecture, broken on purpose", () => {
  it("notices a room that looks up", () =>
    one(
      check.forbiddenImports([file("src/core/kube/x.ts", 'import { a } from "../../app/app.ts";')]),
      /src\/core\/kube\/x\.ts imports src\/app\/app\.ts: core may not look into app/,
    ));
  it("notices vscode outside its room, also as a type", () =>
    one(
      check.forbiddenImports([file("src/ui/x.ts", 'import type { Uri } from "vscode";')]),
      /imports "vscode": ui may not use that package/,
    ));
  it("notices a dynamic import of a forbidden package", () =>
    one(
      check.forbiddenImports([file("src/app/x.ts", 'await import("node:fs");')]),
      /app may not use that package/,
    ));
  it("notices a room of core that looks at a later one", () =>
    one(
      check.forbiddenImports([file("src/core/syntax/x.ts", 'import { a } from "../rules/check.ts";')]),
      /inside core, syntax may not look into rules/,
    ));
  it("notices a room that is not in the table", () =>
    one(check.forbiddenImports([file("src/helpers/x.ts", "")]), /no room named "helpers"/));
  it("notices a cycle", () =>
    one(
      check.cycles([
        file("src/base/a.ts", 'import type { b } from "./b.ts";'),
        file("src/base/b.ts", 'import { a } from "./a.ts";'),
      ]),
      /import cycle: src\/base\/a\.ts -> src\/base\/b\.ts -> src\/base\/a\.ts/,
    ));
  it("notices a long file", () =>
    one(check.tooLong([file("src/base/a.ts", "x\n".repeat(401))]), /has 401 lines; split it/));
  it("notices a clock in core", () =>
    one(check.impurities([file("src/core/a.ts", "const t = Date.now();")]), /uses the clock: core is pure/));
  it("does not take prose or texts for code", () =>
    none(check.impurities([file("src/core/a.ts", '// Date.now\nconst t = "Math.random";')])));
  it("notices state at module level", () =>
    one(
      check.moduleState([file("src/app/a.ts", "const seen = new Map<string, number>();")]),
      /keeps state at module level: seen/,
    ));
  it("notices a barrel", () => one(check.barrels([file("src/app/index.ts", "export {}")]), /is a barrel/));
  it("notices a file that does not say what it is", () =>
    one(check.unnamed([file("src/app/a.ts", "export {}")]), /first line/));
  it("notices a generated file that is out of step", () =>
    assert.deepEqual(outOfStep([{ path: "package.json", text: "{}" }]), ["package.json"]));
});
