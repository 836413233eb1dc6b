// Every dev container that can be asked for: its files pass our own rules, and its versions go together.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readConfig } from "../../../src/core/devcontainer/config.ts";
import { frameworks } from "../../../src/core/scaffold/frameworks.ts";
import { jupyterDevcontainer } from "../../../src/core/scaffold/jupyterDevcontainer.ts";
import { found } from "../rules/found.ts";

describe("a new Jupyter dev container", () => {
  for (const framework of frameworks) {
    it(`of ${framework.name} passes our own rules, with every Python and CUDA`, () => {
      for (const python of framework.pythons) {
        for (const cuda of [undefined, ...framework.cudas.map((one) => one.cuda)]) {
          for (const gpu of [true, false]) {
            const made = jupyterDevcontainer({ framework, python, cuda, gpu });
            assert.ok("files" in made);
            for (const [name, text] of Object.entries(made.files)) {
              assert.deepEqual(found(text, `/w/.devcontainer/${name}`), [], `${name}\n${text}`);
            }
            const config = readConfig(made.files["devcontainer.json"]);
            assert.ok(!("problem" in config));
            assert.equal(config.gpu, gpu || cuda !== undefined ? "optional" : "none");
            assert.match(made.files["devcontainer.json"], /"--publish=127\.0\.0\.1::8888"/);
            assert.match(made.files.Dockerfile, new RegExp(`^FROM python:${python}-bookworm\\n`));
          }
        }
      }
    });
  }

  it("installs the wheels of the CUDA that was asked for", () => {
    const [torch] = frameworks;
    assert.ok(torch);
    const dockerfile = (cuda: string | undefined) => {
      const made = jupyterDevcontainer({ framework: torch, python: "3.12", cuda, gpu: false });
      return "files" in made ? made.files.Dockerfile : made.problem;
    };
    assert.match(dockerfile("13.0"), /--index-url https:\/\/download\.pytorch\.org\/whl\/cu130\n/);
    assert.match(dockerfile("13.0"), /NVIDIA driver of 580 or later/);
    assert.match(dockerfile(undefined), /whl\/cpu\n/);
    assert.doesNotMatch(dockerfile(undefined), /NVIDIA/);
  });

  it("refuses versions that don't go together", () => {
    const jax = frameworks.find((one) => one.id === "jax");
    assert.ok(jax);
    assert.deepEqual(jupyterDevcontainer({ framework: jax, python: "3.9", cuda: "13", gpu: true }), {
      problem: "JAX has no packages for Python 3.9.",
    });
    assert.deepEqual(jupyterDevcontainer({ framework: jax, python: "3.12", cuda: "11.8", gpu: true }), {
      problem: "JAX has no packages for CUDA 11.8.",
    });
  });
});
