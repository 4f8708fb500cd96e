import type { Frame } from '../../web/frame.ts';
import type { Problem } from '../../web/form.ts';
import { capitalised, counted, grouped, listed } from '../../core/text.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { outline } from '../describe.ts';
import type { PlannedRow, Trial } from './import-activities.ts';

const noteOf = (row: PlannedRow): string[] => {
  const known = row.outcome === 'known' ? ['It is here already, so nothing is added. Change it on its own page.'] : [];
  const days = row.days.length === 0 ? [] : [`${counted(row.days.length, 'day')} of it ${row.days.length === 1 ? 'is' : 'are'} different.`];
  return [...row.faults, ...known, ...(row.outcome === 'wrong' ? [] : [...days, ...row.notes])].map(text => (text.endsWith('.') ? text : `${text}.`));
};

/** A trial run row by row, or what became of it. `chosen` are the rows whose boxes are ticked; null ticks every row that would be added. */
export function trialPage(frame: Frame, trial: Trial, chosen: ReadonlySet<number> | null, problems: Problem[]): Omit<Model<'activities/trial'>, 'shell'> {
  const count = (...outcomes: PlannedRow['outcome'][]) => trial.rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const written = trial.committedAt !== null;
  const made = count(written ? 'added' : 'new');
  return {
    frame,
    heading: written ? `${counted(made, 'activity', 'activities')} added` : made === 0 ? 'Nothing to add' : `${counted(made, 'activity', 'activities')} to add`,
    lead: written ? `From ${trial.name}.` : `A trial run of ${trial.name}. Nothing is added yet, and the other parent sees nothing of it.`,
    problems,
    stats: [
      { label: 'rows or events', value: grouped(trial.rows.length) },
      { label: written ? 'added' : 'can be added', value: grouped(made) },
      { label: 'here already', value: grouped(count('known')) },
      { label: 'wrong, left out', value: grouped(count('wrong')) },
    ],
    commit: written || made === 0 ? null : { action: paths.importedActivities.to({ importId: trial.id }), digest: trial.digest },
    leftOut: trial.leftOut.length === 0 ? null : `Not taken from the list: ${listed(trial.leftOut.slice(0, 10))}.`,
    rows: trial.rows.map(row => ({
      row: String(row.row),
      name: row.name,
      child: row.child,
      when: row.terms === null ? '' : capitalised(outline(row.terms)),
      outcome: row.outcome,
      box: row.outcome === 'new' ? String(row.row) : null,
      chosen: chosen === null || chosen.has(row.row),
      notes: noteOf(row),
    })),
  };
}
