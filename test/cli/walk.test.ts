// What `slipway check` finds in a folder beside what git leaves alone in it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { half, ownFolder } from "./folder.ts";

describe("slipway check in a repository", () => {
  const folder = ownFolder();

  it("leaves alone what git ignores, by every .gitignore and info/exclude", async () => {
    folder.git("init", "-q");
    folder.put(".gitignore", "build/\n*.gen.yaml\n!keep.gen.yaml\r\n/top.yaml\n# a comment\n");
    folder.put("x/.gitignore", "*.local.yaml\n!*.gen.yaml\n");
    folder.put(".git/info/exclude", "mine.yaml\n");
    const names = [
      "a.yaml",
      "build/b.yaml",
      "x/build/b.yaml",
      "c.gen.yaml",
      "keep.gen.yaml",
      "x/c.gen.yaml",
      "x/d.local.yaml",
      "d.local.yaml",
      "top.yaml",
      "x/top.yaml",
      "mine.yaml",
      "x/y/mine.yaml",
    ];
    for (const name of names) folder.put(name, half);
    // git's own word is what is expected.
    const listed = execFileSync("git", ["ls-files", "--others", "--exclude-standard", "*.yaml"], {
      cwd: folder.path,
      encoding: "utf8",
    });
    assert.deepEqual(await folder.files(folder.path), listed.trim().split("\n").toSorted());
    assert.ok(!listed.includes("build"));
    assert.deepEqual(await folder.files("--no-gitignore", folder.path), names.toSorted());
  });

  it("heeds the .gitignore files above the folder that was named", async () => {
    folder.git("init", "-q");
    folder.put(".gitignore", "*.gen.yaml\n");
    folder.put("x/.gitignore", "y/old/\n");
    for (const name of ["x/y/a.gen.yaml", "x/y/old/b.yaml", "x/y/c.yaml"]) folder.put(name, half);
    assert.deepEqual(await folder.files(join(folder.path, "x/y")), ["x/y/c.yaml"]);
  });

  it("checks what is named, ignored or not", async () => {
    folder.git("init", "-q");
    folder.put(".gitignore", "*.gen.yaml\nbuild/\n");
    const named = folder.put("a.gen.yaml", half);
    folder.put("build/b.yaml", half);
    assert.deepEqual(await folder.files(named, join(folder.path, "build")), ["a.gen.yaml", "build/b.yaml"]);
  });

  it("finds the exclude file of a worktree where git keeps it", async () => {
    mkdirSync(join(folder.path, "main"));
    folder.git("init", "-q", "main");
    folder.git("-C", "main", "commit", "-q", "--allow-empty", "-m", "x");
    folder.git("-C", "main", "worktree", "add", "-q", "../other");
    folder.put("main/.git/info/exclude", "mine.yaml\n");
    for (const name of ["other/mine.yaml", "other/a.yaml"]) folder.put(name, half);
    assert.deepEqual(await folder.files(join(folder.path, "other")), ["other/a.yaml"]);
  });

  it("checks a file once, however often it is named", async () => {
    const path = folder.put("a.yaml", half);
    assert.deepEqual(await folder.findings(path, folder.path, path), ["a.yaml GPU003 error"]);
  });
});
