/** How often one address may try to sign in, as hosted Auth counts it: per five minutes, sign-ups included. */
const WINDOW_MS = 5 * 60 * 1000;
const PATHS = /\/signup$|\/token$/;

export interface Attempt {
  method: string | undefined;
  url: URL;
  /** As the gateway saw it: what a caller claims to be does not get through. */
  address: string;
}

/** Says whether an attempt is one too many. Refreshing a session is no attempt; without a limit nothing is. */
export function signInLimit(limit: number | null, now = Date.now): (attempt: Attempt) => boolean {
  const counts = new Map<string, number>();
  let endsAt = 0;
  return ({ method, url, address }) => {
    if (limit === null || method !== "POST" || !PATHS.test(url.pathname)) return false;
    if (url.searchParams.get("grant_type") === "refresh_token") return false;
    if (now() >= endsAt) {
      counts.clear();
      endsAt = now() + WINDOW_MS;
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count > limit;
  };
}
