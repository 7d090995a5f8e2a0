// Pages as PDF: shapes and embedded letters, nothing rasterised, so that a sheet is sharp on any printer.
import {
  concatTransformationMatrix,
  fill,
  PDFDocument,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  rectangle,
  rgb,
  setFillingGrayscaleColor,
} from "@pdfme/pdf-lib";
import * as fontkit from "fontkit";
import type { Fonts } from "./fonts.ts";
import type { CodeMark, Page } from "./sheet.ts";

const POINTS_PER_MM = 72 / 25.4;
const pt = (mm: number): number => mm * POINTS_PER_MM;
const BLACK = rgb(0, 0, 0);
const FAINT = rgb(0.4, 0.4, 0.4);

export async function pdfOf(pages: readonly Page[], title: string, fonts: Fonts): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create();
  pdf.setTitle(title);
  pdf.setCreator("Servio");
  // Two packages of types for one library.
  pdf.registerFontkit(fontkit as unknown as Parameters<PDFDocument["registerFontkit"]>[0]);
  const embedded = {
    regular: await pdf.embedFont(fonts.files.regular, { subset: true }),
    bold: await pdf.embedFont(fonts.files.bold, { subset: true }),
  };
  for (const page of pages) {
    const paper = pdf.addPage([pt(page.width), pt(page.height)]);
    // PDF counts from the bottom.
    const up = (y: number) => pt(page.height - y);
    for (const { x1, y1, x2, y2 } of page.cuts) {
      const line = { thickness: pt(0.15), color: rgb(0.6, 0.6, 0.6), dashArray: [pt(1.5), pt(1.5)] };
      paper.drawLine({ start: { x: pt(x1), y: up(y1) }, end: { x: pt(x2), y: up(y2) }, ...line });
    }
    for (const mark of page.codes) drawCode(paper, mark, page.height);
    for (const { text, x, y, size, weight, isFaint } of page.texts) {
      const font = embedded[weight];
      const left = pt(x) - font.widthOfTextAtSize(text, pt(size)) / 2;
      paper.drawText(text, { x: left, y: up(y), size: pt(size), font, color: isFaint ? FAINT : BLACK });
    }
  }
  return Uint8Array.from(await pdf.save());
}

/** All modules are one shape, filled at once: no seam shows between rows. */
function drawCode(paper: PDFPage, { code, x, y, side }: CodeMark, pageHeight: number): void {
  const module = pt(side) / code.side;
  paper.pushOperators(
    pushGraphicsState(),
    setFillingGrayscaleColor(0),
    concatTransformationMatrix(module, 0, 0, -module, pt(x), pt(pageHeight - y)),
    ...code.runs.map(([column, row, length]) => rectangle(column, row, length, 1)),
    fill(),
    popGraphicsState(),
  );
}
