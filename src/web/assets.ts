import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import express, { type RequestHandler } from 'express';

const folder = path.join(import.meta.dirname, '../../public');

/** Where files of public/ are served: the name changes with their content, so that browsers may keep them for good. */
export function assetsPrefix(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = path.join(folder, file);
    if (statSync(full).isFile()) hash.update(file).update(readFileSync(full));
  }
  return `/assets/${hash.digest('hex').slice(0, 10)}`;
}

/** Styles, scripts, fonts and icons; nothing that anybody uploaded. */
export const serveAssets = (): RequestHandler =>
  express.static(folder, {
    index: false,
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: response => response.set('Cache-Control', 'public, max-age=31536000, immutable'),
  });
