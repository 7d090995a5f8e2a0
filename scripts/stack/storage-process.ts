// Storage, as a process: what supabase-js's storage client asks of hosted Storage, for one machine. Rows in Postgres, bytes in
// files; who may do what is decided by the policies on storage.objects (storage-database.ts). It trusts a token that it has
// verified, and nothing else of what it is sent.
import http from "node:http";
import postgres from "postgres";
import { storageDatabase } from "./storage-database.ts";
import { openStorageFiles } from "./storage-files.ts";
import { storageLinks } from "./storage-links.ts";
import { sendProblem } from "./storage-problem.ts";
import { storageRoutes } from "./storage-routes.ts";
import { STORAGE_CONFIG_VARIABLE, type StorageConfig } from "./storage-service.ts";
import { drain } from "./storage-upload.ts";
import { tokenVerifier } from "./verify-token.ts";

const configText = process.env[STORAGE_CONFIG_VARIABLE];
if (!configText) throw new Error(`${STORAGE_CONFIG_VARIABLE} is not set: this process is started by the stack`);
const config = JSON.parse(configText) as StorageConfig;

const sql = postgres(config.dbUrl, { max: 4, onnotice: () => {}, connection: { application_name: "storage" } });
const route = storageRoutes({
  database: storageDatabase(sql),
  files: openStorageFiles(config.dir),
  links: storageLinks(config.jwtSecret),
  verify: await tokenVerifier(config),
  fileSizeLimit: config.fileSizeLimit,
});

const server = http.createServer((req, res) => {
  route(req, res).catch(async (error: unknown) => {
    if (res.headersSent) return void res.destroy();
    await drain(req);
    sendProblem(res, error);
  });
});
// The gateway drops idle connections after four seconds; whoever closes first must not be this side.
server.keepAliveTimeout = 75_000;
server.listen(config.port, "127.0.0.1");
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
  void sql.end({ timeout: 1 }).then(() => process.exit(0));
});
