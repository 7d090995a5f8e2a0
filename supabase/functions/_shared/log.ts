// One JSON object per line. Callers pass ids, codes and counts only: no token, key, name, address or body ever comes here,
// which is why the value types are this narrow.

export type Fields = Record<string, string | number | boolean | null | undefined>;
export type Level = "info" | "warn" | "error";

export interface Log {
  write(level: Level, message: string, fields?: Fields): void;
  with(fields: Fields): Log;
}

export function createLog(base: Fields, write: (line: string) => void = console.log): Log {
  return {
    write(level, message, fields) {
      write(JSON.stringify({ at: new Date().toISOString(), level, message, ...base, ...fields }));
    },
    with: (fields) => createLog({ ...base, ...fields }, write),
  };
}
