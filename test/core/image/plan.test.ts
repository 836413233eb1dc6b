// Build options to command lines: nothing a person names is read as an option or as code.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { builderFrom, type BuildOptions, planBuild, planRegistry } from "../../../src/core/image/plan.ts";

const options: BuildOptions = { dockerfile: "/w/Dockerfile", context: "/w", tag: "model:1" };

function args(
  more: Partial<BuildOptions>,
  builder: Parameters<typeof planBuild>[1] = "buildx-json",
): string[] {
  const plan = planBuild({ ...options, ...more }, builder);
  assert.ok("line" in plan, JSON.stringify(plan));
  return plan.line.args;
}

function problem(
  more: Partial<BuildOptions>,
  builder: Parameters<typeof planBuild>[1] = "buildx-json",
): string {
  const plan = planBuild({ ...options, ...more }, builder);
  assert.ok("problem" in plan, JSON.stringify(plan));
  return plan.problem;
}

describe("the command line of a build", () => {
  it("asks buildx for JSON progress and for the image to be loaded", () => {
    assert.deepEqual(args({}), [
      "buildx",
      "build",
      "--load",
      "--progress=rawjson",
      "--file=/w/Dockerfile",
      "--tag=model:1",
      "/w",
    ]);
  });

  it("uses what each older builder knows", () => {
    assert.ok(args({}, "buildx-text").includes("--progress=plain"));
    assert.deepEqual(args({}, "classic"), [
      "build",
      "--force-rm",
      "--file=/w/Dockerfile",
      "--tag=model:1",
      "/w",
    ]);
    const plan = planBuild(options, "docker-buildkit");
    assert.deepEqual("line" in plan ? plan.line.env : {}, { DOCKER_BUILDKIT: "1" });
  });

  it("leaves names with dashes, quotes, commas and $(…) as they are, as one argument each", () => {
    const folder = `/w/-rf "it's" $(reboot), a`;
    const made = args({
      dockerfile: `${folder}/Dockerfile`,
      context: folder,
      buildArguments: { A: "--privileged $(id)" },
    });
    assert.ok(made.includes(`--file=${folder}/Dockerfile`));
    assert.ok(made.includes("--build-arg=A=--privileged $(id)"));
    assert.equal(made.at(-1), folder);
    assert.ok(made.slice(2, -1).every((argument) => /^--[a-z-]+(?:=|$)/.test(argument)));
  });

  it("refuses what could be taken for an option or a remote context", () => {
    assert.match(problem({ context: "-" }), /must be absolute/);
    assert.match(problem({ context: "https://example.com/x.git" }), /must be absolute/);
    assert.match(problem({ dockerfile: "--help" }), /must be absolute/);
    assert.match(problem({ tag: "-t" }), /can't be part of an image's name/);
    assert.match(problem({ tag: "x; rm -rf /" }), /can't be part of an image's name/);
    assert.match(problem({ target: "--push" }), /can't be a build stage/);
    assert.match(problem({ platform: "linux" }), /is not a platform/);
    assert.match(problem({ buildArguments: { "A B": "1" } }), /can't be the name of a build argument/);
  });

  it("puts the value of a secret-looking argument into the environment only, and warns", () => {
    const plan = planBuild({ ...options, buildArguments: { HF_TOKEN: "hf_canary" } }, "buildx-json");
    assert.ok("line" in plan);
    assert.ok(plan.line.args.includes("--build-arg=HF_TOKEN"));
    assert.equal(plan.line.args.join(" ").includes("hf_canary"), false);
    assert.equal(plan.line.env["HF_TOKEN"], "hf_canary");
    assert.match(plan.warnings[0] ?? "", /--mount=type=secret,id=HF_TOKEN/);
    assert.equal(plan.warnings.join(" ").includes("hf_canary"), false);
  });

  it("passes build secrets by file or variable, quoted where a comma would part them", () => {
    assert.ok(
      args({ secrets: [{ id: "token", file: "/w/a,b" }] }).includes('--secret=id=token,"src=/w/a,b"'),
    );
    assert.ok(args({ secrets: [{ id: "HF_TOKEN" }] }).includes("--secret=id=HF_TOKEN,env=HF_TOKEN"));
    assert.match(problem({ secrets: [{ id: "x" }] }, "classic"), /need buildx/);
  });

  it("takes Windows paths for absolute", () => {
    assert.equal(args({ context: "C:\\w", dockerfile: "C:\\w\\Dockerfile" }).at(-1), "C:\\w");
  });
});

describe("which builder there is", () => {
  const table: [buildx: string | undefined, client: string, builder: string][] = [
    ["github.com/docker/buildx v0.31.1 abcdef", "", "buildx-json"],
    ["github.com/docker/buildx v0.13.0 abcdef", "", "buildx-json"],
    ["github.com/docker/buildx v0.12.1 abcdef", "", "buildx-text"],
    ["github.com/docker/buildx v0.0.0+unknown ", "", "buildx-json"],
    ["github.com/docker/buildx (devel)", "", "buildx-json"],
    [undefined, "28.2.2", "classic"],
    [undefined, "20.10.24+dfsg1", "docker-buildkit"],
    [undefined, "18.09.1", "docker-buildkit"],
    [undefined, "17.12.0", "classic"],
    [undefined, "", "classic"],
  ];
  for (const [buildx, client, builder] of table) {
    it(`${buildx ?? `client ${client}`}: ${builder}`, () =>
      assert.equal(builderFrom(buildx, client), builder));
  }
});

describe("push and pull", () => {
  it("take a name and nothing else", () => {
    assert.deepEqual(planRegistry("push", "r.example:5000/me/x:1"), {
      args: ["push", "--", "r.example:5000/me/x:1"],
      env: {},
    });
    assert.ok("problem" in planRegistry("pull", "--all-tags"));
    assert.ok("problem" in planRegistry("pull", "x y"));
  });
});
