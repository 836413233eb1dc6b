// An archive of a million entries from a container: little memory, no turn of the loop that lasts, and a clear list.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { extract } from "tar-stream";
import { noSums } from "../../../../src/io/kube/copy/transfer.ts";
import { unpack } from "../../../../src/io/kube/copy/unpack.ts";
import { leftOutText } from "../../../../src/ui/rows/kube/copying.ts";
import { isWithin } from "../../../support/cpuTime.ts";
import { longestTurn } from "../../../support/longestTurn.ts";

const ENTRIES = 1_000_000;
const BLOCK = 512;
const AT_ONCE = 128;
const MEBIBYTE = 1024 * 1024;

describe("an archive of a million entries", function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-many-"));
    mkdirSync(join(folder, "beside"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is read in little memory, writes what may be written, and says what was left out", async () => {
    const archive = extract();
    const sums = noSums();
    const at = join(folder, "beside", "content");
    const turn = longestTurn();
    const before = process.memoryUsage().rss;
    const done = unpack(archive, { root: "model", at, sums, onCopied() {} });
    done.catch(() => {});
    for (let from = 0; from < ENTRIES; from += AT_ONCE) {
      const blocks = Array.from({ length: Math.min(AT_ONCE, ENTRIES - from) }, (_, index) =>
        entry(from + index),
      );
      if (!archive.write(Buffer.concat(blocks)))
        await new Promise<void>((resolve) => archive.once("drain", () => resolve()));
    }
    archive.end(null);
    assert.deepEqual(await done, { root: "folder" });
    turn.stop();
    const grownMiB = (process.memoryUsage().rss - before) / MEBIBYTE;
    console.log(`      longest turn ${turn.ms.toFixed(0)} ms, ${grownMiB.toFixed(0)} MiB`);
    assert.ok(isWithin(turn.ms, 50), `${turn.ms} ms`);
    assert.ok(grownMiB < 256, `${grownMiB} MiB`);
    assert.deepEqual(readdirSync(folder), ["beside"]);
    assert.deepEqual(readdirSync(join(folder, "beside")), ["content"]);
    assert.equal(readdirSync(at).length, 100);
    assert.deepEqual([sums.files, sums.leftOutCount, sums.leftOut.length], [100, ENTRIES - 100, 20]);
    assert.equal(
      leftOutText(sums),
      " Left out, because they are no files, lead elsewhere, or can't have their names: model/e1, model/e2, model/e3 and 999897 more.",
    );
  });
});

/** One in ten thousand is a file; the others are pipes, and links that lead elsewhere. */
function entry(index: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const type = index % 10_000 === 0 ? "0" : index % 2 === 0 ? "6" : "2";
  block.write(`model/e${index}`, 0);
  block.write("0000644\0", 100);
  block.write("00000000000\0", 124);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("/etc/passwd", 157);
  block.write("ustar\x0000", 257);
  let sum = 0;
  for (const byte of block.subarray(0, 265)) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
