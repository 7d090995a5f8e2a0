// For tests: the keys of a database that lives in memory, with the rules of private.claim_idempotent.
import { Problem } from "../_shared/problem.ts";

export const refuse = (code: string, status: number): never => {
  throw new Problem({ code, status, detail: code });
};

interface Claim {
  id: string;
  readonly request: string;
  payment: string | null;
  isLeased: boolean;
}

export function createClaims() {
  const claims = new Map<string, Claim>();
  return {
    open(key: string, request: unknown): Claim {
      const asked = JSON.stringify(request);
      const known = claims.get(key);
      if (known && known.request !== asked) refuse("idempotency_key_reused", 422);
      if (known?.payment) return known;
      if (known?.isLeased) refuse("idempotency_key_in_use", 409);
      const claim = { id: crypto.randomUUID(), request: asked, payment: null, isLeased: true };
      claims.set(key, claim);
      return claim;
    },
    finish(id: string, answer: { payment_id: string } | undefined): boolean {
      for (const [key, claim] of claims) {
        if (claim.id !== id || claim.payment !== null) continue;
        if (answer === undefined) claims.delete(key);
        else claim.payment = answer.payment_id;
        return true;
      }
      return false;
    },
    /** A minute later. */
    endLeases(): void {
      for (const claim of claims.values()) claim.isLeased = false;
    },
  };
}
