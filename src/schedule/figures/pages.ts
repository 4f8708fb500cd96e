import type { ParentId } from '../../core/ids.ts';
import { counted, grouped } from '../../core/text.ts';
import { calendarDay, dayAndClock, dayOfYear, localTime, shortDayWithYear } from '../../core/time.ts';
import { type FamilyView, frameFor } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { handoverHref } from '../handovers/next-handover.ts';
import { directionOf } from '../handovers/pages.ts';
import { childNames } from '../words.ts';
import type { Holder } from '../terms.ts';
import type { Outcome, Settled } from './actual.ts';
import type { ChildFigures, FamilyFigures } from './count-time.ts';
import { drawChart } from './draw-chart.ts';
import { type Period, type Preset, presets, presetWords } from './period.ts';
import type { FiguresPage, FigureTable } from './views.ts';
import { holderWords } from './words.ts';

/** Minutes as "544 h 30 min". */
export function hoursWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  return rest === 0 ? `${grouped(hours)} h` : `${grouped(hours)} h ${rest} min`;
}
const signed = (value: number, words: (value: number) => string): string => (value > 0 ? `+${words(value)}` : value < 0 ? `−${words(-value)}` : words(0));

/** Whoever has a figure, the family's parents first and always. */
export function holdersOf(family: Pick<FamilyView, 'members'>, { planned, actual }: ChildFigures): (Holder | null)[] {
  const found = new Set([planned, actual].flatMap(({ nights, minutes }) => [...nights.keys(), ...minutes.keys()]));
  const parents = family.members.filter(({ id, current }) => current || found.has(id)).map(({ id }) => id);
  return [...parents, ...(found.has('third-party') ? (['third-party'] as const) : []), ...(found.has(null) ? [null] : [])];
}

export const method = (zone: string): string[] => [
  `An overnight counts where the child is at 04:00, and a day begins and ends in the family’s time zone (${zone}).`,
  'Actual time is the plan put right by what was marked: the time of who received counts, else of who handed over, else the planned one; after a handover that did not take place, the children stayed where they were until the next one that did.',
  'Where the parents say different things about one handover, the plan is counted and the handover is listed below.',
];

const query = ({ from, until }: Period): string => `from=${from}&until=${until}`;

type Shown = { family: FamilyView; reader: ParentId; figures: FamilyFigures; preset: Preset | null; now: Date };

export function figuresPage({ family, reader, figures, preset, now }: Shown): Model<'schedule/figures/figures'> {
  const { period } = figures;
  const local = localTime(now, family.timeZone);
  return {
    ...framed(family, period, [], preset),
    heading: `Planned and actual time, ${dayOfYear(calendarDay(period.from))} to ${dayOfYear(calendarDay(period.until))}`,
    soFar: figures.isPast
      ? null
      : figures.hasBegun
        ? `Counted until ${dayAndClock(local, local).toLowerCase()}.`
        : 'This has not begun, so there is only the plan.',
    children: figures.children.map((child, index) => childView(family, reader, figures, child, index)),
    basis: basisOf(figures.children),
    notable: notableOf(family, reader, figures),
    files: [
      { href: `${paths.figuresFile}?${query(period)}`, text: 'Download the totals' },
      { href: `${paths.figuresFile}?${query(period)}&lines=nights`, text: 'Download every night' },
    ],
    isEmpty: figures.children.every(({ nights }) => nights.every(({ planned, actual }) => planned === null && !actual)),
  };
}

/** The page without figures, where the period cannot be counted. */
export const refusedPage = (family: FamilyView, typed: Period, problems: Problem[]): Model<'schedule/figures/figures'> => ({
  ...framed(family, typed, problems, null),
  heading: 'Planned and actual time',
  soFar: null,
  children: [],
  basis: [],
  notable: [],
  files: [],
  isEmpty: false,
});

const framed = (
  family: FamilyView,
  typed: Period,
  problems: Problem[],
  preset: Preset | null,
): Pick<FiguresPage, 'frame' | 'typed' | 'problems' | 'presets' | 'method'> => ({
  frame: frameFor(family, 'calendar'),
  typed,
  problems,
  presets: presets.map(name => ({ href: `${paths.figures}?period=${name}`, text: presetWords[name], current: name === preset })),
  method: method(family.timeZone),
});

