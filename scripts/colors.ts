/** Colours on a terminal only. The library's own guess also colours the logs of build machines, where nobody wants it. */
import picocolors from "picocolors";

export const colors = picocolors.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
