// Runs a TypeScript program of this repository: `node scripts/run.mjs demo/main.ts --json`. Plain JavaScript, because an
// older Node cannot even read the programs, and a person should learn that in one line instead of from a stack trace.
const [program] = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (!program) {
  console.error("usage: node scripts/run.mjs <program.ts> [arguments]");
  process.exitCode = 2;
} else if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Servio runs on Node 24, which npm ci installs beside it; this is Node ${process.versions.node}. ` +
      "Start it through npm, and if that does not help: npm rebuild node",
  );
  process.exitCode = 1;
} else {
  const url = new URL(program, import.meta.url);
  process.argv.splice(1, 2, url.pathname);
  await import(url.href);
}
