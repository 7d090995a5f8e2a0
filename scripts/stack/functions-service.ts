// How the supervisor runs edge functions: one Deno process, functions-runner.deno.ts. What functions may do is settled
// here. They may reach the network, read their own code and packages and the environment given below, as on hosted;
// they may not write files, start programs, load native code or prompt for more.
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

export type FunctionsServiceOptions = {
  port: number;
  functionsDir: string;
  /** Holds node_modules and, when it has one, the deno.json that maps imports. */
  projectDir: string;
  /** The whole environment of every function; nothing of the stack's own leaks in. */
  env: Record<string, string>;
};

export type FunctionsChild = {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  readyUrl: string;
};

// What the Deno program itself needs: a place for its cache, and how to reach the outside from behind a proxy.
const PASSED_ON = ["PATH", "HOME", "DENO_DIR", "DENO_CERT", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

export function functionsService(options: FunctionsServiceOptions): FunctionsChild {
  const { port, functionsDir, projectDir } = options;
  const runnerDir = import.meta.dirname;
  const config = path.join(projectDir, "deno.json");
  const readable = [functionsDir, runnerDir, path.join(projectDir, "node_modules")].flatMap(bothPaths);
  const inherited = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return {
    command: denoProgram(),
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      "--no-lock",
      ...(existsSync(config) ? ["--config", config] : ["--no-config"]),
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      `--allow-read=${[...new Set(readable)].join(",")}`,
      path.join(runnerDir, "functions-runner.deno.ts"),
    ],
    env: {
      DENO_DIR: path.join(os.tmpdir(), `deno-cache-${os.userInfo().uid}`),
      ...Object.fromEntries(inherited),
      DENO_NO_UPDATE_CHECK: "1",
      ...options.env,
      FUNCTIONS_PORT: String(port),
      FUNCTIONS_DIR: functionsDir,
    },
    cwd: existsSync(functionsDir) ? functionsDir : projectDir,
    readyUrl: `http://127.0.0.1:${port}/_health`,
  };
}

/** The package puts its program in place on install; where install scripts were not run, it does so now. */
function denoProgram(): string {
  const { runInstall } = createRequire(import.meta.url)("deno/install_api.cjs") as { runInstall: () => string };
  return runInstall();
}

/** Deno compares real paths: a checkout behind a symbolic link has two. A comma would split the list, so it is refused. */
function bothPaths(dir: string): string[] {
  if (dir.includes(",")) throw new Error(`${dir}: Deno cannot be given read access to a path with a comma in it`);
  return existsSync(dir) ? [dir, realpathSync(dir)] : [dir];
}
