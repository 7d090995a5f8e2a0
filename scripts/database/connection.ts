/** Short database sessions with `pg`, always closed. `postgres` serves the stack; here rows are needed as they come. */
import pg from "pg";

export async function using<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {}); // a session that the server has already ended
  }
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {}); // reported by the query that meets it
  await client.connect();
  return client;
}
