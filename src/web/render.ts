import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ejs from 'ejs';

/** Has what the declarations of EJS leave out. */
const Template = (ejs as unknown as { Template: new (text: string, options: object) => { compile(): unknown; source: string } }).Template;

/**
 * The register of views: each feature adds its pages here, and `npm run check` reads every template against them.
 * A template sees one variable, `view`.
 */
export interface Views {}

/** What every page is given, whoever asks. */
export type Shell = {
  /** Chosen by the person; null lets the device decide. */
  theme: 'light' | 'dark' | null;
  /** Where the appearance form comes back to. */
  here: string;
  /** Put before a file's name in /assets, and changed with its content. */
  assets: string;
};

type Compiled = (view: unknown, escape: (text: unknown) => string, include: (name: string, view: unknown) => string) => string;

const replacements: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const special = /[&<>"']/;
/** Most of what is printed has nothing to replace, and finding that out is cheap. */
const escapeHtml = (text: unknown): string => {
  const plain = String(text);
  return special.test(plain) ? plain.replace(/[&<>"']/g, character => replacements[character]!) : plain;
};

const folder = path.join(import.meta.dirname, '../../views');

export type Renderer = { render<Name extends keyof Views>(name: Name, view: Views[Name]): string };

/**
 * Reads every template at the start, so that all pages are of one release, and compiles each once, when it is first shown. EJS writes the
 * function's source; the includes it asks for come from the same register, because EJS on its own asks the disk for every include, cached or not.
 */
export function createRenderer(): Renderer {
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ejs')) texts.set(file.slice(0, -4), readFileSync(path.join(folder, file), 'utf8'));
  }
  const compiled = new Map<string, Compiled>();
  const compile = (name: string): Compiled => {
    const file = path.join(folder, `${name}.ejs`);
    const template = new Template(texts.get(name)!, { filename: file, _with: false, localsName: 'view', rmWhitespace: true, compileDebug: false });
    template.compile();
    // oxlint-disable-next-line typescript/no-implied-eval -- the source is our own templates, compiled by EJS; this is how EJS itself does it
    const render = new Function('view', 'escapeFn', 'include', `'use strict';\n${template.source}\n//# sourceURL=${file}`) as Compiled;
    compiled.set(name, render);
    return render;
  };
  /** What is frozen prints the same each time, so it is printed once for as long as somebody keeps it. */
  const printed = new WeakMap<object, Map<string, string>>();
  const show = (name: string, view: unknown): string => {
    const template = compiled.get(name) ?? compile(name);
    if (typeof view !== 'object' || view === null || !Object.isFrozen(view)) return template(view, escapeHtml, show);
    let by = printed.get(view);
    if (!by) printed.set(view, (by = new Map()));
    let html = by.get(name);
    if (html === undefined) by.set(name, (html = template(view, escapeHtml, show)));
    return html;
  };
  return { render: (name, view) => show(name, view) };
}
