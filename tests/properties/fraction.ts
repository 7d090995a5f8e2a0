/** Exact rational numbers. Nothing is rounded before somebody asks for it, and nothing overflows. */
export interface Fraction {
  readonly over: bigint;
  /** Always positive. */
  readonly under: bigint;
}

export const fraction = (over: number | bigint, under: number | bigint = 1n): Fraction => {
  if (under <= 0) throw new RangeError(`a denominator is positive, not ${under}`);
  return { over: BigInt(over), under: BigInt(under) };
};

export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under);
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { ...b, over: -b.over });
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under);
export const dividedBy = (a: Fraction, b: Fraction): Fraction => times(a, fraction(b.under, b.over));

/** The largest integer that is not above it, below zero too (BigInt division truncates). */
export const floor = ({ over, under }: Fraction): bigint => {
  const truncated = over / under;
  return over < 0n && truncated * under !== over ? truncated - 1n : truncated;
};

/** The nearest integer; a half goes up. */
export const halfUp = (value: Fraction): bigint => floor(plus(value, fraction(1, 2)));
