import { grouped } from '../../core/text.ts';
import { frameFor } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { clockOf, dayOf, timeline } from '../engine/index.ts';
import { childNames, placeName } from '../words.ts';
import { previewPlan } from '../plans/preview-plan.ts';
import { asAgreed } from './as-agreed.ts';
import { instantsOf } from './lay-time.ts';
import type { OpenedRequest } from './read-request.ts';
import type { Reading } from './reading.ts';
import { spanText, titleOf } from './sentences.ts';
import type { ListedRequests, RequestRow } from './store.ts';
import { type Asked, isPlan, isTimeKind, readAsked, type RequestKind, timeKinds } from './terms.ts';
import type { ActivityInTime, Badge, Change, Notice, RequestLine, Shield } from './views.ts';

export const pageSize = 20;

function badgeOf(reading: Reading, { state, askedBy }: RequestRow): Badge {
  switch (state) {
    case 'open':
      return { text: askedBy === reading.me ? `Waiting for ${reading.other}` : 'Waiting for you', kind: 'wait', icon: 'clock' };
    case 'accepted':
      return { text: 'Agreed', kind: 'done', icon: 'circle-check' };
    case 'declined':
      return { text: 'Not agreed', kind: 'ended', icon: 'circle-dashed' };
    case 'countered':
      return { text: 'Answered with a counter-offer', kind: 'note', icon: 'circle-dot' };
    case 'withdrawn':
      return { text: 'Taken back', kind: 'ended', icon: 'circle-dashed' };
    case 'expired':
      return { text: 'No answer, so nothing changed', kind: 'ended', icon: 'circle-dashed' };
  }
}

const who = (reading: Reading, id: RequestRow['askedBy']): string => (id === reading.me ? 'You' : reading.name(id));

function lineOf(reading: Reading, row: RequestRow): RequestLine {
  const until = row.state === 'open' ? `, answer by ${reading.moment(row.respondBy)}` : '';
  return {
    href: paths.request.to({ requestId: row.id }),
    title: titleOf(readAsked(row.kind, row.terms), reading.today),
    children: childNames(reading.family, row.children),
    by: `${who(reading, row.askedBy)}, ${reading.moment(row.madeAt)}${until}`,
    badge: badgeOf(reading, row),
  };
}

export const askWords: Record<RequestKind, string> = {
  swap: 'Swap days',
  change: 'Ask for a change',
  extra: 'Ask for extra time',
  'make-up': 'Ask for make-up time',
  travel: 'Ask about travel',
  'first-refusal': 'Offer time before a sitter',
  schedule: 'Propose a regular schedule',
  breaks: 'Propose school breaks',
  holidays: 'Propose holidays',
};

export function requestsPage(reading: Reading, { openRequests, settled, settledCount }: ListedRequests, page: number): Model<'schedule/requests'> {
  const lines = (rows: readonly RequestRow[]) => rows.map(row => lineOf(reading, row));
  const to = (number: number) => (number === 1 ? paths.requests : `${paths.requests}?page=${number}`);
  return {
    frame: frameFor(reading.family, 'calendar'),
    other: reading.other,
    forMe: lines(openRequests.filter(({ askedBy }) => askedBy !== reading.me)),
    forOther: lines(openRequests.filter(({ askedBy }) => askedBy === reading.me)),
    settled: lines(settled),
    newer: page > 1 ? to(page - 1) : null,
    older: settledCount > page * pageSize ? to(page + 1) : null,
    ask: timeKinds.map(kind => ({ href: paths.newRequest.to({ kind }), text: askWords[kind] })),
  };
}

// ------------------------------------------------------------------ one request

const agreeWords: Record<RequestKind, [yes: string, no: string]> = {
  swap: ['Agree to the swap', 'Keep it as it is'],
  change: ['Agree to the change', 'Keep it as it is'],
  extra: ['Agree to the extra time', 'Keep it as it is'],
  'make-up': ['Agree to the make-up time', 'Keep it as it is'],
  travel: ['Agree to the travel', 'Keep it as it is'],
  'first-refusal': ['Agree to take this time', 'Keep it as it is'],
  schedule: ['Agree to the schedule', 'Keep it as it is'],
  breaks: ['Agree to the breaks', 'Keep it as it is'],
  holidays: ['Agree to the holidays', 'Keep it as it is'],
};

function changesOf(reading: Reading, asked: Asked): Change[] {
  if (isPlan(asked)) return [];
  return asked.terms.pieces.map(piece => {
    const was = piece.was.filter(one => one !== piece.holder);
    return {
      label: spanText(piece, reading.day),
      from: was.length === 1 && was[0] !== null ? reading.who(was[0]!) : null,
      to: reading.who(piece.holder, asked.terms.label),
    };
  });
}

function factsOf(reading: Reading, asked: Asked): { term: string; value: string }[] {
  if (isPlan(asked)) return [];
  const { place, where, missed } = asked.terms;
  return [
    ...(missed ? [{ term: 'For the time missed', value: spanText(missed, reading.day) }] : []),
    ...(where === '' ? [] : [{ term: 'Where to', value: where }]),
    ...(place ? [{ term: 'Handover', value: placeName(place) }] : []),
  ];
}

