/** Two things that lists of amounts are asked all the time. An index that is not there is a mistake, never undefined. */
export const at = <T>(from: readonly T[], index: number): T => {
  const found = from[index];
  if (found === undefined) throw new RangeError(`no element ${index} of ${from.length}`);
  return found;
};

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
