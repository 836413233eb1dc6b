// The build job over scripted tools: what it reports, what it leaves behind, how it ends.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Builds, type BuildTools } from "../../../src/app/jobs/build.ts";
import { Problems } from "../../../src/app/stores/problems.ts";
import { silentLog } from "../../../src/base/log.ts";
import { abortError, isAbort, never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { manualClock } from "../../manualClock.ts";

const options = { dockerfile: "/w/Dockerfile", context: "/w", tag: "model:1" };
const text = "FROM base\nRUN false\n";

function scripted(more: Partial<BuildTools> = {}) {
  const did: string[] = [];
  const clock = manualClock();
  const tools: BuildTools = {
    builder: async () => "buildx-text",
    ping: async () => {},
    read: async () => text,
    async run(line, onLine) {
      did.push(line.args.join(" "));
      onLine("#1 [1/2] FROM base");
      clock.advance(200);
      onLine("#1 DONE 0.1s");
      clock.advance(200);
      onLine("#2 [2/2] RUN false");
      return { exitCode: 0, ms: 1200 };
    },
    ignoreFile: async () => undefined,
    contextPlace: async () => ({ kind: "absent" }),
    searchContext: async () => ({ unreadable: [], misnamed: [] }),
    image: async () => ({ id: "sha256:1", sizeBytes: 4_200_000 }),
    ...more,
  };
  const problems = new Problems();
  const steps: string[] = [];
  const lines: string[] = [];
  const watcher = {
    step: (step: string, fraction: number | undefined) => void steps.push(`${step} ${fraction ?? "?"}`),
    log: (line: string) => void lines.push(line),
  };
  const builds = new Builds(tools, problems, clock, silentLog);
  return { builds, tools, problems, did, steps, lines, watcher };
}

const failing: Partial<BuildTools> = {
  async run(_line, onLine) {
    onLine("#2 [2/2] RUN false");
    onLine("#2 0.100 oh no");
    onLine('#2 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1');
    return { exitCode: 1, ms: 500 };
  },
};

describe("a build", () => {
  it("reports steps, and gives the image", async () => {
    const { builds, steps, lines, watcher } = scripted();
    const result = await builds.build(options, watcher, never());
    assert.deepEqual(result, {
      id: "sha256:1",
      tag: "model:1",
      sizeBytes: 4_200_000,
      ms: 1200,
      warnings: [],
    });
    assert.deepEqual(steps, ["Asking Docker ?", "Step 1 of 2: FROM base 0.5", "Step 2 of 2: RUN false 0.5"]);
    assert.deepEqual(lines, ["#1 [1/2] FROM base", "#1 DONE 0.1s", "#2 [2/2] RUN false"]);
    assert.equal(builds.lastTag("/w/Dockerfile"), "model:1");
  });

  it("that fails puts a finding on the line, and the next one takes it away", async () => {
    const bad = scripted(failing);
    await assert.rejects(bad.builds.build(options, bad.watcher, never()), (error: unknown) => {
      assert.ok(Trouble.is(error, "failed"));
      assert.equal(
        error.text,
        "The build of model:1 failed at line 2 of Dockerfile: RUN failed with exit code 1.",
      );
      assert.match(error.detail ?? "", /oh no/);
      return true;
    });
    const [finding] = bad.problems.get("/w/Dockerfile");
    assert.equal(finding?.message, "RUN failed with exit code 1.\noh no");
  });

  it("names files that did not get across, and ends well all the same", async () => {
    const { builds, lines, watcher } = scripted({
      read: async () => "FROM base\nCOPY . /app\n",
      searchContext: async (_folder, search) => ({
        unreadable: ["data.csv", "left.out"].filter((path) => search.takes(path)),
        misnamed: [],
      }),
      ignoreFile: async () => ({ name: ".dockerignore", text: "left.*\n" }),
    });
    const { warnings } = await builds.build(options, watcher, never());
    assert.match(warnings.join("; "), /^You may not read data\.csv in the build context, so [^;]*$/);
    assert.ok(lines.includes(`WARN: ${warnings[0]}`));
    const broken = scripted({ searchContext: () => Promise.reject(new Error("gone")) });
    assert.deepEqual((await broken.builds.build(options, broken.watcher, never())).warnings, []);
  });

  it("is not begun without an ignore file that is there and can't be read", async () => {
    const denied = new Trouble("denied", "You may not read it.");
    const { builds, did, watcher } = scripted({ ignoreFile: () => Promise.reject(denied) });
    await assert.rejects(builds.build(options, watcher, never()), (error: unknown) => error === denied);
    assert.deepEqual(did, []);
  });

  it("whose engine went away blames no line", async () => {
    let pings = 0;
    const { builds, problems, watcher } = scripted({
      ...failing,
      ping: async () => {
        pings += 1;
        if (pings > 1) throw new Trouble("unreachable", "gone");
      },
    });
    await assert.rejects(builds.build(options, watcher, never()), (error: unknown) =>
      Trouble.is(error, "unreachable"),
    );
    assert.deepEqual(problems.get("/w/Dockerfile"), []);
  });

  it("is not started without an engine, a tag or a Dockerfile", async () => {
    const absent = scripted({
      ping: () => Promise.reject(new Trouble("unreachable", "Docker is not running.")),
    });
    await assert.rejects(absent.builds.build(options, absent.watcher, never()), (error: unknown) =>
      Trouble.is(error, "unreachable"),
    );
    assert.deepEqual(absent.did, []);
    const { builds, did, watcher } = scripted();
    await assert.rejects(builds.build({ ...options, tag: "--push" }, watcher, never()), (error: unknown) =>
      Trouble.is(error, "bad-input"),
    );
    assert.deepEqual(did, []);
  });

  it("that is cancelled ends quietly, and leaves no finding, not even that of the build before", async () => {
    const cancelled = scripted(failing);
    await assert.rejects(cancelled.builds.build(options, cancelled.watcher, never()));
    assert.equal(cancelled.problems.get("/w/Dockerfile").length, 1);
    cancelled.tools.run = () => Promise.reject(abortError());
    await assert.rejects(cancelled.builds.build(options, cancelled.watcher, never()), (error: unknown) =>
      isAbort(error),
    );
    assert.deepEqual(cancelled.problems.get("/w/Dockerfile"), []);
    assert.equal(cancelled.lines.at(-1), "The build was cancelled.");
  });

  it("that ends well without an image says where to look", async () => {
    const { builds, watcher } = scripted({ image: async () => undefined });
    await assert.rejects(builds.build(options, watcher, never()), (error: unknown) => {
      assert.ok(Trouble.is(error, "not-found"));
      assert.match(error.text, /docker buildx ls/);
      return true;
    });
  });
});
