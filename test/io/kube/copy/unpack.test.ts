// Archives that want to write elsewhere, over things or through links; and any archive at all, broken at any place.
import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { extract, type Header, pack } from "tar-stream";
import { Trouble } from "../../../../src/base/trouble.ts";
import { noSums } from "../../../../src/io/kube/copy/transfer.ts";
import { unpack } from "../../../../src/io/kube/copy/unpack.ts";

type Entry = Partial<Header> & { name: string; text?: string };

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text = "", ...header } of entries) {
    if (header.type === undefined || header.type === "file") archive.entry(header, text);
    else archive.entry(header);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

describe("an archive from a container", () => {
  let outside: string;
  let at: string;
  const sums = { current: noSums() };

  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), "slipway-unpack-"));
    mkdirSync(join(outside, "beside"));
    writeFileSync(join(outside, "secret"), "mine");
    at = join(outside, "beside", "content");
    sums.current = noSums();
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  /** What stands there, a line each, links with where they lead. */
  function here(folder = at): string[] {
    const lines: string[] = [];
    const walk = (path: string) => {
      const status = lstatSync(path, { throwIfNoEntry: false });
      const name = relative(folder, path) || ".";
      if (!status) return;
      if (status.isSymbolicLink()) lines.push(`${name} -> ${readlinkSync(path)}`);
      else if (status.isDirectory()) {
        lines.push(`${name}/`);
        for (const child of readdirSync(path).sort()) walk(join(path, child));
      } else lines.push(`${name} = ${readFileSync(path, "utf8")}`);
    };
    walk(folder);
    return lines;
  }

  async function read(bytes: Buffer, isWindows = false, piece = bytes.length): Promise<unknown> {
    const archive = extract();
    const done = unpack(archive, { root: "model", at, sums: sums.current, onCopied() {} }, isWindows);
    done.catch(() => {});
    for (let from = 0; from < bytes.length; from += piece) archive.write(bytes.subarray(from, from + piece));
    archive.end(null);
    return (await done).root;
  }

  const unpacked = async (entries: readonly Entry[], isWindows = false) =>
    read(await archiveOf(entries), isWindows);

  it("becomes files, folders, links inside and second names", async () => {
    const root = await unpacked([
      { name: "./model", type: "directory" },
      { name: "./model/a.txt", text: "A", mtime: new Date(1_000_000_000_000) },
      { name: "./model/run.sh", mode: 0o4755, text: "#!/bin/sh" },
      { name: "./model/deep/er/b.txt", text: "B" },
      { name: "./model/deep/link", type: "symlink", linkname: "../a.txt" },
      { name: "./model/again.txt", type: "link", linkname: "./model/a.txt" },
    ]);
    assert.equal(root, "folder");
    assert.deepEqual(here(), [
      "./",
      "a.txt = A",
      "again.txt = A",
      "deep/",
      "deep/er/",
      "deep/er/b.txt = B",
      "deep/link -> ../a.txt",
      "run.sh = #!/bin/sh",
    ]);
    assert.equal(lstatSync(join(at, "a.txt")).mtimeMs, 1_000_000_000_000);
    // No more than may be run: whose it becomes, and what others may do, is not the container's to say.
    assert.equal(lstatSync(join(at, "run.sh")).mode & 0o7111, 0o111 & ~process.umask());
    assert.deepEqual(sums.current, { files: 3, bytes: 11, leftOut: [], leftOutCount: 0 });
  });

  for (const name of ["/etc/x", "../x", "model/../../x", "model/../x", "other", "./model/a/../../../x"])
    it(`is refused as a whole when it names ${name}`, async () => {
      const entries = [
        { name: "model/ok", text: "1" },
        { name, text: "bad" },
      ];
      await assert.rejects(unpacked(entries), (error) => Trouble.is(error, "refused-by-policy"));
      assert.deepEqual(readdirSync(outside).sort(), ["beside", "secret"]);
      assert.deepEqual(readdirSync(join(outside, "beside")), ["content"]);
    });

  it("is refused as a whole when a second name is one outside", async () => {
    const entries: Entry[] = [{ name: "model/x", type: "link", linkname: "../secret" }];
    await assert.rejects(unpacked(entries), (error) => Trouble.is(error, "refused-by-policy"));
  });

  it("has its links that lead out left out, and nothing is written through a link", async () => {
    await unpacked([
      { name: "model", type: "directory" },
      { name: "model/out", type: "symlink", linkname: "../../secret" },
      { name: "model/abs", type: "symlink", linkname: "/etc" },
      { name: "model/abs/passwd", text: "root" },
      { name: "model/in", type: "symlink", linkname: "." },
      { name: "model/in/up", type: "symlink", linkname: ".." },
      { name: "model/in/up/up", type: "symlink", linkname: "../.." },
      { name: "model/secret", type: "symlink", linkname: "in/../../secret" },
      { name: "model/in/file", text: "in" },
    ]);
    assert.deepEqual(here(), [
      "./",
      "abs/",
      "abs/passwd = root",
      "in/",
      "in/file = in",
      "in/up/",
      "in/up/up -> ../..",
    ]);
    assert.equal(readFileSync(join(outside, "secret"), "utf8"), "mine");
    assert.deepEqual(sums.current.leftOut.sort(), [
      "model/abs",
      "model/in",
      "model/in/up",
      "model/out",
      "model/secret",
    ]);
  });

  it("writes nothing twice: what comes first stays, as where names differ in case only and the disk does not tell them apart", async () => {
    await unpacked([
      { name: "model/a", text: "first" },
      { name: "model/a", text: "second" },
      { name: "model/a", type: "directory" },
      { name: "model/a/b", text: "below" },
      { name: "model/a", type: "symlink", linkname: "c" },
    ]);
    assert.deepEqual(here(), ["./", "a = first"]);
    assert.equal(sums.current.leftOutCount, 4);
  });

  it("makes no devices and no pipes", async () => {
    await unpacked([
      { name: "model/ok", text: "1" },
      { name: "model/zero", type: "character-device", devmajor: 1, devminor: 5 },
      { name: "model/disk", type: "block-device", devmajor: 8, devminor: 0 },
      { name: "model/pipe", type: "fifo" },
    ]);
    assert.deepEqual(here(), ["./", "ok = 1"]);
    assert.deepEqual(sums.current.leftOut, ["model/zero", "model/disk", "model/pipe"]);
  });

  it("leaves out what means something else on Windows", async () => {
    await unpacked(
      [
        { name: "model/a\\..\\..\\..\\x", text: "bad" },
        { name: "model/c:x", text: "bad" },
        { name: "model/nul", text: "bad" },
        { name: "model/l", type: "symlink", linkname: "..\\..\\x" },
        { name: "model/ok", text: "1" },
      ],
      true,
    );
    assert.deepEqual(here(), ["./", "ok = 1"]);
    assert.equal(sums.current.leftOutCount, 4);
  });

  it("says that what was asked for is a link, and makes none", async () => {
    assert.deepEqual(await unpacked([{ name: "./model", type: "symlink", linkname: "../other" }]), {
      link: "../other",
    });
    assert.deepEqual(here(), []);
  });

  it("says of a file what it is, and takes nothing below it", async () => {
    assert.equal(
      await unpacked([
        { name: "./model", text: "one" },
        { name: "./model/x", text: "bad" },
      ]),
      "file",
    );
    assert.deepEqual(here(), [". = one"]);
  });

  it("says when it is empty, and fails when it ends in the middle", async () => {
    assert.equal(await unpacked([]), "none");
    const whole = await archiveOf([{ name: "model", text: "x".repeat(5_000) }]);
    await assert.rejects(read(whole.subarray(0, 3_000)));
    await assert.rejects(read(Buffer.from("x".repeat(2_000))), /Invalid tar header/);
  });

  it("never writes outside, whatever it says", async function () {
    this.timeout(60_000);
    let seed = 7;
    const random = (most: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
    const words = [
      "model",
      "..",
      ".",
      "",
      "a",
      "b",
      "A",
      "secret",
      "beside",
      "content",
      "..data",
      "/",
      "\\",
      "etc",
    ];
    const name = () => Array.from({ length: 1 + random(5) }, () => words[random(words.length)]).join("/");
    const types = [
      "file",
      "file",
      "directory",
      "symlink",
      "symlink",
      "link",
      "fifo",
      "character-device",
    ] as const;
    for (let round = 0; round < 300; round++) {
      const entries = Array.from({ length: 1 + random(9) }, (): Entry => {
        const type = types[random(types.length)] ?? "file";
        const hasRoot = random(10) > 0;
        const linkname = random(3) > 0 ? name() : `model/${name()}`;
        return {
          name: hasRoot ? `model/${name().replaceAll("..", "d")}` : name(),
          type,
          linkname,
          mode: random(0o10000),
          ...(type === "file" ? { text: "bad" } : {}),
        };
      });
      const bytes = await archiveOf(entries);
      // Some are broken at any place, too.
      for (let broken = random(4); broken > 0; broken--) bytes[random(bytes.length)] = random(256);
      await read(bytes, false, 1 + random(2_000)).catch(() => {});
      const told = JSON.stringify(entries);
      assert.deepEqual(readdirSync(outside).sort(), ["beside", "secret"], told);
      assert.deepEqual(
        readdirSync(join(outside, "beside")).filter((one) => one !== "content"),
        [],
        told,
      );
      assert.equal(readFileSync(join(outside, "secret"), "utf8"), "mine", told);
      for (const line of here()) {
        const [from, target] = line.split(" -> ");
        if (target === undefined || from === undefined) continue;
        const leads = relative(at, resolve(at, from, "..", target));
        assert.ok(!leads.startsWith("..") || leads.startsWith("..data"), `${line} of ${told}`);
      }
      rmSync(at, { recursive: true, force: true });
      mkdirSync(join(outside, "beside"), { recursive: true });
    }
  });
});
