// Copies there and back, with GNU's tar and BusyBox' on this machine in place of a container.
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { isAbort, never } from "../../../../src/base/signal.ts";
import { PodCopier } from "../../../../src/io/kube/copy/podCopier.ts";
import { findProgram } from "../../../support/command.ts";
import { type LocalContainer, localContainer } from "./localContainer.ts";

const container = { namespace: "ml", pod: "train", container: "main" };
const gnu = ["sh", "tar", "mkdir", "mv", "rm", "cat", "wc", "sleep"];
const busybox = [
  "busybox:sh",
  "busybox:tar",
  "busybox:mkdir",
  "busybox:mv",
  "busybox:rm",
  "busybox:cat",
  "busybox:wc",
  "busybox:sleep",
];
const long = `${"long".repeat(40)}.bin`;

describe("a copy to and from a container", () => {
  let folder: string;
  let mine: string;
  let theirs: string;
  let local: LocalContainer;
  let copier: PodCopier;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-copy-"));
    mine = join(folder, "mine");
    theirs = join(folder, "theirs");
    mkdirSync(mine);
    mkdirSync(theirs);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function with_(programs: readonly string[]): void {
    local = localContainer(folder, programs);
    copier = new PodCopier(local.execute);
  }

  function model(at: string): string {
    const path = join(at, "model");
    mkdirSync(join(path, "sub", "empty"), { recursive: true });
    writeFileSync(join(path, "weights.bin"), Buffer.alloc(3_000_001, 7));
    writeFileSync(join(path, "sub", "größe ✓.txt"), "é");
    writeFileSync(join(path, long), "long");
    writeFileSync(join(path, "run.sh"), "#!/bin/sh\n");
    writeFileSync(join(path, "-rf"), "dash");
    chmodSync(join(path, "run.sh"), 0o755);
    symlinkSync("../weights.bin", join(path, "sub", "link"));
    symlinkSync("/etc/passwd", join(path, "out"));
    return path;
  }

  function assertModel(at: string): void {
    assert.deepEqual(readdirSync(at).sort(), ["-rf", long, "run.sh", "sub", "weights.bin"].sort());
    assert.deepEqual(readFileSync(join(at, "weights.bin")), Buffer.alloc(3_000_001, 7));
    assert.equal(readFileSync(join(at, "sub", "größe ✓.txt"), "utf8"), "é");
    assert.equal(readFileSync(join(at, long), "utf8"), "long");
    assert.equal(readFileSync(join(at, "-rf"), "utf8"), "dash");
    assert.equal(readlinkSync(join(at, "sub", "link")), "../weights.bin");
    assert.ok(statSync(join(at, "sub", "empty")).isDirectory());
    assert.equal(statSync(join(at, "run.sh")).mode & 0o111, 0o111);
    assert.equal(statSync(join(at, "weights.bin")).mode & 0o111, 0);
  }

  const send = (
    path: string,
    name: string,
    more: { replace?: boolean; hasTar?: boolean } = {},
    signal = never(),
  ) =>
    copier.send(
      container,
      { path, folder: theirs, name, replace: false, hasTar: true, ...more },
      () => {},
      signal,
    );
  const receive = (path: string, signal = never()) =>
    copier.receive(container, { path, folder: mine }, () => {}, signal);

  for (const [which, programs] of [
    ["GNU's tar", gnu],
    ["BusyBox' tar", busybox],
  ] as const) {
    it(`brings a folder whole to ${which}, with long and foreign names`, async () => {
      with_(programs);
      const sums = await send(model(mine), "model");
      assertModel(join(theirs, "model"));
      assert.deepEqual(readdirSync(theirs), ["model"]);
      assert.deepEqual([sums.files, sums.leftOut], [5, ["out"]]);
      assert.ok(local.mostWaiting < 1024 * 1024, `${local.mostWaiting} bytes waited`);
    });

    it(`brings a folder whole from ${which}`, async () => {
      with_(programs);
      model(theirs);
      const received = await receive(join(theirs, "model"));
      assert.equal(existsSync(join(mine, "model")), false);
      await received.keep(false);
      assertModel(join(mine, "model"));
      assert.deepEqual(readdirSync(mine), ["model"]);
      assert.deepEqual(
        [received.sums.files, received.sums.leftOut, received.complaint],
        [5, ["./model/out"], undefined],
      );
      assert.ok(local.pauses > 0, "was never held back");
    });
  }

  it("follows a link to what it leads to, as in a volume of a ConfigMap", async () => {
    with_(gnu);
    mkdirSync(join(theirs, "..1"));
    writeFileSync(join(theirs, "..1", "key"), "value");
    symlinkSync("..1", join(theirs, "..data"));
    symlinkSync("..data/key", join(theirs, "key"));
    await (await receive(join(theirs, "key"))).keep(false);
    assert.equal(readFileSync(join(mine, "key"), "utf8"), "value");
    symlinkSync("round", join(theirs, "round"));
    await assert.rejects(receive(join(theirs, "round")), /round is a link that leads to nothing/);
    assert.deepEqual(readdirSync(mine), ["key"]);
  });

  it("keeps nothing of a copy that breaks off or is cancelled, on either side", async () => {
    with_(gnu);
    model(theirs);
    local.cutAfterBytes = 1_000_000;
    await assert.rejects(
      receive(join(theirs, "model")),
      /The copy from pod train broke off, and nothing of it was kept: the connection was cut\./,
    );
    assert.deepEqual(readdirSync(mine), []);
    const stop = new AbortController();
    local.cutAfterBytes = Number.POSITIVE_INFINITY;
    await assert.rejects(
      copier.receive(
        container,
        { path: join(theirs, "model"), folder: mine },
        () => stop.abort(),
        stop.signal,
      ),
      isAbort,
    );
    assert.deepEqual(readdirSync(mine), []);

    const path = model(mine);
    rmSync(join(theirs, "model"), { recursive: true });
    local.cutAfterBytes = 1_000_000;
    await assert.rejects(send(path, "model"), /The copy to pod train broke off, and nothing of it was kept/);
    assert.deepEqual(readdirSync(theirs), []);
    local.cutAfterBytes = Number.POSITIVE_INFINITY;
    const again = new AbortController();
    const wish = { path, folder: theirs, name: "model", replace: false, hasTar: true };
    await assert.rejects(
      copier.send(container, wish, () => again.abort(), again.signal),
      isAbort,
    );
    assert.deepEqual(readdirSync(theirs), []);
  });

  it("replaces only what it may, and as a whole", async () => {
    with_(gnu);
    const path = model(mine);
    mkdirSync(join(theirs, "model"));
    writeFileSync(join(theirs, "model", "old"), "old");
    assert.deepEqual(await copier.look(container, { folder: theirs, name: "model" }, never()), {
      hasTar: true,
      taken: "folder",
    });
    await assert.rejects(send(path, "model"), /model is in .* by now and was left as it is/);
    assert.deepEqual(readdirSync(join(theirs, "model")), ["old"]);
    await send(path, "model", { replace: true });
    assertModel(join(theirs, "model"));
    assert.deepEqual(readdirSync(theirs), ["model"]);

    writeFileSync(join(path, "old"), "old");
    const first = await receive(join(theirs, "model"));
    await assert.rejects(first.keep(false), /model is there by now and was left as it is/);
    assert.ok(existsSync(join(path, "old")));
    await (await receive(join(theirs, "model"))).keep(true);
    assertModel(path);
    assert.deepEqual(readdirSync(mine), ["model"]);
  });

  it("says what can't be read, and has the rest", async () => {
    with_(gnu.filter((one) => one !== "tar"));
    model(theirs);
    // As tar ends where it may not read a file, which it may everywhere when the tests run as root.
    const real = findProgram("tar");
    const script = `#!/bin/sh\n${real} "$@"\necho "tar: ./model/x: Permission denied" >&2\nexit 2\n`;
    writeFileSync(join(folder, "bin", "tar"), script, { mode: 0o755 });
    const received = await receive(join(theirs, "model"));
    assert.equal(received.complaint, "./model/x: Permission denied");
    assert.equal(received.sums.files, 5);
    await received.discard();
    assert.deepEqual(readdirSync(mine), []);
  });

  it("says what is not there, and who may not write", async () => {
    with_(gnu);
    await assert.rejects(
      receive(join(theirs, "nothing")),
      /nothing in .* of container main of pod train can't be copied: .*(No such file|previous errors)/,
    );
    await assert.rejects(
      copier.look(container, { folder: join(theirs, "no"), name: "x" }, never()),
      /has no folder .*no: name one that is there/,
    );
    assert.deepEqual(readdirSync(mine), []);
  });

  it("brings single files where there is no tar, and says so of folders", async () => {
    with_(gnu.filter((one) => one !== "tar"));
    model(theirs);
    const weights = await receive(join(theirs, "model", "weights.bin"));
    await weights.keep(false);
    assert.deepEqual(readFileSync(join(mine, "weights.bin")), Buffer.alloc(3_000_001, 7));
    await assert.rejects(
      receive(join(theirs, "model")),
      /Is a directory \(its image has no tar, so only single files can be copied\)/,
    );
    assert.deepEqual(await copier.look(container, { folder: theirs, name: "w" }, never()), {
      hasTar: false,
      taken: undefined,
    });
    await send(join(mine, "weights.bin"), "w", { hasTar: false });
    assert.deepEqual(readFileSync(join(theirs, "w")), Buffer.alloc(3_000_001, 7));
    await assert.rejects(
      send(model(mine), "m", { hasTar: false }),
      /has no tar in its image, so only single files can be copied/,
    );
    assert.deepEqual(readdirSync(theirs).sort(), ["model", "w"]);
  });

  it("is not taken for whole where its end is lost on the way", async () => {
    with_(gnu);
    model(theirs);
    // The second cuts where one block of an archive ends: only its mark is missing.
    for (const bytes of [100, 512]) {
      local.losesLast = bytes;
      for (const path of ["model", "model/run.sh"])
        await assert.rejects(receive(join(theirs, path)), /broke off, and nothing of it was kept/);
    }
    assert.deepEqual(readdirSync(mine), []);
  });

  it("goes without a shell", async () => {
    with_(["tar"]);
    model(theirs);
    await (await receive(join(theirs, "model"))).keep(false);
    assertModel(join(mine, "model"));
    assert.deepEqual(local.ran, ["sh", "tar"]);
    rmSync(join(folder, "bin"), { recursive: true });
    with_(["cat"]);
    await (await receive(join(theirs, "model", "run.sh"))).keep(false);
    assert.equal(readFileSync(join(mine, "run.sh"), "utf8"), "#!/bin/sh\n");
    assert.deepEqual(local.ran, ["sh", "tar", "cat"]);
  });

  it("says what an image lacks altogether", async () => {
    with_(["true"]);
    await assert.rejects(receive("/work/x"), /has neither tar nor cat in its image/);
    await assert.rejects(
      copier.look(container, { folder: "/work", name: "x" }, never()),
      /has no shell in its image/,
    );
    assert.deepEqual(readdirSync(mine), []);
  });

  it("says that an old server can't be told where a file ends", async () => {
    with_(gnu);
    local.tellsEnd = false;
    await assert.rejects(send(model(mine), "model"), /The API server is too old/);
    assert.deepEqual(readdirSync(theirs), []);
  });

  it("says what of this machine can't be read", async () => {
    with_(gnu);
    await assert.rejects(send(join(mine, "no"), "no"), /no is not there; check the path\./);
    assert.deepEqual(readdirSync(theirs), []);
  });
});
