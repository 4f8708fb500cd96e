import type { ChildKey } from './types.ts';

type Wording<By> = { text: string; by: By; daysAgo: number; at: string };

/**
 * What both parents know about a child: the wording now, and the earlier ones in `was`, oldest first. `holdsForDays` is counted from today, as the
 * last day of a medicine. `removed` says who took it off the page.
 */
export type Fact<By extends string = 'amara' | 'daniel'> = Wording<By> & {
  child: ChildKey;
  section: 'health' | 'school' | 'everyday';
  /** One of src/children/fact-kinds.ts; 'other' has a label of its own. */
  kind: string;
  label?: string;
  holdsForDays?: number;
  was?: readonly Wording<By>[];
  removed?: { by: By; daysAgo: number; at: string };
};

/** Amara’s and Daniel’s, from the days on which they also wrote about them. */
export const facts: readonly Fact[] = [
  {
    child: 'ines', section: 'health', kind: 'allergies', by: 'daniel', daysAgo: 11, at: '20:12',
    text: 'Cashew and pistachio. Two adrenaline pens: one in her school bag, one at the school office. Both expire in a few months; new ones are ordered.',
    was: [
      { by: 'amara', daysAgo: 352, at: '20:05', text: 'Cashew.' },
      { by: 'amara', daysAgo: 341, at: '20:15', text: 'Cashew and pistachio. Two adrenaline pens: one in her school bag, one at the school office.' },
    ],
  },
  {
    child: 'ines', section: 'health', kind: 'medicine', by: 'amara', daysAgo: 3, at: '17:20', holdsForDays: 9,
    text: 'Cetirizine, 5 ml in the evening, for the pollen.',
  },
  {
    child: 'ines', section: 'health', kind: 'medicine', by: 'amara', daysAgo: 31, at: '10:20',
    text: 'Amoxicillin, 5 ml, three times a day for a week: breakfast, after school, bedtime.',
    removed: { by: 'daniel', daysAgo: 24, at: '20:25' },
  },
  { child: 'ines', section: 'health', kind: 'doctor', by: 'amara', daysAgo: 353, at: '19:10', text: 'Dr Hanlon, Mill Road Surgery' },
  {
    child: 'ines', section: 'health', kind: 'dentist', by: 'amara', daysAgo: 4, at: '18:30',
    text: 'Riverside Dental. The next braces check is in a little over a week, at 15:50.',
    was: [{ by: 'amara', daysAgo: 353, at: '19:14', text: 'Riverside Dental.' }],
  },
  { child: 'ines', section: 'health', kind: 'vaccinations', by: 'daniel', daysAgo: 188, at: '17:20', text: 'Up to date. Red book, pages 14 to 19.' },
  { child: 'ines', section: 'health', kind: 'other', label: 'Glasses', by: 'daniel', daysAgo: 180, at: '17:58', text: 'Short-sighted, -1.25 both. For the board and television. Hard case, not the pouch.' },
  { child: 'ines', section: 'school', kind: 'class-note', by: 'amara', daysAgo: 85, at: '17:02', text: 'Miss Malik. Room 12, first floor.' },
  { child: 'ines', section: 'school', kind: 'reading', by: 'daniel', daysAgo: 2, at: '19:40', text: 'Finishing “The Railway Children”. Signed nightly in the yellow diary.' },
  {
    child: 'ines', section: 'school', kind: 'clubs', by: 'amara', daysAgo: 24, at: '17:20',
    text: 'Choir on Thursdays until 16:15, side gate, ring the bell; swimming on Tuesdays at 17:00.',
    was: [{ by: 'amara', daysAgo: 330, at: '18:02', text: 'Choir on Thursdays until 16:00; swimming on Tuesdays at 17:00.' }],
  },
  { child: 'ines', section: 'everyday', kind: 'shoe-size', by: 'amara', daysAgo: 76, at: '19:35', text: 'UK 3' },
  { child: 'ines', section: 'everyday', kind: 'clothes', by: 'amara', daysAgo: 41, at: '20:10', text: 'Age 9 to 10; school jumper age 10.' },
  {
    child: 'ines', section: 'everyday', kind: 'bedtime', by: 'daniel', daysAgo: 147, at: '20:40',
    text: '20:15 on school nights, in both homes.',
    was: [{ by: 'amara', daysAgo: 300, at: '20:20', text: '20:00 on school nights.' }],
  },
  { child: 'ines', section: 'everyday', kind: 'comfort', by: 'amara', daysAgo: 243, at: '18:50', text: 'Grey rabbit travels with her. The spare lives at Daniel’s.' },
  {
    child: 'theo', section: 'health', kind: 'medicine', by: 'amara', daysAgo: 2, at: '09:02',
    text: 'Blue inhaler: two puffs through the spacer when he wheezes, and ten minutes before running about if it is cold. One in the front pocket of his bag, the spare with the school office.',
    was: [{ by: 'amara', daysAgo: 303, at: '17:50', text: 'Blue inhaler: two puffs through the spacer when he wheezes, and ten minutes before running about if it is cold.' }],
  },
  {
    child: 'theo', section: 'health', kind: 'medicine', by: 'daniel', daysAgo: 353, at: '20:01',
    text: 'Brown inhaler, one puff in the morning and one in the evening.',
    removed: { by: 'daniel', daysAgo: 300, at: '17:10' },
  },
  { child: 'theo', section: 'health', kind: 'doctor', by: 'amara', daysAgo: 353, at: '19:11', text: 'Dr Hanlon, Mill Road Surgery. Asthma review once a year with the nurse.' },
  { child: 'theo', section: 'health', kind: 'dentist', by: 'amara', daysAgo: 41, at: '17:40', text: 'Riverside Dental, every six months. One back tooth to watch; water between meals.' },
  { child: 'theo', section: 'school', kind: 'class-note', by: 'daniel', daysAgo: 120, at: '18:12', text: 'PE kit in the blue bag; PE days move when there is swimming.' },
  { child: 'theo', section: 'everyday', kind: 'shoe-size', by: 'amara', daysAgo: 63, at: '16:25', text: 'Football boots UK 12; shoes UK 11.5.' },
  { child: 'theo', section: 'everyday', kind: 'comfort', by: 'daniel', daysAgo: 262, at: '20:05', text: 'Door open, landing light on.' },
];
