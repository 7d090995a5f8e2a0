/** A database server on which the pgTAP files run: ours from npm (pg17), or Debian's with the real pg_cron (pg15). */
export interface Lane {
  name: "pg17" | "pg15";
  /** Address of a database on the server, for a role. */
  url(role: "postgres" | "supabase_admin", database: string): string;
  /** The migrated and seeded database that clones are made of; nobody may be connected to it. */
  template: string;
  /** What only this lane can prove; awaited while the files run. */
  proofs: LaneProof[];
  stop(): Promise<void>;
}

export interface LaneProof {
  name: string;
  /** Rejects when it does not hold. */
  prove(): Promise<void>;
}

/** The reason in words when this machine cannot run the lane. */
export type LaneOrReason = Lane | { skipped: string };
