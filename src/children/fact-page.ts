import { randomUUID } from 'node:crypto';
import { mostFacts } from '../access/policy.ts';
import { openStep, type StepRow } from '../audit/steps.ts';
import { type ChildId, type FactId, isUuid } from '../core/ids.ts';
import { grouped } from '../core/text.ts';
import { calendarDay, localTime, longDay } from '../core/time.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Problem, Typed } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import { factKinds, labelOf, mayEnd, orderOf, otherKind, type Section, sectionTitles } from './fact-kinds.ts';
import { factData } from './fact-words.ts';
import { endsText, nameIn, type Reading, sourceOf } from './pages.ts';
import type { ChildRow, FactPageRow } from './store.ts';
import type { FactFields, FactShield, Wording } from './views.ts';
import type { Outcome } from './write-fact.ts';

/** A form as it is shown: what is in it, and what is wrong with it. */
export type FormState = { typed: Typed; problems: Problem[]; shield: FactShield | null };
export const asIs: FormState = { typed: {}, problems: [], shield: null };

/** What an outcome says to the writer, beside the box that still holds every word. */
export function stateOf(outcome: Outcome, typed: Typed, child: string): FormState {
  const state = (field: string, message: string, shield: FactShield | null = null): FormState => ({ typed, problems: [{ field, message }], shield });
  switch (outcome.kind) {
    case 'done':
      return { ...asIs, typed };
    case 'stale':
      return { ...asIs, typed: { ...typed, submission: randomUUID() } };
    case 'used':
      return {
        ...state('text', `This form was sent before, as entry ${grouped(outcome.pos)}. What is in the box now is something else and has not been sent`),
        typed: { ...typed, submission: randomUUID() },
      };
    case 'held':
      return state(
        'text',
        `Held back: this looks like your own ${outcome.found.length === 1 ? 'number or address' : 'numbers or addresses'}. Take it out to go on`,
        {
          ...outcome,
          confirm: '',
        },
      );
    case 'ask':
      return state('text', 'There is a number or an address in this. Is it meant to be shared?', outcome);
    case 'full':
      return state('form', `${child} has ${mostFacts} facts, which is the most. Remove one that no longer holds, then add this. Nothing you typed is lost.`);
    case 'unchanged':
      return state('text', 'This is the wording that is there already, so nothing was recorded');
  }
}

const labelHint = 'A few words: Bicycle, Library card';
const untilHint = 'The last day on which it holds. It stays on the page after that, marked as past.';

const fieldsOf = (state: FormState, { label, until }: { label: FactFields['label']; until: FactFields['until'] }, text: string): FactFields => ({
  problems: state.problems,
  label,
  text: state.typed.text ?? text,
  until,
  submission: state.typed.submission && isUuid(state.typed.submission) ? state.typed.submission : randomUUID(),
  shield: state.shield,
});

// ------------------------------------------------------------------ adding

export function addFactPage(
  reading: Reading,
  frame: Frame,
  keyring: Keyring,
  about: { child: ChildRow; childId: ChildId; section: Section },
  state: FormState,
): Model<'children/add-fact'> {
  const { child, childId, section } = about;
  const kinds = [...factKinds.filter(one => one.section === section), { kind: otherKind, label: 'Something else' }];
  const { typed } = state;
  return {
    frame,
    child: { name: child.givenName, href: paths.child.to({ childId }) },
    title: sectionTitles[section],
    action: paths.addFact.to({ childId }),
    section,
    kinds: kinds.map(({ kind, label }) => ({ value: kind, label, chosen: typed.kind === kind })),
    fields: fieldsOf(
      state,
      {
        label: { value: typed.label ?? '', hint: `Only for “Something else”. ${labelHint}` },
        until: section === 'health' ? { value: typed.until ?? '', hint: `Only for a medicine or an insurance. ${untilHint}` } : null,
      },
      '',
    ),
    known: child.facts
      .filter(one => one.section === section)
      .toSorted((a, b) => orderOf(a.kind) - orderOf(b.kind))
      .map(({ id, kind, step }) => {
        const words = factData(openStep(keyring, step)).after!;
        const { by, day } = sourceOf(reading, step);
        return { href: paths.fact.to({ factId: id }), label: labelOf(kind, words.label), text: `${by}, ${day}` };
      }),
  };
}

// ------------------------------------------------------------------ one fact

/** Most wordings on one page. */
export const wordingsShown = 50;

const whats: Partial<Record<string, string>> = { 'fact.added': 'Added', 'fact.changed': 'Changed', 'fact.removed': 'Removed' };

function wording(reading: Reading, keyring: Keyring, step: StepRow, current: StepRow, label: string): Wording {
  const { kind, before, after } = factData(openStep(keyring, step));
  const words = (after ?? before)!;
  const called = labelOf(kind, words.label);
  return {
    source: sourceOf(reading, step),
    what: whats[step.kind]!,
    label: called === label ? null : called,
    text: after?.text ?? '',
    ends: after?.until ? `Until ${longDay(calendarDay(after.until))}` : null,
    current: step.id === current.id && after !== null,
  };
}

/** "Daniel changed this on Monday 9 March 2026 at 18:20, after you opened your page." */
function whatHappened(reading: Reading, { current, removed }: FactPageRow): string {
  const at = localTime(new Date(current.at), reading.family.timeZone);
  return `${nameIn(reading, current.parentId)} ${removed ? 'removed' : 'changed'} this on ${longDay(at)} at ${at.clock}, after you opened your page.`;
}

export function factPage(
  reading: Reading,
  frame: Frame,
  keyring: Keyring,
  about: { fact: FactPageRow; factId: FactId; before: number | null },
  state: FormState,
  stale: { removing: boolean } | null,
): Model<'children/fact'> {
  const { fact, factId, before } = about;
  const { current, removed, section, kind, version } = fact;
  const data = factData(openStep(keyring, current));
  const words = (data.after ?? data.before)!;
  const label = labelOf(kind, words.label);
  const source = sourceOf(reading, current);
  const { typed } = state;
  const own = kind === otherKind;
  const fields = fieldsOf(
    state,
    {
      label: own ? { value: typed.label ?? words.label ?? '', hint: labelHint } : null,
      until: mayEnd(kind) ? { value: typed.until ?? words.until ?? '', hint: untilHint } : null,
    },
    words.text,
  );
  const shown = fact.steps.slice(0, wordingsShown);
  const kept = typed.text !== undefined;
  const nothing = stale?.removing ? 'Nothing was removed.' : 'What you typed has not been recorded, and is still here.';
  return {
    frame,
    child: { name: fact.givenName, href: paths.child.to({ childId: fact.childId }) },
    label,
    section: sectionTitles[section],
    text: words.text,
    ends: endsText(reading, words.until),
    source,
    isNew: fact.unseen,
    removed: removed ? `${source.by} removed this on ${longDay(calendarDay(source.dayIso))}. It is on ${fact.givenName}’s page no longer.` : null,
    stale: stale && `${whatHappened(reading, fact)} ${nothing}`,
    change: removed ? null : { action: paths.changeFact.to({ factId }), version, fields },
    remove: removed ? null : { action: paths.removeFact.to({ factId }), version, submission: randomUUID() },
    again: removed && kept ? { action: paths.addFact.to({ childId: fact.childId }), section, kind, fields } : null,
    wordings: shown.map(step => wording(reading, keyring, step, current, label)),
    older: fact.steps.length > wordingsShown ? `${paths.fact.to({ factId })}?before=${shown.at(-1)!.pos}` : null,
    newest: before === null ? null : paths.fact.to({ factId }),
  };
}
