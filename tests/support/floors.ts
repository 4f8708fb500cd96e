import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const top = path.join(import.meta.dirname, '../..');

/** Imports go down only. The number of a floor, by folder; files of src/ itself are the top. */
const floors: Record<string, number> = { core: 0, platform: 1, audit: 2, access: 3, web: 4, cli: 6 };
const featureFloor = 5;
const topFloor = 6;
/** Files of src/ that belong to a floor below the top. */
const lowFiles: Record<string, number> = { 'config.ts': 1 };

/** Features that neighbours may enter, by their front door only; the edges between features, as data. */
const doors = ['accounts', 'families', 'messages', 'schools', 'onboarding', 'schedule', 'activities', 'calendar', 'children'];
const edges: Record<string, string[]> = {
  accounts: ['families'],
  messages: ['families'],
  record: ['families'],
  today: ['families', 'messages', 'schools', 'schedule', 'activities', 'calendar'],
  schools: ['accounts', 'families'],
  onboarding: ['accounts', 'families', 'schools'],
  photos: ['accounts', 'schools', 'onboarding'],
  gate: ['accounts', 'families', 'schools'],
  schedule: ['families', 'messages', 'schools'],
  activities: ['families', 'schools', 'schedule', 'messages'],
  calendar: ['families', 'schedule', 'activities'],
  children: ['families', 'messages', 'schedule', 'activities'],
};

const forbiddenNames = /(?:^|\/)(?:utils?|helpers?|types|common|misc)\.ts$/;

/** Libraries that no page needs which is asked for first: whoever uses one loads it then, by `await import`. */
const loadedLater = ['@aws-sdk/client-s3', 'csv-parse', 'date-holidays', 'file-type', 'graphile-worker', 'ical-generator', 'ical.js', 'knex', 'nodemailer', 'qrcode', 'rate-limiter-flexible', 'sharp', 'twilio']; // prettier-ignore

/** Features whose pages are loaded when they are first asked for, by school-side.ts: no page of a parent may bring them into a start. */
const askedLater = ['gate', 'onboarding', 'photos'];

type Import = { from: string; to: string; line: number };

/** Every rule about where things stand, checked against the files as they are. Gives the faults in words; none is sound. */
export function findFaults(): string[] {
  const faults: string[] = [];
  const files = readdirSync(path.join(top, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replaceAll(path.sep, '/'));
  for (const file of files) {
    const text = readFileSync(path.join(top, 'src', file), 'utf8');
    const say = (line: number, words: string) => faults.push(`src/${file}:${line} ${words}`);
    if (forbiddenNames.test(file)) say(1, 'a drawer, not a name');
    for (const imported of importsOf(file, text)) {
      const fault = faultOf(imported);
      if (fault) say(imported.line, fault);
    }
    text.split('\n').forEach((line, index) => {
      if (/process\.env/.test(line) && !['config.ts', 'platform/embedded-postgres.ts'].includes(file)) say(index + 1, 'only config.ts reads the environment');
      if (/\.toLocale\w*String\(/.test(line)) say(index + 1, 'dates and numbers are formatted in core/time.ts and core/text.ts');
      if (line.startsWith('export default ')) say(index + 1, 'named exports only');
      if (/from 'express'/.test(line) && !/^(?:web\/|app\.ts)/.test(file)) say(index + 1, 'only web/ and app.ts know Express');
      if (/from 'knex'/.test(line) && !file.startsWith('platform/')) say(index + 1, 'only platform/ knows Knex');
      if (/\.(?:raw|orderByRaw|whereRaw)\(`[^`]*\$\{/.test(line)) say(index + 1, 'values are never written into SQL');
    });
  }
  for (const file of readdirSync(path.join(top, 'public/js'))) {
    if (/\.toLocale\w*String\(/.test(readFileSync(path.join(top, 'public/js', file), 'utf8'))) faults.push(`public/js/${file} formats dates`);
  }
  return [...faults, ...heavyStart(), ...topLevel()];
}

/** What a start loads: whatever main.ts imports, and what that imports in turn, types apart. */
function heavyStart(): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file) || !existsSync(path.join(top, 'src', file))) return;
    seen.add(file);
    if (askedLater.includes(file.split('/')[0]!)) faults.push(`src/${file} is loaded at every start`);
    const text = readFileSync(path.join(top, 'src', file), 'utf8');
    for (const [, name] of text.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';$/gm)) {
      if (name!.startsWith('.')) follow(path.posix.join(path.posix.dirname(file), name!));
      else if (loadedLater.some(later => name === later || name!.startsWith(`${later}/`))) faults.push(`src/${file} loads ${name} at every start`);
    }
  };
  follow('main.ts');
  return faults;
}

const floorOf = (file: string): number => {
  const [folder, ...rest] = file.split('/');
  if (rest.length === 0) return lowFiles[folder!] ?? topFloor;
  return floors[folder!] ?? featureFloor;
};

function faultOf({ from, to }: Import): string | null {
  if (to.startsWith('../')) return /^\.\.\/(?:seeds|knexfile|migrations)/.test(to) && floorOf(from) !== 0 ? null : `imports ${to}, which does not ship`;
  const [fromFeature] = from.split('/');
  const [toFeature, ...inside] = to.split('/');
  if (floorOf(to) > floorOf(from)) return `imports ${to} from a floor above`;
  if (floorOf(from) === featureFloor && floorOf(to) === featureFloor && fromFeature !== toFeature) {
    if (!(edges[fromFeature!] ?? []).includes(toFeature!)) return `imports ${to}: these neighbours do not know each other`;
    if (!doors.includes(toFeature!) || inside.join('/') !== 'index.ts') return `imports ${to}: use the door ${toFeature}/index.ts`;
  }
  if (/\/(?:views|pages)\.ts$/.test(from) && /(?:^|\/)(?:store|database|route)\.ts$/.test(to) && !to.endsWith('store.ts'))
    return `imports ${to}: a page knows neither database nor HTTP`;
  return null;
}

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(match => ({
    from: file,
    to: path.posix.normalize(path.posix.join(path.posix.dirname(file), match[1]!)),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** The fixed top level: what is not listed has another place. */
function topLevel(): string[] {
  const allowed = new Set([
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'knexfile.ts',
    'docker-compose.yml',
    'Dockerfile',
    'README.md',
    'src',
    'views',
    'public',
    'migrations',
    'seeds',
    'tests',
    'node_modules',
  ]);
  return readdirSync(top)
    .filter(name => !name.startsWith('.') && !allowed.has(name))
    .map(name => `${name} has no place at the top level`)
    .concat(existsSync(path.join(top, 'src/README.md')) ? [] : ['src/README.md, the map, is missing']);
}
