// Files and folders that were chosen to be applied: what is read, and where it can't be told what is meant.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { ManifestFiles } from "../../../src/io/kube/manifestFiles.ts";
import { Processes } from "../../../src/io/process/processes.ts";

describe("manifests in files and folders", () => {
  let folder: string;
  let bin: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-manifests-"));
    bin = join(folder, "bin");
    mkdirSync(bin);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(name: string, text = "a: 1\n"): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** What is read, by name; `!` marks what was chosen itself. */
  async function read(...paths: string[]): Promise<string[]> {
    const files = new ManifestFiles(new Processes(silentLog, () => ({ PATH: bin })));
    const texts = await files.read(
      paths.map((path) => join(folder, path)),
      never(),
    );
    return texts.map(({ name, text, isChosen }) => `${isChosen ? "!" : ""}${name} = ${text.trim()}`);
  }

  it("are those of a folder and of those below it, and of files as they are", async () => {
    put("deploy/b.yml", "b");
    put("deploy/a.yaml", "a");
    put("deploy/sub/c.json", "c");
    put("deploy/readme.md");
    put("deploy/.git/config.yaml");
    put("deploy/.gitignore", "secret.yaml");
    put("deploy/secret.yaml", "s");
    put("one.txt", "one");
    assert.deepEqual(await read("deploy"), ["a.yaml = a", "b.yml = b", "secret.yaml = s", "sub/c.json = c"]);
    assert.deepEqual(await read("one.txt", "deploy/sub"), ["deploy/sub/c.json = c", "!one.txt = one"]);
  });

  it("are what a kustomization makes of its folder, built by what is installed", async () => {
    put("app/kustomization.yaml", "resources: [a.yaml]\n");
    put("app/a.yaml", "a");
    await assert.rejects(read("app"), /Neither kustomize nor kubectl is installed/);
    writeFileSync(join(bin, "kustomize"), `#!/bin/sh\necho "built $1 of \${3##*/}"\n`, { mode: 0o755 });
    assert.deepEqual(await read("app"), ["!the kustomization app = built build of app"]);
    assert.deepEqual(await read("app/kustomization.yaml"), ["!the kustomization app = built build of app"]);
    writeFileSync(join(bin, "kustomize"), "#!/bin/sh\necho 'Error: no such thing' >&2; exit 1\n", {
      mode: 0o755,
    });
    await assert.rejects(read("app"), /the kustomization app can't be built: no such thing\./);
  });

  it("are not fetched for a kustomization", async () => {
    writeFileSync(join(bin, "kustomize"), "#!/bin/sh\necho called\n", { mode: 0o755 });
    put("app/kustomization.yaml", "resources: [https://example.org/a.yaml]\n");
    await assert.rejects(
      read("app"),
      /example\.org\/a\.yaml is not on this machine, and nothing is fetched\. Build it yourself/,
    );
  });

  it("are not guessed at: a chart, or one kustomization of several", async () => {
    put("all/base/kustomization.yaml");
    put("all/overlays/dev/kustomization.yaml");
    await assert.rejects(
      read("all"),
      /all has base, which is a kustomization among others: choose the folder of the one that is meant\./,
    );
    put("chart/Chart.yaml");
    put("chart/templates/a.yaml");
    await assert.rejects(
      read("chart"),
      /chart is a chart, whose templates are no manifests: render it with helm/,
    );
  });

  it("have to be there, and to be texts", async () => {
    await assert.rejects(read("nothing.yaml"), /nothing\.yaml is not there/);
    put("bin.yaml", "a\0b");
    await assert.rejects(read("bin.yaml"), /bin\.yaml is no text/);
  });
});
