// The certificates of a test cluster: one authority, one certificate per component and person. Made with openssl.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";

export type Credentials = { name: string; certificatePath: string; keyPath: string };

export type Certificates = {
  authorityPath: string;
  authorityKeyPath: string;
  serviceAccountKeyPath: string;
  serviceAccountPublicKeyPath: string;
  apiServer: Credentials;
  apiServerToKubelet: Credentials;
  /** What the API server shows to the servers of aggregated APIs. */
  frontProxy: Credentials;
  kubelet: Credentials;
  admin: Credentials;
  /** A person who may log in and nothing else. */
  visitor: Credentials;
  controllerManager: Credentials;
  scheduler: Credentials;
  node: Credentials;
};

export const frontProxyName = "front-proxy-client";

export type Authority = Pick<Certificates, "authorityPath" | "authorityKeyPath">;

/** Makes an authority in the folder, for a day. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const [authorityPath, authorityKeyPath] = [join(folder, "ca.crt"), join(folder, "ca.key")];
  await makeKey(authorityKeyPath);
  await openssl([
    "req",
    "-x509",
    "-new",
    "-key",
    authorityKeyPath,
    "-days",
    "1",
    "-subj",
    "/CN=slipway-test-ca",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
    "-out",
    authorityPath,
  ]);
  return { authorityPath, authorityKeyPath };
}

/** Makes everything in the folder, with a validity of a day. */
export async function makeCertificates(folder: string, nodeName: string): Promise<Certificates> {
  const { authorityPath, authorityKeyPath } = await makeAuthority(folder);
  const serviceAccountKeyPath = join(folder, "service-accounts.key");
  const serviceAccountPublicKeyPath = join(folder, "service-accounts.pub");
  await makeKey(serviceAccountKeyPath);
  await openssl(["pkey", "-in", serviceAccountKeyPath, "-pubout", "-out", serviceAccountPublicKeyPath]);

  const make = (name: string, subject: string, alternatives?: string): Promise<Credentials> =>
    issue({ folder, name, subject, alternatives, authorityPath, authorityKeyPath });
  const masters = "/O=system:masters";
  const apiServerNames = "IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc";
  return {
    authorityPath,
    authorityKeyPath,
    serviceAccountKeyPath,
    serviceAccountPublicKeyPath,
    apiServer: await make("kube-apiserver", "/CN=kube-apiserver", apiServerNames),
    apiServerToKubelet: await make("kube-apiserver-kubelet-client", `${masters}/CN=kube-apiserver-kubelet`),
    frontProxy: await make(frontProxyName, `/CN=${frontProxyName}`),
    kubelet: await make("kubelet", `/CN=${nodeName}`, `DNS:${nodeName}`),
    admin: await make("admin", `${masters}/CN=admin`),
    visitor: await make("visitor", "/CN=visitor"),
    controllerManager: await make("kube-controller-manager", "/CN=system:kube-controller-manager"),
    scheduler: await make("kube-scheduler", "/CN=system:kube-scheduler"),
    node: await make("node", `/O=system:nodes/CN=system:node:${nodeName}`),
  };
}

/** Writes a kubeconfig with one cluster, one user and one context of the given name. */
export async function writeKubeconfig(options: {
  path: string;
  context: string;
  server: string;
  authorityPath: string;
  user: Credentials;
}): Promise<void> {
  const base64 = async (path: string): Promise<string> => (await readFile(path)).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": options.context,
    clusters: [
      {
        name: options.context,
        cluster: {
          server: options.server,
          "certificate-authority-data": await base64(options.authorityPath),
        },
      },
    ],
    users: [
      {
        name: options.user.name,
        user: {
          "client-certificate-data": await base64(options.user.certificatePath),
          "client-key-data": await base64(options.user.keyPath),
        },
      },
    ],
    contexts: [{ name: options.context, context: { cluster: options.context, user: options.user.name } }],
  };
  await writeFile(options.path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

/** Makes a key and has the authority sign its certificate, for a day. */
export async function issue(options: {
  folder: string;
  name: string;
  subject: string;
  alternatives: string | undefined;
  authorityPath: string;
  authorityKeyPath: string;
}): Promise<Credentials> {
  const path = (ending: string): string => join(options.folder, `${options.name}.${ending}`);
  await makeKey(path("key"));
  await openssl(["req", "-new", "-key", path("key"), "-subj", options.subject, "-out", path("csr")]);
  const extensions = ["keyUsage=digitalSignature", "extendedKeyUsage=serverAuth,clientAuth"];
  if (options.alternatives) extensions.push(`subjectAltName=${options.alternatives}`);
  await writeFile(path("ext"), `${extensions.join("\n")}\n`);
  await openssl([
    "x509",
    "-req",
    "-in",
    path("csr"),
    "-CA",
    options.authorityPath,
    "-CAkey",
    options.authorityKeyPath,
    "-CAcreateserial",
    "-days",
    "1",
    "-extfile",
    path("ext"),
    "-out",
    path("crt"),
  ]);
  return { name: options.name, certificatePath: path("crt"), keyPath: path("key") };
}

async function makeKey(path: string): Promise<void> {
  await openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path]);
}

async function openssl(args: readonly string[]): Promise<void> {
  await runCommand("openssl", args);
}
