import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const top = path.join(import.meta.dirname, '../..');
const views = path.join(top, 'views');
const out = path.join(top, '.check/views');

/**
 * Turns each template into a function of its declared view, line for line, so that the ordinary type check reads templates too:
 * a misspelt field, null where text belongs, wrong arguments to an include, a template that nobody declared. Gives what types cannot say.
 */
export function writeViewChecks(): string[] {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const faults: string[] = [];
  for (const file of readdirSync(views, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ejs'))
    .sort()) {
    const name = file.slice(0, -4).replaceAll(path.sep, '/');
    const { code, problems } = toFunction(name, readFileSync(path.join(views, file), 'utf8'));
    faults.push(...problems.map(({ line, text }) => `views/${file}:${line} ${text}`));
    writeFileSync(path.join(out, `${name.replaceAll('/', '__')}.ts`), code);
  }
  return faults;
}

function toFunction(name: string, template: string): { code: string; problems: { line: number; text: string }[] } {
  const problems: { line: number; text: string }[] = [];
  let code = `import type { Views } from '../../src/web/render.ts'; import type {} from '../../src/app.ts'; export function template(view: Views['${name}'], print: (text: string | number) => void, include: <Name extends keyof Views>(name: Name, view: Views[Name]) => string): void {`;
  let line = 1;
  const loops: boolean[] = [];
  for (const [whole, kind, inside] of template.matchAll(/<%([-=#_]?)([\s\S]*?)[-_]?%>|[\s\S]+?(?=<%|$)/g)) {
    const lines = whole.split('\n').length - 1;
    if (inside === undefined) {
      if (/\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i.test(whole)) problems.push({ line, text: 'an inline style or script' });
      code += '\n'.repeat(lines);
    } else if (kind === '=') code += `print(${inside});`;
    else if (kind === '-') {
      if (!/^\s*include\(/.test(inside)) problems.push({ line, text: '<%- is for include only' });
      if (loops.includes(true)) problems.push({ line, text: 'an include inside a loop: put the loop into the partial' });
      code += `print(${inside});`;
    } else if (kind === '#') code += '\n'.repeat(lines);
    else {
      code += inside;
      for (const [brace] of inside.matchAll(/\b(?:for|while)\s*\([^{]*\{|\.(?:map|forEach|flatMap)\([^{]*\{|\{|\}/g)) {
        if (brace === '}') loops.pop();
        else loops.push(brace.length > 1);
      }
    }
    line += lines;
  }
  return { code: `${code}}\n`, problems };
}
