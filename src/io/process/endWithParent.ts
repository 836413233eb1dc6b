// Loaded into a program that must not outlive the one that started it, before anything else (`--require`). Standard
// input is held open by that one and ends with it, also when it is killed: then this program ends, and its group.
// What Node is told about its own cache is meant for this program alone.
delete process.env["NODE_COMPILE_CACHE"];
process.stdin.once("end", end);
process.stdin.once("error", end);
process.stdin.resume();
// Nothing is read: the program ends by itself as if there were no standard input.
process.stdin.unref();

function end(): void {
  try {
    // The group is its own where there are groups: what it has started goes too.
    process.kill(-process.pid, "SIGTERM");
  } catch {
    process.exit(1);
  }
}
