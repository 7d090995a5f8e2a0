/**
 * A Deno process with test files in it (inside.deno.ts), asked one thing at a time. It and whatever its tests have started
 * are one group of processes, and end together.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { MutantCoverage } from "@stryker-mutator/api/core";

export interface Loaded {
  readonly failed: Failure | null;
  readonly tests: readonly { id: string; file: string; name: string }[];
}
export interface Failure {
  readonly id: string;
  readonly message: string | null;
}
export interface Ran {
  readonly failed: Failure | null;
  /** In ms, of those that ran. */
  readonly times: readonly number[];
  /** What failed had to be stopped: the mutant was met far more often than the original ever is, or it took too long. */
  readonly endless: boolean;
}
export interface Running {
  readonly mutant?: string | undefined;
  readonly hitLimit?: number | undefined;
  /** How long each test may take, in ms. */
  readonly patience?: readonly number[];
}

const RIGHTS = ["env", "net=127.0.0.1", "read", "sys", "write", "run=node"].map((right) => `--allow-${right}`);

export class Session {
  readonly loaded = new Set<string>();
  readonly #child: ChildProcess;
  readonly #root: string;
  #answered: (answer: string | null) => void = () => {};

  /** `root` is a copy of the project whose sources hold every mutant. */
  constructor(root: string) {
    // From the copy, so that its package.json is found, as `deno test` finds it.
    const args = ["run", "--no-check", "--quiet", ...RIGHTS, join(root, "scripts", "mutation", "inside.deno.ts")];
    const deno = join(import.meta.dirname, "..", "..", "node_modules", ".bin", "deno");
    const env = { ...process.env, NO_COLOR: "1" };
    this.#root = root;
    this.#child = spawn(deno, args, { cwd: root, env, stdio: ["pipe", "pipe", "ignore"], detached: true });
    this.#child.stdin?.on("error", () => {}); // it has ended, which "close" says
    this.#child.on("error", () => this.#answered(null)).on("close", () => this.#answered(null));
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on("line", (line) => {
        if (line.startsWith("\u0001")) this.#answered(line.slice(1));
      });
    }
  }

  /** Null when the process has ended instead. */
  async #ask<T>(command: object): Promise<T | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return null;
    const answer = new Promise<string | null>((resolve) => {
      this.#answered = resolve;
    });
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
    const text = await answer;
    return text === null ? null : (JSON.parse(text) as T);
  }

  load(files: readonly string[], mutant?: string): Promise<Loaded | null> {
    const missing = files.filter((file) => !this.loaded.has(file));
    for (const file of missing) this.loaded.add(file);
    return this.#ask({ do: "load", root: this.#root, files: missing, mutant });
  }

  run(ids: readonly string[], running: Running = {}): Promise<Ran | null> {
    return this.#ask({ do: "run", ids, ...running });
  }

  coverage(): Promise<MutantCoverage | null> {
    return this.#ask({ do: "coverage" });
  }

  end(): void {
    this.#child.stdin?.end();
    try {
      if (this.#child.pid) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
