// A certificate that nobody has signed but itself, for servers that a client must not trust. Made with openssl.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";

interface SelfSigned {
  certificatePath: string;
  keyPath: string;
  certificate: Buffer;
  key: Buffer;
}

/**
 * Makes it in the folder, for a day.
 * @param names what it is for, as `IP:10.0.0.1` or `DNS:registry.test`.
 */
export async function makeSelfSigned(folder: string, names: readonly string[]): Promise<SelfSigned> {
  const [keyPath, certificatePath] = [join(folder, "server.key"), join(folder, "server.crt")];
  await runCommand("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    keyPath,
    "-out",
    certificatePath,
    "-days",
    "1",
    "-subj",
    "/CN=slipway-test",
    "-addext",
    `subjectAltName=${names.join(",")}`,
  ]);
  const [certificate, key] = await Promise.all([readFile(certificatePath), readFile(keyPath)]);
  return { certificatePath, keyPath, certificate, key };
}

/** The same, and it expired a day ago. */
export async function makeExpired(folder: string, names: readonly string[]): Promise<SelfSigned> {
  const made = await makeSelfSigned(folder, names);
  const { certificatePath, keyPath } = made;
  const out = `${certificatePath}.expired`;
  await runCommand("openssl", [
    "x509",
    "-in",
    certificatePath,
    "-signkey",
    keyPath,
    "-days",
    "-1",
    "-out",
    out,
  ]);
  return { ...made, certificatePath: out, certificate: await readFile(out) };
}
