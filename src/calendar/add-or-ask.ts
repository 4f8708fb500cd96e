import { paths } from '../web/paths.ts';
import type { NewPage } from './views.ts';

const ask = (kind: string): string => paths.newRequest.to({ kind });

/** Everything that can be begun from the calendar. What is asked or proposed changes nothing until the other parent agrees. */
export const addOrAsk: NewPage['groups'] = [
  {
    heading: 'Ask the other parent',
    links: [
      { href: ask('swap'), title: 'Swap days', text: 'One day or more for others of the same kind.' },
      { href: ask('change'), title: 'Change a time', text: 'Once, without anything in return: a later handover, a day more.' },
      { href: ask('extra'), title: 'Extra time', text: 'Time that is not yours by the schedule.' },
      { href: ask('make-up'), title: 'Make-up time', text: 'For time that was missed.' },
      { href: ask('travel'), title: 'Travel', text: 'To be away with the children for some days.' },
      { href: ask('first-refusal'), title: 'Offer your time first', text: 'Before anybody else looks after them, ask whether the other parent would.' },
    ],
  },
  {
    heading: 'Propose what repeats',
    links: [
      { href: paths.proposeSchedule, title: 'A regular schedule', text: 'Whose days are whose, with a preview of four weeks.' },
      { href: paths.proposeHolidays, title: 'Holidays and special days', text: 'Public holidays, birthdays, Mothering Sunday and others.' },
      { href: paths.proposeBreaks, title: 'School breaks', text: 'Half-terms, Christmas, Easter and the summer.' },
    ],
  },
  {
    heading: 'Add or write',
    links: [
      { href: paths.newActivity, title: 'An activity', text: 'Something a child does: days, times, who brings and collects.' },
      { href: paths.newSubject, title: 'A message', text: 'When it is easier said in words.' },
    ],
  },
];