function childView(family: FamilyView, reader: ParentId, figures: FamilyFigures, child: ChildFigures, index: number): FiguresPage['children'][number] {
  const holders = holdersOf(family, child);
  const table = (what: 'nights' | 'minutes', caption: string, words: (value: number) => string): FigureTable => ({
    caption,
    heads: [
      ...(figures.isPast ? [] : ['Planned in all']),
      ...(figures.hasBegun ? [figures.isPast ? 'Planned' : 'Planned until now', 'Actual', 'Difference'] : []),
    ],
    rows: holders.map(holder => {
      const [inAll, soFar, actual] = [child.planned, child.plannedSoFar, child.actual].map(counts => counts[what].get(holder) ?? 0) as [number, number, number];
      const compared = figures.hasBegun ? [words(soFar), words(actual), signed(actual - soFar, words)] : [];
      return {
        who: holderWords(family, holder, reader),
        side: family.members.find(({ id }) => id === holder)?.side ?? null,
        cells: [...(figures.isPast ? [] : [words(inAll)]), ...compared],
      };
    }),
  });
  const chart = (what: 'nights' | 'minutes', heading: string, words: (value: number) => string) =>
    drawChart(
      `${what}-${index}`,
      heading,
      words,
      holders.map(holder => ({
        name: holderWords(family, holder, reader),
        planned: (figures.hasBegun ? child.plannedSoFar : child.planned)[what].get(holder) ?? 0,
        actual: figures.hasBegun ? (child.actual[what].get(holder) ?? 0) : null,
      })),
    );
  return {
    id: `child-${index}`,
    name: childNames(family, [child.childId]),
    tables: [table('nights', 'Overnights', grouped), table('minutes', 'Hours', hoursWords)],
    charts: [chart('nights', 'Overnights', grouped), chart('minutes', 'Hours', hoursWords)],
  };
}

const outcomeTerms: Record<Outcome, string> = {
  received: 'Received, as marked',
  'handed-over': 'Handed over, as marked',
  'not-marked': 'Not marked, as planned',
  'not-taken-place': 'Did not take place',
  disputed: 'Said differently, as planned',
};

type Together = Settled & { children: ChildFigures['childId'][] };

/** Handovers of several children at one time are one. */
function together(children: readonly ChildFigures[]): Together[] {
  const all = new Map<string, Together>();
  for (const { childId, handovers } of children) {
    for (const one of handovers) {
      const key = [one.plannedAt, one.from, one.to, one.outcome, one.id].join();
      const known = all.get(key);
      if (known) known.children.push(childId);
      else all.set(key, { ...one, children: [childId] });
    }
  }
  return [...all.values()].sort((a, b) => a.plannedAt - b.plannedAt);
}

function basisOf(children: readonly ChildFigures[]): FiguresPage['basis'] {
  const all = together(children);
  return (Object.keys(outcomeTerms) as Outcome[]).flatMap(outcome => {
    const count = all.filter(one => one.outcome === outcome).length;
    return count === 0 ? [] : [{ term: outcomeTerms[outcome], text: counted(count, 'handover') }];
  });
}

function notableOf(family: FamilyView, reader: ParentId, { children, leftOut }: FamilyFigures): FiguresPage['notable'] {
  const whenOf = (at: number): string => {
    const local = localTime(new Date(at), family.timeZone);
    return `${shortDayWithYear(local)}, ${local.clock}`;
  };
  const metaOf = (one: Together): string => {
    if (one.outcome === 'disputed') return 'One parent marked it, the other says that it did not take place. The plan is counted';
    return `Did not take place, as ${one.by === reader ? 'you' : holderWords(family, one.by, null)} marked`;
  };
  const settled = together(children).filter(({ outcome }) => outcome === 'disputed' || outcome === 'not-taken-place');
  return [
    ...settled.map(one => ({
      at: one.plannedAt,
      href: one.id ? paths.handover.to({ handoverId: one.id }) : handoverHref(one.plannedAt, one.children[0]),
      text: `${whenOf(one.plannedAt)}: ${childNames(family, one.children)} ${directionOf(family, reader, one)}`,
      meta: metaOf(one),
    })),
    ...leftOut.map(one => ({
      at: one.at,
      href: paths.handover.to({ handoverId: one.id }),
      text: `${whenOf(one.at)}: ${childNames(family, one.children)} ${directionOf(family, reader, one)}`,
      meta: 'Marked, and planned otherwise since. Its marks are not counted',
    })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at: _, ...one }) => one);
}
