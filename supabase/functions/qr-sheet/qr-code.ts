// A link as the squares of a QR code. Level Q: a quarter of it may be scratched off or covered by sauce. The four modules
// of quiet around it belong to the code; without them phones do not see where it ends.
import qrcode from "qrcode-generator";

export const QUIET_MODULES = 4;

export interface QrCode {
  /** Modules along a side, the quiet zone included. */
  readonly side: number;
  /** The dark modules, joined within a row: [column, row, length], counted from the top left. */
  readonly runs: readonly (readonly [column: number, row: number, length: number])[];
}

export function qrCode(text: string): QrCode {
  const code = qrcode(0, "Q");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  const runs: [number, number, number][] = [];
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; ) {
      let length = 0;
      while (column + length < count && code.isDark(row, column + length)) length++;
      if (length > 0) runs.push([column + QUIET_MODULES, row + QUIET_MODULES, length]);
      column += length + 1;
    }
  }
  return { side: count + 2 * QUIET_MODULES, runs };
}
