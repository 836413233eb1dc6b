// What of a folder reaches a build: .dockerignore files of every kind, and folders that hold odd things.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { isAbort, never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { leftOutBy, parseDockerignore } from "../../src/core/image/dockerignore.ts";
import { randomFrom } from "../core/rules/mutate.ts";
import { root } from "../sources.ts";
import { findProgram, runCommand } from "../support/command.ts";
import { boxImage } from "../support/images.ts";
import type { OtherResult } from "./buildAsOther.ts";
import { ignoreCases } from "./contextCases.ts";
import { folderWith, sharedDocker, watch, type World, worldOn } from "./world.ts";

const copiesAll = `FROM ${boxImage}\nCOPY . /context\nRUN cd /context && find . -type f -print\n`;

describe("the files that reach a build", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    world = worldOn(await sharedDocker(this));
  });
  after(() => world?.dispose());

  /** What a person is told of a build that fails, and what is marked in the Dockerfile. */
  async function failure(folder: string, dockerfile = join(folder, "Dockerfile"), context = folder) {
    let text = "";
    const options = { dockerfile, context, tag: "test/context:1" };
    await assert.rejects(world.builds.build(options, watch(), never()), (error: unknown) => {
      assert.ok(Trouble.is(error), String(error));
      ({ text } = error);
      return true;
    });
    const marked = world.problems
      .get(dockerfile)
      .map(({ range, message }) => [range.start.line + 1, range.start.column + 1, message] as const);
    return { text, marked };
  }

  /** Files that arrived, of a build that copies the whole context. */
  async function arrived(folder: string, dockerfile = join(folder, "Dockerfile")): Promise<string[]> {
    const watched = watch();
    const options = { dockerfile, context: folder, tag: "test/context:1", withoutCache: true };
    await world.builds.build(options, watched, never());
    return watched.lines.flatMap((line) => /^#\d+ (?:[\d.]+ )?\.\/(.+)$/.exec(line)?.[1] ?? []).sort();
  }

  for (const { name, ignore, files, arrive } of ignoreCases) {
    it(`are those that .dockerignore does not leave out: ${name}`, async () => {
      const empty = Object.fromEntries(files.map((file) => [file, ""]));
      const folder = folderWith({ ...empty, Dockerfile: copiesAll, ".dockerignore": ignore });
      const found = (await arrived(folder)).filter((file) => files.includes(file));
      assert.deepEqual(found, [...arrive].sort());
    });
  }

  it("are those that our own reading of .dockerignore says, whatever is in it", async () => {
    const pick = randomFrom(4747);
    const names = ["a", "b", "ab", "a.b", "x-1"];
    const pieces = ["a", "b", "ab", "*", "**", "?", ".b", "[ab]", "x-[0-9]", "**/a", "a/**", "\\.b"];
    const path = (parts: readonly string[], most: number) =>
      Array.from({ length: 1 + pick(most) }, () => parts[pick(parts.length)] ?? "").join("/");
    for (let round = 0; round < 8; round += 1) {
      const files = new Set(Array.from({ length: 60 }, () => `${path(names, 3)}/f${pick(2)}`));
      const lines = Array.from(
        { length: 1 + pick(6) },
        () => `${pick(3) === 0 ? "!" : ""}${path(pieces, 3)}`,
      );
      const ignore = `${lines.join("\n")}\n`;
      const empty = Object.fromEntries(Array.from(files, (file) => [file, ""]));
      const folder = folderWith({ ...empty, Dockerfile: copiesAll, ".dockerignore": ignore });
      const read = parseDockerignore(ignore);
      const expected = Array.from(files).filter((file) => leftOutBy(read, file) === undefined);
      const found = (await arrived(folder)).filter((file) => files.has(file));
      assert.deepEqual(found, expected.sort(), ignore);
    }
  });

  it("leave out what the Dockerfile's own ignore file says, and not what that of the context does", async () => {
    const folder = folderWith({
      "docker/train.Dockerfile": copiesAll,
      "docker/train.Dockerfile.dockerignore": "big\ndocker\n",
      ".dockerignore": "small\n",
      big: "",
      small: "",
    });
    assert.deepEqual(await arrived(folder, join(folder, "docker/train.Dockerfile")), [
      ".dockerignore",
      "small",
    ]);
    writeFileSync(join(folder, "docker/train.Dockerfile"), `FROM ${boxImage}\nCOPY big /\n`);
    const { text } = await failure(folder, join(folder, "docker/train.Dockerfile"));
    assert.match(
      text,
      /at line 2 of train\.Dockerfile: big is left out of the build context by line 1 of train\.Dockerfile\.dockerignore \(big\)\./,
    );
  });

  it("are none, of an empty folder and a Dockerfile elsewhere", async () => {
    const elsewhere = folderWith({ Dockerfile: copiesAll });
    assert.deepEqual(await arrived(folderWith({}), join(elsewhere, "Dockerfile")), []);
  });

  for (const [what, files, dockerfile, line, message] of [
    [
      "a file",
      { ".dockerignore": "# weights\n*.bin\n", "model.bin": "" },
      "COPY model.bin /m",
      [2, 6],
      "model.bin is left out of the build context by line 2 of .dockerignore (*.bin). Remove that line, or add !model.bin below it.",
    ],
    [
      "a folder, beside a file that arrives",
      { ".dockerignore": "data/\n", "data/x": "", a: "" },
      "COPY a data /m/",
      [2, 8],
      "data is left out of the build context by line 1 of .dockerignore (data/). Remove that line, or add !data below it.",
    ],
    [
      "a file with a space in its name",
      { ".dockerignore": "my*\n", "my model.bin": "" },
      'ADD ["my model.bin", "/m/"]',
      [2, 1],
      "my model.bin is left out of the build context by line 1 of .dockerignore (my*). Remove that line, or add !my model.bin below it.",
    ],
    [
      "a file that a RUN mounts",
      { ".dockerignore": "*.txt\n", "requirements.txt": "" },
      "RUN --mount=type=bind,source=requirements.txt,target=/r.txt cat /r.txt",
      [2, 1],
      "requirements.txt is left out of the build context by line 1 of .dockerignore (*.txt). Remove that line, or add !requirements.txt below it.",
    ],
    [
      "a file that is nowhere",
      { ".dockerignore": "*.bin\n" },
      "COPY model.bin /m",
      [2, 6],
      "model.bin is not in the build context. Check its path, which starts at the folder of the context.",
    ],
    [
      "a file outside",
      {},
      "COPY ../weights/model.bin /m",
      [2, 6],
      "../weights/model.bin is outside of the build context, which COPY can't leave. Build with a folder above as the context, or move the file into it.",
    ],
  ] as const) {
    it(`that are missed are named with the reason: ${what}`, async () => {
      const folder = folderWith({ ...files, Dockerfile: `FROM ${boxImage}\n${dockerfile}\n` });
      const { text, marked } = await failure(folder);
      assert.equal(text, `The build of test/context:1 failed at line 2 of Dockerfile: ${message}`);
      // Once: the builder's own remark on the same line says no more.
      assert.deepEqual(marked, [[...line, message]]);
    });
  }

  it("are not those behind links out of the folder, which are named", async () => {
    const elsewhere = folderWith({ "set/x": "1" });
    const folder = folderWith({ Dockerfile: `FROM ${boxImage}\nCOPY data /m\n` });
    symlinkSync(join(elsewhere, "set"), join(folder, "data"));
    const { marked } = await failure(folder);
    assert.deepEqual(marked, [
      [
        2,
        6,
        `data is a link to ${join(elsewhere, "set")}, outside of the build context, and the builder does not follow it. Copy what it points to into the context, or mount it when the container runs.`,
      ],
    ]);
  });

  it("hold links as links, round in a circle too; one that is taken alone is named", async () => {
    const folder = folderWith({ Dockerfile: copiesAll.replace("-type f", "-type l"), a: "" });
    symlinkSync("second", join(folder, "first"));
    symlinkSync("first", join(folder, "second"));
    symlinkSync("nowhere", join(folder, "dangling"));
    symlinkSync("/etc", join(folder, "away"));
    symlinkSync("..", join(folder, "up"));
    assert.deepEqual(await arrived(folder), ["away", "dangling", "first", "second", "up"]);
    writeFileSync(join(folder, "Dockerfile"), `FROM ${boxImage}\nCOPY first /\n`);
    const { marked } = await failure(folder);
    assert.deepEqual(marked, [
      [
        2,
        1,
        "A symbolic link that this COPY takes leads round in a circle. Point it at a real file, then build again.",
      ],
    ]);
  });

  it("come through beside pipes and sockets, and whatever their names are", async () => {
    const long = `${"d".repeat(120)}/${"e".repeat(200)}`;
    const odd = "模型 ☃ 'it\"s'.bin";
    const folder = folderWith({ Dockerfile: copiesAll, [long]: "", [odd]: "", "-rf": "" });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
    const found = await arrived(folder);
    server.close();
    for (const name of [long, odd, "-rf"]) assert.ok(found.includes(name), JSON.stringify(found));
  });

  it("have names in UTF-8; another is named, unless it is left out", async () => {
    const folder = folderWith({ Dockerfile: copiesAll, "a/b": "" });
    writeFileSync(Buffer.concat([Buffer.from(join(folder, "a", "caf")), Buffer.of(0xe9)]), "");
    const { text } = await failure(folder);
    assert.match(
      text,
      /: A file name in the build context is not UTF-8, and the builder can't send it: a\/caf\uFFFD\. Rename the file/,
    );
    writeFileSync(join(folder, ".dockerignore"), "a/caf*\n");
    assert.deepEqual(await arrived(folder), [".dockerignore", "Dockerfile", "a/b"]);
  });

  it("are none where a pattern is wrong or the folder is gone, and the sentence says which", async () => {
    const folder = folderWith({ Dockerfile: copiesAll, ".dockerignore": "good\n\ndata/[a-\n" });
    assert.match(
      (await failure(folder)).text,
      /: Line 3 of \.dockerignore is no valid pattern: data\/\[a-\. Correct it/,
    );
    const gone = join(folder, "none");
    const { text } = await failure(folder, join(folder, "Dockerfile"), gone);
    assert.ok(
      text.endsWith(`: There is no folder ${gone} to build from. Choose another build context.`),
      text,
    );
  });

  it("may grow, shrink, come and go while they are sent", async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`many/${index}`, "x"]));
    const folder = folderWith({ ...many, "stays/one": "", Dockerfile: copiesAll });
    const [grows, shrinks] = [join(folder, "grows"), join(folder, "shrinks")];
    writeFileSync(grows, "");
    writeFileSync(shrinks, Buffer.alloc(40 * 1024 * 1024));
    let round = 0;
    const change = setInterval(() => {
      // A file that grows faster than it is sent would never end.
      if ((round += 1) > 400) return;
      appendFileSync(grows, Buffer.alloc(16 * 1024, 1));
      truncateSync(shrinks, Math.max(0, 40 - round) * 1024 * 1024);
      rmSync(join(folder, "many", String(round)), { force: true });
      writeFileSync(join(folder, "many", `new-${round}`), "y");
    }, 2);
    const found = await arrived(folder).finally(() => clearInterval(change));
    // Where a file goes just as BuildKit's client looks at it, that leaves out the rest of its folder, and says nothing
    // (fsutil, filter.go: a file that is not there any more gives SkipDir).
    for (const name of ["Dockerfile", "grows", "shrinks", "stays/one"])
      assert.ok(found.includes(name), `${name} is not among ${found.length}`);
  });

  it("can be larger than 8 GiB: left out they cost nothing, and a cancelled one ends at once", async () => {
    const folder = folderWith({ Dockerfile: copiesAll, ".dockerignore": "*.bin\n" });
    const weights = join(folder, "weights.bin");
    writeFileSync(weights, "");
    truncateSync(weights, 9 * 1024 ** 3);
    const started = Date.now();
    assert.deepEqual(await arrived(folder), [".dockerignore", "Dockerfile"]);
    assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
    rmSync(join(folder, ".dockerignore"));
    const cancel = new AbortController();
    const watched = watch();
    const options = { dockerfile: join(folder, "Dockerfile"), context: folder, tag: "test/context:1" };
    const build = world.builds.build(options, watched, cancel.signal);
    await watched.line(/load build context/);
    setTimeout(() => cancel.abort(), 300);
    const cancelled = Date.now();
    await assert.rejects(build, (error: unknown) => isAbort(error));
    assert.ok(Date.now() - cancelled < 5000, `${Date.now() - cancelled} ms`);
  });

  /** Builds as somebody who is not let into everything. */
  async function other(folder: string): Promise<OtherResult> {
    const rights = "-dac_override,-dac_read_search";
    const script = join(root, "test", "docker", "buildAsOther.ts");
    const words = [`--bounding-set=${rights}`, `--inh-caps=${rights}`, process.execPath, script, folder];
    const printed = await runCommand("setpriv", words, { env: world.docker.env });
    return JSON.parse(printed) as OtherResult;
  }

  it("that a person may not read are named, because the builder sends them empty and says nothing", async function () {
    if (!findProgram("setpriv")) this.skip();
    const files = { "data/a.csv": "1", "data/b.csv": "2", "secret/key": "3", ".dockerignore": "secret\n" };
    const folder = folderWith({
      ...files,
      Dockerfile: `FROM ${boxImage}\nCOPY data /data\nRUN wc -c /data/*\n`,
    });
    chmodSync(join(folder, "data/a.csv"), 0);
    chmodSync(join(folder, "secret/key"), 0);
    const one = await other(folder);
    const warning =
      "You may not read data/a.csv in the build context, so the build got it as an empty file. Correct its permissions, or leave it out by .dockerignore.";
    assert.deepEqual(one.warnings, [warning]);
    assert.ok(one.log.includes(`WARN: ${warning}`));
    // What the warning is about: without it nobody would know.
    assert.ok(
      one.log.some((line) => /^#\d+ +0 \/data\/a\.csv$/.test(line)),
      one.log.join("\n"),
    );
    chmodSync(join(folder, "data/b.csv"), 0);
    assert.match(
      (await other(folder)).warnings?.[0] ?? "",
      /^You may not read 2 files .*, data\/a\.csv among them/,
    );
    writeFileSync(join(folder, "Dockerfile"), `FROM ${boxImage}\nCOPY .dockerignore /x\n`);
    assert.deepEqual((await other(folder)).warnings, []);
  });

  it("that a person may not enter or read at all stop the build with their name", async function () {
    if (!findProgram("setpriv")) this.skip();
    const folder = folderWith({ Dockerfile: copiesAll, ".dockerignore": "b\n", a: "" });
    mkdirSync(join(folder, "private"));
    chmodSync(join(folder, "private"), 0);
    assert.equal(
      (await other(folder)).trouble,
      `The build of test/other:1 failed: You may not read ${join(folder, "private")}, which is in the build context. Correct its permissions, or leave it out by .dockerignore.`,
    );
    chmodSync(join(folder, ".dockerignore"), 0);
    assert.equal(
      (await other(folder)).trouble,
      `You may not read ${join(folder, ".dockerignore")}, and without it nothing is left out of the build. Correct its permissions, then build again.`,
    );
  });
});
