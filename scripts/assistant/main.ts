/** `npm run assistant`. Exit codes: 0 answered, 1 refused or failed, 2 wrong usage. */
import { requireNode } from "../stack/preflight.ts";
import { runProgram } from "./program.ts";
import { openTerminal } from "./terminal.ts";

requireNode();
process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  say: console.log,
  complain: console.error,
  openTerminal,
});
