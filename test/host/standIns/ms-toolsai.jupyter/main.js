// Stands in for the Jupyter extension: keeps the collections that others register with its public API.
const collections = [];
exports.activate = () => ({
  collections,
  createJupyterServerCollection(id, label, serverProvider) {
    const collection = { id, label, serverProvider, dispose() {} };
    collections.push(collection);
    return collection;
  },
});
