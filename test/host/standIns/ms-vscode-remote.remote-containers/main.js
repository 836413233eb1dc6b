// Stands in for Dev Containers: it is there.
exports.activate = () => {};
