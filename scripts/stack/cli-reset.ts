/** `reset`: throws the data away and builds it anew from migrations and seed. Keys stay. Runs again if it was running. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { startInBackground } from "./cli-start.ts";
import { stopStackIn } from "./cli-stop.ts";
import { readEnvironment } from "./environment.ts";
import { voice } from "./output.ts";
import { REPOSITORY } from "./project.ts";
import { postgresAccount, postgresHome } from "./run-as.ts";
import { startStack } from "./start-stack.ts";
import { readState } from "./state.ts";
import { storageFilesDir } from "./storage-service.ts";

export async function reset(): Promise<number> {
  const { dir, variables } = readEnvironment();
  const wasRunning = readState(dir) !== null;
  await stopStackIn(dir);
  removeData(dir);
  if (wasRunning) {
    await startInBackground(dir);
    return 0;
  }
  const once = { dir, durable: true, functions: false, provider: false, env: variables, log: voice.line } as const;
  const stack = await startStack({ ...once, port: "auto", dbPort: "auto", onProgress: voice.progress });
  await stack.stop();
  voice.line("The database is new. npm start brings Servio up.");
  return 0;
}

/** The books of the payment provider go too: they speak of orders that are no more. So do files whose rows are gone. */
export function removeData(dir: string, projectDir: string = REPOSITORY): void {
  const home = postgresHome(dir, postgresAccount(dir, projectDir));
  for (const name of ["data.built", "data.migrations.json", "data"])
    rmSync(join(home, name), { recursive: true, force: true });
  for (const name of [join(dir, "provider"), storageFilesDir(dir)]) rmSync(name, { recursive: true, force: true });
}
