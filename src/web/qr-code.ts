/** A QR code as squares of one path, to be drawn by the page itself: the policy for content lets nothing else in. `size` is the side of the view box. */
export type QrCode = { size: number; path: string };

/** The empty border that scanners need, in squares. */
const quiet = 4;

/** How to draw one. The library is loaded with the first, because few pages have any. */
export async function openQrCodes(): Promise<(text: string) => QrCode> {
  const { default: library } = await import('qrcode');
  return text => drawn(library.create(text, { errorCorrectionLevel: 'M' }).modules);
}

function drawn(modules: { size: number; get(row: number, column: number): number }): QrCode {
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue;
      let end = column;
      while (end < modules.size && modules.get(row, end) !== 0) end += 1;
      path += `M${column + quiet} ${row + quiet}h${end - column}v1h-${end - column}z`;
      column = end;
    }
  }
  return { size: modules.size + 2 * quiet, path };
}
