import { fold } from '../../core/text.ts';
import type { Problem } from '../../web/form.ts';
import type { BreakTerms } from '../terms.ts';
import { childrenOf, effectiveDay, parentsOf, placeFrom, type Proposing, type ReadPlan, requestOf } from './read-plan.ts';
import { breakRows, type BreaksForm } from './schema.ts';

/** What a form proposes for school breaks. */
export function readBreaksForm(proposing: Proposing, form: BreaksForm): ReadPlan {
  const problems: Problem[] = [];
  const children = childrenOf(proposing, form.child);
  const from = effectiveDay(proposing, 'breaks', children, form.from, problems);
  const rules: BreakTerms['rules'] = [];
  for (let number = 1; number <= breakRows; number++) {
    const name = form[`name${number}`] ?? '';
    const method = form[`method${number}`] ?? '';
    if (method === '') continue;
    if (name === '') problems.push({ field: `name${number}`, message: 'Write the name that the break has in the school’s calendar' });
    else if (rules.some(rule => fold(rule.name) === fold(name))) problems.push({ field: `name${number}`, message: 'This break is in the list already' });
    const parents = parentsOf(proposing, form[`even${number}`] ?? '', `even${number}`, problems);
    if (parents && name !== '')
      rules.push({
        name: fold(name) === 'any' ? 'any' : name,
        method: method as BreakTerms['rules'][number]['method'],
        evenYears: parents[0],
        oddYears: parents[1],
      });
  }
  if (rules.length === 0 && problems.length === 0) problems.push({ field: 'method1', message: 'Choose what happens in at least one break' });
  if (form.time === '') problems.push({ field: 'time', message: 'Choose the time of the handover' });
  if (!from || problems.length > 0) return { ok: false, problems };
  const terms: BreakTerms = { rules, exchange: { time: form.time, place: placeFrom(form.placeKind, form.placeLabel) } };
  return requestOf(proposing, { kind: 'breaks', terms: { from, terms } }, children, form);
}
