/**
 * Ports of the loopback interface. The two that people know (gateway, database) are fixed and refused with a clear line
 * when taken; all others are whatever the kernel has free at start.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StackError } from "./stack-error.ts";

/** As many different free ports as asked for: all are held open until the last one is known. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Refuses a port that somebody listens on. `patienceMs` covers a predecessor that is just letting go of it. */
export async function requireFree(port: number, variable: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const server = await listen(port);
      await new Promise((resolve) => server.close(resolve));
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EACCES") throw new StackError(`port ${port} needs privileges; choose another with ${variable}`);
      if (code !== "EADDRINUSE") throw error;
      if (Date.now() > deadline) throw new StackError(`port ${port} is in use; stop what holds it or set ${variable}`);
      await sleep(50);
    }
  }
}

async function listen(port: number) {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
