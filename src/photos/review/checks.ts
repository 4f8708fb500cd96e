import type { Check, Checks, Verdict } from '../judge-photo.ts';

/** What was measured on a photo, in the reviewer's words; the parent has read it in theirs. */
type CheckLine = { fine: boolean; name: string; note: string | null };

const fineWords: Record<Check['name'], string> = { 'One face': 'one face', Sharp: 'sharp', Bright: 'bright enough', Size: 'large enough' };
const lookWords: Record<Check['name'], string> = {
  'One face': 'Look at the face',
  Sharp: 'Look how sharp it is',
  Bright: 'Look at the light',
  Size: 'Look at the size',
};

/** What was said to the parent goes on to say what they can do; here the fact is enough. */
const factOf = (note: string): string => /^.*?\.(?=\s|$)/.exec(note)?.[0] ?? note;

const read = (checks: unknown): Checks | null => (checks === null || typeof checks !== 'object' ? null : (checks as Checks));
const isUnseen = (verdict: Verdict): boolean => verdict === 'unknown';

export function checkLines(stored: unknown): CheckLine[] {
  const checks = read(stored);
  if (!checks || checks.checks.length === 0) return [{ fine: false, name: 'Not checked by the program', note: 'Please look at all of it yourself.' }];
  const fine = checks.checks.filter(check => check.verdict === 'fine').map(check => fineWords[check.name]);
  const unseen = checks.checks.filter(check => isUnseen(check.verdict)).map(check => fineWords[check.name]);
  return [
    ...(fine.length > 0 ? [{ fine: true, name: sentence(fine), note: null }] : []),
    ...checks.checks
      .filter(check => check.verdict === 'advice' || check.verdict === 'fix')
      .map(check => ({ fine: false, name: lookWords[check.name], note: factOf(check.note) })),
    ...(unseen.length > 0 ? [{ fine: false, name: 'Not checked by the program', note: `Please look yourself: ${unseen.join(', ')}.` }] : []),
  ];
}

const sentence = (parts: readonly string[]): string => parts.join(', ').replace(/^./, first => first.toUpperCase());

/** One line for the queue; null where every check was fine. */
export function adviceText(stored: unknown): string | null {
  const [first] = checkLines(stored).filter(line => !line.fine);
  return first ? (first.note ?? first.name) : null;
}

/** The numbers behind the words. */
export function measuredLines(stored: unknown): { label: string; value: string }[] {
  const checks = read(stored);
  if (!checks?.numbers) return [];
  const { faces, quality } = checks.numbers;
  const [face] = faces;
  const share = (part: number) => `${Math.round(part * 100)} %`;
  return [
    { label: 'Faces found', value: faces.length === 0 ? 'none' : faces.map(one => `${share(one.score)} sure`).join(', ') },
    ...(face ? [{ label: 'Turned, nodded, tilted', value: [face.yaw, face.pitch, face.roll].map(degrees => `${Math.round(degrees)}°`).join(', ') }] : []),
    ...(quality
      ? [
          { label: 'Between the eyes', value: `${Math.round(quality.eyeDistance)} pixels` },
          { label: 'Sharpness of the face', value: quality.sharpness.toFixed(1) },
          { label: 'Brightness of the face', value: `${share(quality.mean)}; ${share(quality.darkShare)} black, ${share(quality.lightShare)} white` },
        ]
      : []),
    { label: 'Thresholds', value: checks.thresholds },
    ...(checks.inspector === null ? [] : [{ label: 'Looked at by', value: checks.inspector }]),
  ];
}
