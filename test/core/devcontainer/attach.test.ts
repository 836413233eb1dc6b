// The address under which Dev Containers opens a container.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { attachedAddress } from "../../../src/core/devcontainer/attach.ts";

describe("attaching VS Code to a container", () => {
  it("names the container in hex, and the folder as the path", () => {
    const { scheme, authority, path } = attachedAddress("brave_größe", "/workspaces/a b");
    assert.equal(scheme, "vscode-remote");
    const [kind, hex = ""] = authority.split("+");
    assert.equal(kind, "attached-container");
    assert.match(hex, /^[0-9a-f]+$/);
    assert.deepEqual(JSON.parse(Buffer.from(hex, "hex").toString("utf8")), { containerName: "/brave_größe" });
    assert.equal(path, "/workspaces/a b");
    assert.equal(attachedAddress("x", "srv").path, "/srv");
  });
});
