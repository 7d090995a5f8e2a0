/** PostgREST as a service of the stack: bound to the loopback, verifying tokens against the stack's own key set. */
import type { Keys } from "./keys.ts";
import { programs } from "./packages.ts";
import { databaseUrl } from "./postgres.ts";
import type { Project } from "./project.ts";
import { answersOk, plainEnvironment, type Service } from "./service.ts";

export interface PostgrestOptions {
  port: number;
  adminPort: number;
  dbPort: number;
  keys: Keys;
  project: Project;
}

export function postgrestService({ port, adminPort, dbPort, keys, project }: PostgrestOptions): Service {
  const healthUrl = `http://127.0.0.1:${adminPort}/ready`;
  return {
    name: "rest",
    command: programs.postgrest(),
    args: [],
    env: {
      ...plainEnvironment(),
      LANG: "C.UTF-8",
      PGRST_DB_URI: databaseUrl(dbPort, "authenticator"),
      PGRST_DB_SCHEMAS: project.schemas.join(","),
      PGRST_DB_EXTRA_SEARCH_PATH: project.extraSearchPath.join(","),
      PGRST_DB_MAX_ROWS: String(project.maxRows),
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_DB_POOL: "20",
      PGRST_JWT_SECRET: JSON.stringify(keys.jwks),
      PGRST_JWT_CACHE_MAX_LIFETIME: "3600",
      PGRST_OPENAPI_MODE: "follow-privileges",
      PGRST_SERVER_HOST: "127.0.0.1",
      PGRST_SERVER_PORT: String(port),
      PGRST_ADMIN_SERVER_PORT: String(adminPort),
    },
    healthUrl,
    needs: ["postgres"],
    isReady: () => answersOk(healthUrl),
  };
}
