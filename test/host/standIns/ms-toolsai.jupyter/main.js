// Stands in for the Jupyter extension: keeps the collections that others register with its public API. Where
// SLIPWAY_STAND_IN_JUPYTER names a file, it also uses every server that it is shown, as a notebook with that kernel
// would, and writes down whom it reached, a line each.
const { createHash } = require("node:crypto");
const { appendFileSync } = require("node:fs");

const collections = [];
const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };

exports.activate = () => ({
  collections,
  createJupyterServerCollection(id, label, serverProvider) {
    const collection = { id, label, serverProvider, dispose() {} };
    collections.push(collection);
    const file = process.env["SLIPWAY_STAND_IN_JUPYTER"];
    if (file) {
      void use(file, collection);
      serverProvider.onDidChangeServers?.(() => void use(file, collection));
    }
    return collection;
  },
});

async function use(file, { label, serverProvider }) {
  for (const server of (await serverProvider.provideJupyterServers(never)) ?? []) {
    const seen = { host: process.pid, collection: label, id: server.id, label: server.label };
    try {
      const resolved = await serverProvider.resolveJupyterServer(server, never);
      const { baseUrl, token } = resolved.connectionInformation;
      const headers = { authorization: `token ${token}` };
      const answer = await fetch(`${baseUrl.toString()}api/kernelspecs`, { headers });
      const kernels = Object.keys((await answer.json()).kernelspecs);
      // Who reads this must not learn the token, only whether it is another.
      const tokenHash = createHash("sha256").update(token).digest("hex").slice(0, 8);
      Object.assign(seen, { resolvedId: resolved.id, url: baseUrl.toString(), tokenHash, kernels });
    } catch (error) {
      seen.error = String(error);
    }
    appendFileSync(file, `${JSON.stringify(seen)}\n`);
  }
}
