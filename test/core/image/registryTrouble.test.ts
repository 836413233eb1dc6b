// What is said when docker push or pull has failed; the daemon's lines are recorded from Docker 28.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { registryTrouble } from "../../../src/core/image/registryTrouble.ts";

describe("a push or pull that failed", () => {
  for (const [about, reference, said, sentence] of [
    [
      "is not taken for a limit of pulls by the digits of a port",
      "10.0.0.1:42935/team/box:1",
      'Error response from daemon: Get "https://10.0.0.1:42935/v2/": tls: failed to verify certificate: x509: certificate is valid for 10.0.0.2, not 10.0.0.1',
      /^Docker could not pull 10\.0\.0\.1:42935\/team\/box:1: the certificate of the registry 10\.0\.0\.1:42935 is made for another name\./,
    ],
    [
      "is not taken for a refusal by the image's name",
      "reg.example/denied:429",
      "Error response from daemon: manifest for reg.example/denied:429 not found: manifest unknown: manifest unknown",
      /^The registry has no image reg\.example\/denied:429\./,
    ],
    [
      "by a limit of pulls says so",
      "box:1",
      "toomanyrequests: You have reached your unauthenticated pull rate limit.",
      /^The registry's limit of pulls is reached\. Sign in with docker login, or wait\.$/,
    ],
    [
      "by a limit that only the status tells says so",
      "reg.example/box:1",
      "Error response from daemon: received unexpected HTTP status: 429 Too Many Requests",
      /^The registry's limit of pulls is reached\. Sign in with docker login reg\.example, or wait\.$/,
    ],
    [
      "by missing rights says how to sign in",
      "reg.example/box:1",
      "Error response from daemon: pull access denied for reg.example/box, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      /^The registry refused to pull reg\.example\/box:1\. Sign in with docker login reg\.example/,
    ],
    [
      "where no Docker runs says so",
      "box:1",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      /^Docker is not running\. Start it, then try again\.$/,
    ],
  ] as const) {
    it(about, () => {
      assert.match(registryTrouble("pull", reference, said).message, sentence);
    });
  }
});