/** What of the time asked for would go to somebody else after all, because a layer above decides it. */
function exceptionsOf(reading: Reading, { asked, row, calendars, family }: OpenedRequest): string[] {
  if (isPlan(asked) || row.state !== 'open') return [];
  const after = asAgreed(calendars, row.children, asked, row.id);
  const said = row.children.flatMap(id =>
    asked.terms.pieces.flatMap(piece => {
      const { from, until } = instantsOf(piece, family.timeZone);
      return timeline(after.get(id)!, from, until)
        .filter(stretch => stretch.requestId !== row.id)
        .map(stretch => {
          const moment = (instant: number) => ({ day: dayOf(instant, family.timeZone), clock: clockOf(instant, family.timeZone) });
          const when = spanText({ from: moment(stretch.from), until: moment(stretch.until) }, reading.day);
          return `${when}: ${stretch.label} goes before this, with ${reading.who(stretch.holder, stretch.label).name}`;
        });
    }),
  );
  return [...new Set(said)];
}

const stepWords: Record<string, string> = {
  'request.made': 'asked',
  'request.accepted': 'agreed',
  'request.declined': 'kept it as it is',
  'request.countered': 'answered with a counter-offer',
  'request.withdrawn': 'took it back',
};

function outcomeOf(reading: Reading, { row, steps }: OpenedRequest): { text: string; note: string | null } | null {
  if (row.state === 'open') return null;
  const step = steps.find(one => one.aboutId === row.id && one.kind === `request.${row.state}`);
  const at = reading.moment(step ? step.at : row.respondBy);
  const entry = step ? `, entry ${grouped(step.pos)}` : '';
  const by = row.settledBy ? who(reading, row.settledBy) : '';
  const texts = {
    accepted: `${by} agreed, ${at}${entry}. This holds.`,
    declined: `${by} kept it as it is, ${at}${entry}. Nothing changed.`,
    countered: `${by} answered with a counter-offer, ${at}${entry}. Nothing changed by this request.`,
    withdrawn: `${by} took it back, ${at}${entry}. Nothing changed.`,
    expired: `Nobody answered by ${reading.moment(row.respondBy)}${entry}. Nothing changed.`,
  };
  return { text: texts[row.state], note: step?.note ?? null };
}

export type RequestState = { activities: ActivityInTime[]; note: string; shield: Shield | null; notice: Notice | null; problems: Problem[] };

export function requestPage(reading: Reading, opened: OpenedRequest, state: RequestState): Model<'schedule/request'> {
  const { row, asked, chain, steps, family } = opened;
  const { me } = reading;
  const requestId = row.id;
  const made = steps.find(step => step.aboutId === requestId && step.kind === 'request.made');
  const open = row.state === 'open';
  const [yes, no] = agreeWords[row.kind];
  const title = (of: { row: RequestRow; asked: Asked }) => titleOf(of.asked, reading.today);
  return {
    frame: frameFor(family, 'calendar'),
    id: requestId,
    title: title(opened),
    badge: badgeOf(reading, row),
    children: childNames(family, row.children),
    changes: changesOf(reading, asked),
    facts: factsOf(reading, asked),
    quote: made?.note ?? null,
    caption: `${who(reading, row.askedBy)}, ${reading.moment(row.madeAt)}, entry ${grouped(row.pos)}.`,
    deadline: open ? `If there is no answer by ${reading.moment(row.respondBy)}, nothing changes.` : null,
    outcome: outcomeOf(reading, opened),
    exceptions: exceptionsOf(reading, opened),
    activities: state.activities,
    plan: isPlan(asked) ? previewPlan(reading, opened.calendars, asked, row.children, row.id, open) : null,
    answer:
      open && row.askedBy !== me
        ? { action: paths.answerRequest.to({ requestId }), yes, no, note: state.note, counter: counterLinks(row), shield: state.shield }
        : null,
    withdraw: open && row.askedBy === me ? paths.withdrawRequest.to({ requestId }) : null,
    notice: state.notice,
    counters: chain
      .filter(one => one.row.id !== requestId)
      .map(one => ({ href: paths.request.to({ requestId: one.row.id }), text: `${title(one)}, ${badgeOf(reading, one.row).text.toLowerCase()}` })),
    steps: steps.map(step => ({
      who: step.parentId === null ? '' : who(reading, step.parentId),
      text: `${step.parentId === null ? 'The time to answer ran out' : stepWords[step.kind]}${step.aboutId === requestId ? '' : `: ${title(chain.find(one => one.row.id === step.aboutId)!)}`}`,
      note: step.aboutId === requestId && step.kind === 'request.made' ? null : step.note,
      at: reading.moment(step.at),
      iso: new Date(step.at).toISOString(),
      href: paths.entry.to({ familyId: family.familyId, position: String(step.pos) }),
      entry: `entry ${grouped(step.pos)}`,
    })),
    problems: state.problems,
  };
}

function counterLinks(row: RequestRow): { href: string; text: string }[] {
  const requestId = row.id;
  const at = paths.counterRequest.to({ requestId });
  if (!isTimeKind(row.kind)) return [{ href: at, text: 'Propose something else' }];
  return [{ href: at, text: 'Suggest another day' }, ...(row.kind === 'swap' ? [] : [{ href: `${at}?kind=swap`, text: 'Offer a swap instead' }])];
}
